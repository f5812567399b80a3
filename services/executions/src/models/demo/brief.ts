import type { ModelMessage } from '../call-model.ts'
import { countWords } from './words.ts'

export interface Field {
  label: string
  value: string
}

/** What a request asks for and what it gives to work with, read from its text. */
export interface Brief {
  /** The last user turn as it stands. */
  ask: string
  /** The ask without its fields and its material. */
  instruction: string
  system: string
  /** `Label: value` lines of the ask, such as those that a prompt's variables fill. */
  fields: Field[]
  /** A longer text to work on; empty where none was given. */
  material: string
  subject: string
  audience: string
  tone: string
  recipient: string
  sender: string
  /** How many of something were asked for. */
  count: number | undefined
  /** How long the text shall be. */
  words: number | undefined
  /** What the person wrote before, oldest first. */
  earlier: string[]
}

const materialLabels =
  /^(text|article|content|notes?|transcript|document|source|passage|draft|input|e-?mail text|body|message)$/i
/** `Improve this text: …` is an instruction, not a field. */
const verbs =
  /^(https?|please|write|summari[sz]e|translate|improve|rewrite|rephrase|correct|proofread|fix|edit|explain|list|give|make|create|describe|answer|convert|turn|reply|the following|here)\b/i

const numbers: Record<string, number> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
}

