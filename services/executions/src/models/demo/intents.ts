import { isEcho } from './answer.ts'
import type { Brief } from './brief.ts'

export type Intent =
  | 'code'
  | 'echo'
  | 'email'
  | 'greeting'
  | 'json'
  | 'letter'
  | 'list'
  | 'poem'
  | 'question'
  | 'rewrite'
  | 'steps'
  | 'story'
  | 'summary'
  | 'table'
  | 'text'
  | 'title'
  | 'translation'

const asked: [Intent, RegExp][] = [
  [
    'translation',
    /\btranslat(e|ion)\b|\b(in|into|to) (french|german|spanish|italian|portuguese|dutch|japanese|chinese|polish|swedish)\b/,
  ],
  ['summary', /\b(summar(y|i[sz]e)|sum up|tl;?dr|key points|main points|condense|gist|abstract of)\b/],
  [
    'title',
    /\b(titles?|headlines?|name) (for|of)\b|\b(give|write|generate|suggest|find|make) (me )?(an?|the|\w+) (short )?(title|headline)s?\b/,
  ],
  [
    'rewrite',
    /\b(rewrite|rephrase|reword|proofread|correct|improve|polish|fix the (grammar|spelling|text)|edit)\b/,
  ],
  ['table', /\b(as an?|in an?|make an?|write an?|build an?|markdown) (markdown )?table\b/],
  [
    'code',
    /\b(write|give|show|make) (me )?(an? )?(\w+ )?(function|script|program|code|class|regex|sql query)\b/,
  ],
  ['email', /\be-?mails?\b|\bnewsletter\b/],
  [
    'letter',
    /\b(letter|invitation|thank[- ]you note|greeting card|reply to|complaint|apology|note to|message to)\b/,
  ],
  ['poem', /\b(poem|haiku|verse|rhyme|limerick|song)\b/],
  ['story', /\b(story|fairy tale|tale|fable)\b/],
  [
    'steps',
    /\b(steps|step[- ]by[- ]step|plan|outline|checklist|agenda|recipe|how[- ]to|guide|roadmap|schedule)\b/,
  ],
  [
    'list',
    /\b(list|ideas|brainstorm|bullets?|bullet points|tips|reasons|examples|suggestions|options|slogans|names|questions|ways to)\b/,
  ],
]

const greeting =
  /^(hi|hello|hey|good (morning|evening|day|afternoon)|greetings|thanks?( you)?|test|ping)\b[\s!.,]*([\w ]{0,20})[!.?]*$/i
const question =
  /^(what|how|why|when|where|who|whom|whose|which|can|could|should|would|is|are|was|were|do|does|did|will|may)\b|\?\s*$/i

/** What kind of answer is wanted. An explicit demand for JSON wins, in the system text too. */
export function readIntent({ ask, instruction, system }: Brief): Intent {
  const lower = instruction.toLowerCase()
  if (
    /\bjson\b/i.test(instruction) ||
    /\b(answer|reply|respond|output|return)\b[^.\n]{0,40}\bjson\b/i.test(`${system}\n${ask}`)
  )
    return 'json'
  if (isEcho(ask)) return 'echo'
  if (greeting.test(ask)) return 'greeting'
  const first = asked.find(([, pattern]) => pattern.test(lower))?.[0]
  // "What is a letter of credit?" wants an answer, "Can you write a letter?" a letter.
  const isPlainQuestion =
    question.test(instruction) &&
    !/\b(write|draft|create|make|give|list|translate|summari[sz]e)\b/.test(lower)
  if (isPlainQuestion && first !== 'summary' && first !== 'translation') return 'question'
  return first ?? 'text'
}
