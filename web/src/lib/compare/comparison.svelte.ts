import type { ExecutionDetail } from '../executions/execution.documents.ts'
import { modelInput } from '../executions/step-text.ts'
import type { Issue } from '../graphql/failure.ts'
import { RatedVersions } from '../prompts/versions/rated-versions.svelte.ts'
import { ofModel, type RatingCounts } from '../prompts/versions/version-ratings.ts'
import { formFrom, readForm, type Form } from '../run/values.ts'
import { CompareColumn } from './compare-column.svelte.ts'
import {
  firstColumns,
  mostColumns,
  sharedVariables,
  variablesOfVersion,
  whomColumnAsks,
  type ColumnChoice,
} from './columns.ts'
import type { ComparedModel, ComparedPrompt } from './compare.documents.ts'

interface Start {
  prompt: ComparedPrompt
  models: ComparedModel[]
  columns: { choice: ColumnChoice; execution: ExecutionDetail | null }[]
}

/** One input for up to four models or versions, and their answers side by side. */
export class Comparison {
  readonly prompt: ComparedPrompt
  readonly models: ComparedModel[]
  columns = $state.raw<readonly CompareColumn[]>([])
  form = $state<Form>({})
  message = $state('')
  issues = $state.raw<Issue[]>([])

  readonly variables = $derived.by(() =>
    sharedVariables(
      this.columns.map(({ which }) => variablesOfVersion(this.prompt, which)),
      this.prompt.variables,
    ),
  )
  /** How the versions on screen were rated. */
  readonly rated = new RatedVersions()
  readonly working = $derived(this.columns.some(({ working }) => working))
  /** The answers on screen were made with another input than the one on screen. */
  readonly isOther = $derived.by(() =>
    this.columns.some(({ step, which }) => {
      if (!step) return false
      const sent = modelInput(step)
      const { values } = readForm(variablesOfVersion(this.prompt, which), this.form)
      const same = Object.entries(values).every(
        ([name, value]) => JSON.stringify(value) === JSON.stringify(sent.values[name]),
      )
      return !same || sent.message !== this.message.trim()
    }),
  )
  /** What the address has to say of it. */
  readonly params = $derived(this.columns.map(({ param }) => param))

  /** Columns of the address with their executions; the form begins with the values that were sent last. */
  constructor({ prompt, models, columns }: Start) {
    this.prompt = prompt
    this.models = models
    const begun = columns.length > 0
    this.columns = begun
      ? columns.map(({ choice, execution }) => new CompareColumn(choice, execution))
      : firstColumns(prompt, models).map((choice) => new CompareColumn(choice))
    const sent = this.columns.find(({ step }) => step)?.step
    const input = sent && modelInput(sent)
    this.message = input?.message ?? ''
    this.form = formFrom(this.variables, input?.values)
  }

  /** Gives a field to each variable that a newly chosen version brings. */
  completeForm(): void {
    const fresh = formFrom(this.variables, undefined)
    for (const [name, value] of Object.entries(fresh))
      if (this.form[name] === undefined) this.form[name] = value
  }

  /** Reads how the versions that the columns ask were rated. */
  readRatings(): void {
    const versions = new Set(this.columns.map((column) => whomColumnAsks(this.prompt, column).version))
    const { id } = this.prompt
    void this.rated.read(id, [...versions])
  }

  /** How this version was rated with this model; undefined where nobody rated it. */
  ratingsOf(column: CompareColumn): RatingCounts | undefined {
    const { version, model } = whomColumnAsks(this.prompt, column)
    return ofModel(this.rated.of(version), model)
  }

  add(): void {
    if (this.columns.length >= mostColumns) return
    const last = this.columns.at(-1)
    this.columns = [
      ...this.columns,
      new CompareColumn({ model: last?.model ?? '', which: last?.which ?? '' }),
    ]
  }

  /** Takes a column away; what it has started goes on and stays in the history. */
  remove(column: CompareColumn): void {
    this.columns = this.columns.filter((each) => each !== column)
  }

  /** Starts all columns together with the values on screen; false where one is missing or wrong. */
  run(): boolean {
    const form = $state.snapshot(this.form)
    const read = this.columns.map(({ which }) => readForm(variablesOfVersion(this.prompt, which), form))
    const issues = new Map(read.flatMap((each) => each.issues).map((issue) => [issue.path.join('.'), issue]))
    this.issues = [...issues.values()]
    if (this.issues.length > 0 || this.working) return false
    const said = { promptId: this.prompt.id, message: this.message }
    this.columns.forEach((column, index) => {
      void column.start({ ...said, values: read[index]?.values ?? {} })
    })
    return true
  }

  async stop(): Promise<void> {
    await Promise.all(this.columns.map((column) => column.stop()))
  }
}