function clean(text: string | undefined): string {
  return (text ?? '')
    .trim()
    .replace(/^["'“”‘’*_`]+|["'“”‘’*_`.,;:!?]+$/g, '')
    .trim()
}

function splitFields(ask: string): { fields: Field[]; rest: string } {
  const fields: Field[] = []
  const rest = ask.split('\n').filter((line) => {
    const [, label = '', value = ''] =
      /^\s*(?:[-*•]\s+)?[*_]*([A-Za-z][\w /'-]{0,30}?)[*_]*:[*_]*\s+(\S.*)$/.exec(line) ?? []
    if (value === '' || countWords(label) > 3 || verbs.test(label)) return true
    fields.push({ label: label.trim(), value: value.trim().replace(/[*_]+$/, '') })
    return false
  })
  return { fields, rest: rest.join('\n').trim() }
}

/** Text in quotation marks or fences, after a colon, or in the paragraphs around the instruction. */
function splitMaterial(text: string): { instruction: string; material: string } {
  const quoted =
    /(?:```\w*\n([\s\S]+?)```|"""([\s\S]+?)"""|["“]([^"”]{25,})["”]|<(\w+)>([\s\S]+?)<\/\4>)/.exec(text)
  const inQuotes = quoted?.[1] ?? quoted?.[2] ?? quoted?.[3] ?? quoted?.[5]
  if (quoted !== null && inQuotes !== undefined) {
    return { instruction: text.replace(quoted[0], ' ').trim(), material: inQuotes.trim() }
  }
  const afterColon = /^([^\n]{3,160}?):\s*\n?([\s\S]{25,})$/.exec(text)
  if (afterColon?.[1] !== undefined && afterColon[2] !== undefined && !/\bhttps?$/.test(afterColon[1])) {
    return { instruction: afterColon[1].trim(), material: afterColon[2].trim() }
  }
  const [first = '', ...others] = text.split(/\n\s*\n/)
  const heading = /^\s*[A-Za-z -]{3,20}:\s*\n/
  return { instruction: first.trim(), material: others.join('\n\n').replace(heading, '').trim() }
}

function fieldOf(fields: Field[], labels: RegExp): string {
  return clean(fields.find((field) => labels.test(field.label))?.value)
}

const languages = 'english|french|german|spanish|italian|portuguese|dutch|japanese|chinese|polish|swedish'
const stop = [
  String.raw`(?=,? (?:in an? [\w -]{0,30}?(?:tone|voice|style|manner|table)|in (?:\d+|one|two|three|four|five)\b`,
  String.raw`|in (?:${languages}|json)\b|(?:about|regarding|concerning|as|for|with|that|which|who|from|using|asking|telling|inviting|thanking)\b`,
  String.raw`|to (?:my|our|the|an?|children|beginners|experts)\b|and (?:keep|make|use|ask|mention|include|sign|thank|invite)\b)`,
  String.raw`|[.,;:!?\n]|$)`,
].join('')

function find(text: string, before: string, what: string): string {
  return clean(new RegExp(before + what + stop, 'i').exec(text)?.[1])
}

/** What comes before the subject, in the order in which they are believed. */
const subjectMarks = [
  String.raw`\bthank\w*(?: [\w']+){0,3}? for `,
  String.raw`\bapolog\w*(?: [\w'-]+){0,6}? for `,
  String.raw`\bcongratulat\w*(?: [\w']+){0,3}? on `,
  String.raw`\b(?:apply|applying|application) for `,
  String.raw`\binvit(?:e|ing)(?: [\w']+){1,3}? to `,
  String.raw`\b(?:about|regarding|concerning|on the (?:topic|subject) of) `,
  String.raw`\b(?:explain|describe|discuss|compare|introduce) (?:what |how |why )?`,
  String.raw`\b(?:ideas?|names?|titles?|tips|ways|reasons|plan|outline|steps|slogans?|poem|haiku|story|article|essay|post|introduction|overview|checklist|guide|agenda|description|review|profile|announcement|speech|toast|text|paragraph|page|campaign|pitch|proposal|report) (?:for|on|of|to) `,
  String.raw`\bon `,
]

function readSubject(fields: Field[], instruction: string): string {
  const named = fieldOf(
    fields,
    /^(topic|subject|title|theme|about|product|event|idea|occasion|question|task)$/i,
  )
  if (named !== '') return named
  for (const mark of subjectMarks) {
    const told = find(instruction, mark, '(.{2,90}?)')
    if (told !== '') return told
  }
  const object = find(
    instruction,
    String.raw`\b(?:write|draft|create|make|compose|prepare|generate|produce) (?:me |us )?(?:an? |the |some |my )?`,
    '(.{2,80}?)',
  )
  return object || clean(instruction.split('\n')[0]) || 'your request'
}

/** Short enough to stand in a sentence. */
function shortened(subject: string): string {
  return subject.length <= 80 ? subject : `${subject.slice(0, 79).replace(/\s+\S{0,20}$/, '')}…`
}

function readCount(instruction: string): number | undefined {
  const match =
    /\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)\s+(?:[\w-]+\s+){0,2}?(?:ideas|points|items|names|things|ways|tips|reasons|questions|steps|bullets|sentences|titles|examples|options|suggestions|facts|slogans|rows)/i.exec(
      instruction,
    )
  const word = match?.[1]?.toLowerCase()
  const count = word === undefined ? undefined : (numbers[word] ?? Number(word))
  return count === undefined || count < 1 ? undefined : Math.min(count, 30)
}

function readTone(fields: Field[], instruction: string): string {
  return (
    fieldOf(fields, /^(tone|style|voice|mood)$/i) ||
    clean(
      /\b(?:in|with|use) (?:an? |the )?([\w-]+(?: (?:and|but) [\w-]+)?) (?:tone|voice|style|manner)\b/i.exec(
        instruction,
      )?.[1],
    ) ||
    clean(
      /\b(formal|friendly|warm|casual|playful|serious|funny|polite|professional|cheerful|solemn)\b/i.exec(
        instruction,
      )?.[1],
    ).toLowerCase()
  )
}

/** Reads the last user turn, with the turns before it as memory. */
export function readBrief(system: string, messages: ModelMessage[]): Brief {
  const ask = messages.at(-1)?.content.trim() ?? ''
  const { fields: lines, rest } = splitFields(ask)
  const given = lines.find((field) => materialLabels.test(field.label))
  const fields = lines.filter((field) => field !== given)
  const split = splitMaterial(rest)
  const instruction = split.instruction || ask
  const material =
    given === undefined
      ? split.material
      : [given.value, split.material].filter((each) => each !== '').join('\n\n')
  const letterTo = String.raw`\b(?:letter|e-?mail|mail|note|message|reply|invitation|card)\b[^.\n]{0,40}?\bto\s+`
  const words = /\b(\d{2,4})[- ]words?\b/i.exec(instruction)?.[1]
  return {
    ask,
    instruction,
    system,
    fields,
    material,
    subject: shortened(readSubject(fields, instruction)),
    audience:
      fieldOf(fields, /^(audience|readers?|for|target|target audience)$/i) ||
      find(
        instruction,
        String.raw`\b(?:for|to) (?=(?:an? |the |our |my |all )?[\w' -]{0,30}(?:audience|readers|people|customers|children|kids|beginners|students|engineers|team|colleagues|managers|users|employees|clients|parents|experts|developers|friends|year-olds))`,
        '(.{2,50}?)',
      ),
    tone: readTone(fields, instruction),
    recipient:
      fieldOf(fields, /^(recipient|to|name|customer|client|addressee|receiver|guest|dear)$/i) ||
      find(instruction, letterTo, '(.{2,40}?)').replace(
        /^(invite|thank|remind|welcome|congratulate|tell|ask|inform) /i,
        '',
      ),
    sender:
      fieldOf(fields, /^(sender|from|signature|signed|author|my name)$/i) ||
      clean(/\bfrom ((?:[A-Z][\w.'-]*)(?: [A-Z][\w.'-]*){0,2})/.exec(instruction)?.[1]),
    count: readCount(instruction),
    words: words === undefined ? undefined : Math.min(Number(words), 3000),
    earlier: messages
      .slice(0, -1)
      .filter((each) => each.role === 'user')
      .map((each) => each.content),
  }
}
