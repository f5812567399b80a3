import type { ModelMessage } from '../call-model.ts'
import { composeAnswer, composeCode, composeEcho, composeGreeting, composeTranslation } from './answer.ts'
import { readBrief, type Brief } from './brief.ts'
import { composeJson, composeTable } from './data.ts'
import { readChange, shorten } from './follow-up.ts'
import { readIntent, type Intent } from './intents.ts'
import { composeEmail, composeLetter } from './letter.ts'
import { composeList, composeSteps } from './list.ts'
import { composePoem, composeRewrite, composeStory, composeText } from './prose.ts'
import { composePromptTask } from './prompt-task.ts'
import { composeSummary, composeTitle } from './summary.ts'

/** Ends every answer that is meant for people; data and titles are used as they are. */
export const demoNote = '*Written by the demo model, offline and without a key.*'

const composers: Record<Intent, (brief: Brief, previous: string | null) => string> = {
  code: composeCode,
  echo: composeEcho,
  email: composeEmail,
  greeting: composeGreeting,
  json: composeJson,
  letter: composeLetter,
  list: composeList,
  poem: composePoem,
  question: composeAnswer,
  rewrite: composeRewrite,
  steps: composeSteps,
  story: composeStory,
  summary: composeSummary,
  table: composeTable,
  text: composeText,
  title: composeTitle,
  translation: composeTranslation,
}

/** Used as they are: a note would be in the way. */
const bare: Intent[] = ['echo', 'json', 'title']

interface Written {
  text: string
  isBare: boolean
}

/** More than this is not read: patterns over a book would take their time. */
const longestRead = 20_000

function withoutNote(text: string): string {
  return text.replace(demoNote, '').trim()
}

function write(system: string, messages: ModelMessage[], previous: string | null): Written {
  const brief = readBrief(system, messages)
  const intent = readIntent(brief)
  return { text: composers[intent](brief, previous), isBare: bare.includes(intent) }
}

/**
 * A message such as "make it shorter" changes the last answer. Where the same turn also brings the prompt with new
 * values above it, that is written first.
 */
function change(system: string, messages: ModelMessage[], previous: string): Written | undefined {
  const ask = messages.at(-1)?.content.trim() ?? ''
  const tail = ask.split(/\n\s*\n/).at(-1) ?? ''
  const apply = readChange(tail)
  if (apply === undefined) return undefined
  const head = ask.slice(0, ask.length - tail.length).trim()
  const isNew = head !== '' && !messages.slice(0, -1).some((each) => each.content.includes(head))
  const base = isNew
    ? write(system, [...messages.slice(0, -1), { role: 'user', content: head }], previous).text
    : previous
  return { text: apply(base), isBare: false }
}

/** The demo model's whole answer to a conversation. Pure: the same conversation gets the same answer. */
export function compose(request: { system: string; messages: ModelMessage[]; brief: boolean }): string {
  const task = composePromptTask(request)
  if (task !== undefined) return task
  const { brief } = request
  const system = request.system.slice(0, longestRead)
  const messages = request.messages.map((each) => ({ ...each, content: each.content.slice(0, longestRead) }))
  const last = messages.findLast((each) => each.role === 'assistant')?.content
  const previous = last === undefined ? null : withoutNote(last)
  const written =
    (previous === null ? undefined : change(system, messages, previous)) ?? write(system, messages, previous)
  const text = brief && !written.isBare ? shorten(written.text) : written.text
  return written.isBare ? text : `${text.trim()}\n\n${demoNote}`
}
