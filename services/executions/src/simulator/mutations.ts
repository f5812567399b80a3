import type { DatabaseRules } from './tables.ts'

/** A fault in the engine or in the rules of its storage, made on purpose: some seed has to notice. */
export interface Mutation {
  name: string
  rules?: Partial<DatabaseRules>
  /** Counts what was counted before. */
  noInbox?: boolean
  /** The first seed to look at, where a small number of them would not do; 1 if left out. */
  from?: number
  /** One place in the engine's source, by its file below `src`; `from` has to be there exactly once. */
  source?: { file: string; from: string; to: string }
}

export const mutations: Mutation[] = [
  { name: 'the fence is not compared', from: 40, rules: { fence: false } },
  { name: 'a claim does not raise the fence', rules: { claimRaisesFence: false } },
  { name: 'the number of commands is not compared', rules: { commandSeq: false } },
  { name: 'the revision is not compared', from: 150, rules: { revision: false } },
  { name: 'final states may be left', rules: { finalStates: false, revision: false } },
  { name: 'a deadline that has passed lets writes in', from: 170, rules: { deadline: false } },
  { name: 'events are written after the commit instead of with it', rules: { outboxInTransaction: false } },
  { name: 'the idempotency key of a start is not kept', rules: { idempotency: false } },
  { name: 'the idempotency key of a command is not kept', rules: { commandIdempotency: false } },
  { name: 'an event is counted again when it comes again', noInbox: true },
  {
    name: 'effects begin before their attempt is committed',
    source: {
      file: 'worker/execution-actor.ts',
      from: '    const commitId = newId()\n',
      to: '    const commitId = newId()\n    this.#attempts.match(project(this.#state, events).after, this.#attemptOptions)\n',
    },
  },
  {
    name: 'a commit counts as written before the database has answered',
    source: {
      file: 'worker/group-commit.ts',
      from: '        const written = await this.#storage.commit(batch.map(({ member }) => member))\n',
      to: '        const written = new Set(batch.map(({ member }) => member.projection.after.id))\n        void this.#storage.commit(batch.map(({ member }) => member)).catch(() => undefined)\n',
    },
  },
  {
    name: 'a retry counts twice',
    source: {
      file: 'engine/decide-attempt.ts',
      from: 'const failures = step.failures + 1',
      to: 'const failures = step.failures + 2',
    },
  },
  {
    name: 'a lost attempt counts as a failure',
    source: {
      file: 'engine/evolve.ts',
      from: "set({ ...ended(event.attempt, event.usage), status: 'pending', nextAttemptAt: event.at })",
      to: "set({ ...ended(event.attempt, event.usage), status: 'pending', nextAttemptAt: event.at, failures: step.failures + 1 })",
    },
  },
  {
    name: 'a takeover forgets the attempts that were in flight',
    source: {
      file: 'worker/first-input.ts',
      from: "  return { type: 'takeover' }",
      to: "  return { type: 'tick' }",
    },
  },
  {
    name: 'a new owner carries out the attempts of the one before',
    from: 83,
    source: {
      file: 'worker/execution-actor.ts',
      from: '    if (this.#attemptsAreOwn) this.#attempts',
      to: '    this.#attempts',
    },
  },
  {
    name: 'commands are decided after what else has arrived',
    from: 642,
    source: {
      file: 'worker/decide-batch.ts',
      from: '{ takeover: 0, command: 2, attempt_put_off: 3 }',
      to: '{ takeover: 0, command: 5, attempt_put_off: 3 }',
    },
  },
  {
    name: 'time goes on between inputs that have arrived together',
    source: {
      file: 'worker/decide-batch.ts',
      from: 'keep(reactOn(fold, item.input, now), item.payloads)',
      to: 'keep(decideOn(fold, item.input, now), item.payloads)',
    },
  },
  {
    name: 'spend is dropped where its report came with the end of its attempt',
    source: {
      file: 'worker/decide-batch.ts',
      from: 'if (spend) keep(reactOn(fold, spend, now), [])',
      to: 'void spend',
    },
  },
  {
    name: 'spend is dropped where its report was not decided when its owner left',
    source: {
      file: 'worker/execution-actor.ts',
      from: 'for (const spend of left.flatMap(({ input }) => spendOf(input) ?? [])) this.#recordSpend(spend)',
      to: 'void left',
    },
  },
  {
    name: 'spend is dropped with a commit that the database rejected',
    source: {
      file: 'worker/execution-actor.ts',
      from: '...items.flatMap(({ input }) => spendOf(input) ?? [])]',
      to: ']',
    },
  },
  {
    name: 'effects begin on a lease that is old',
    from: 160,
    source: {
      file: 'worker/attempt-runner.ts',
      from: 'if (!isPure(step.kind) && !options.mayStartEffects())',
      to: 'if (!isPure(step.kind) && options.attempt < 0)',
    },
  },
  {
    name: 'late spend is given up on after twenty seconds',
    from: 1_952,
    source: {
      file: 'worker/late-usage.ts',
      from: 'const longestMs = 900_000',
      to: 'const longestMs = 20_000',
    },
  },
  {
    name: 'a cancel leaves calls of workers alone',
    source: {
      file: 'engine/decide-end.ts',
      from: '.filter((step) => !isFinal(step.status))',
      to: ".filter((step) => !isFinal(step.status) && step.kind !== 'call')",
    },
  },
  {
    name: 'spend of attempts that were ended from outside is dropped',
    source: {
      file: 'worker/attempts-in-flight.ts',
      from: 'if (spend) this.#onLateUsage(spend)',
      to: 'void spend',
    },
  },
  {
    name: 'time is told by the wall clock of the replica',
    source: {
      file: 'worker/clock.ts',
      from: 'return Math.floor(this.#monotonic() + this.#offset)',
      to: 'return Date.now()',
    },
  },
  {
    name: 'what a lost answer left with this replica is never given back',
    source: { file: 'worker/worker.ts', from: 'if (forgotten.length > 0)', to: 'if (forgotten.length < 0)' },
  },
]

/** Changes the source of the engine as it is loaded; call it before anything imports the engine. */
export function applySource({ name, source }: Mutation): void {
  if (!source) return
  const { file, from, to } = source
  Bun.plugin({
    name: 'mutation',
    setup(build) {
      const path = new RegExp(`executions/src/${file.replaceAll('.', String.raw`\.`)}$`)
      build.onLoad({ filter: path }, async ({ path: found }) => {
        const text = await Bun.file(found).text()
        if (text.split(from).length !== 2) throw new Error(`"${name}" no longer fits ${file}.`)
        return { contents: text.replace(from, () => to), loader: 'ts' }
      })
    },
  })
}
