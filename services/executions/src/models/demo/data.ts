import type { Brief } from './brief.ts'
import { keySentences, keyWords } from './summary.ts'
import { capitalize, titleCase } from './words.ts'

function normal(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** The keys that were asked for: those of an example object, or those named in the sentence. */
function wantedKeys(text: string): { key: string; example: string }[] {
  const examples = [...text.matchAll(/["']?([A-Za-z_][\w-]*)["']?\s*:\s*("[^"]*"|\[[^\]]*\]?|[\w.-]+)/g)]
  const block = /\{[\s\S]*\}/.exec(text)?.[0] ?? ''
  const inBlock = examples.filter(([whole]) => block.includes(whole))
  if (inBlock.length > 0) return inBlock.map(([, key = '', example = '']) => ({ key, example }))
  const named =
    /\b(?:keys?|fields?|properties|attributes|columns?)\b\s*(?:named|called|are|of|:)?\s+([A-Za-z_][\w`"', -]*?(?:\band\b\s+[\w`"']+)?)(?=[.;:\n]|$|\s(?:for|about|from|in|of)\b)/i.exec(
      text,
    )?.[1]
  if (named === undefined) return []
  const keys = named.split(/,|\band\b/).map((each) =>
    each
      .replace(/[`"'\s]+/g, ' ')
      .trim()
      .replace(/^(the|an?) /, ''),
  )
  return keys.filter((key) => /^[A-Za-z_][\w-]*$/.test(key)).map((key) => ({ key, example: '' }))
}

function plain(value: string): string | number | boolean {
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  return /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value
}

function sampleItems({ fields, subject }: Brief): string[] {
  return fields.length > 0 ? fields.map((field) => field.value) : [subject, 'overview', 'example']
}

function valueFor(key: string, example: string, brief: Brief): unknown {
  const given = brief.fields.find((field) => normal(field.label) === normal(key))
  if (given !== undefined) return example.startsWith('[') ? given.value.split(/\s*,\s*/) : plain(given.value)
  const text = brief.material || brief.subject
  if (
    example.startsWith('[') ||
    /(tags|keywords|items|points|list|steps|ideas|topics|categories)$/i.test(key)
  )
    return brief.material === '' ? sampleItems(brief) : keyWords(text, 3)
  if (
    /^(number|integer|int|float|-?\d)/i.test(example) ||
    /(count|number|score|rating|age|price|amount|total|minutes|confidence|priority)$/i.test(key)
  ) {
    return /score|confidence/i.test(key) ? 0.5 : (brief.count ?? 1)
  }
  if (/^(true|false|bool)/i.test(example) || /^(is|has|can|should)[A-Z_]/.test(key)) return true
  if (/date|day$/i.test(key)) return '2026-01-01'
  if (/e?mail$/i.test(key)) return 'someone@example.com'
  if (/sentiment|mood/i.test(key)) return 'neutral'
  if (/language/i.test(key)) return 'English'
  if (/title|headline|name/i.test(key)) return titleCase(brief.subject)
  if (/summary|description|text|body|reason|answer/i.test(key))
    return brief.material === '' ? `A short look at ${brief.subject}.` : (keySentences(text, 1)[0] ?? '')
  return brief.subject
}

/** JSON and nothing else, with the keys that were asked for and the values that were given. */
export function composeJson(brief: Brief): string {
  // An example object after a colon is the shape of the answer, not a text to work on.
  const source = /^\s*[{[]/.test(brief.material) ? { ...brief, material: '' } : brief
  const wanted = wantedKeys(`${brief.ask}\n${brief.system}`)
  const fromFields = brief.fields.map(({ label }) => ({
    key: label.trim().toLowerCase().replace(/\W+/g, '_'),
    example: '',
  }))
  const defaults = ['title', 'summary', 'keywords'].map((key) => ({ key, example: '' }))
  const keys = wanted.length > 0 ? wanted : fromFields.length > 0 ? fromFields : defaults
  const one = Object.fromEntries(keys.map(({ key, example }) => [key, valueFor(key, example, source)]))
  const isList = /\b(array|list) of\b|\bjson array\b/i.test(brief.instruction)
  return JSON.stringify(isList ? Array.from({ length: brief.count ?? 3 }, () => one) : one, null, 2)
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s+/g, ' ')
}

/** What to look at when two things are set side by side. */
const comparison: [string, (each: string) => string][] = [
  ['At its best', (each) => `When ${each} is exactly what one needs`],
  ['Takes', (each) => `The time and care that ${each} asks for`],
  ['Watch out for', (each) => `The moment when ${each} becomes a habit`],
  ['Ask', (each) => `Someone who would never give up ${each}`],
]

function rowsOf(brief: Brief): { heads: string[]; rows: string[][] } {
  const sides = brief.subject.split(/\s+(?:and|or|vs\.?|versus|with)\s+/i)
  if (brief.fields.length > 0) {
    return {
      heads: ['What', 'Value'],
      rows: brief.fields.map(({ label, value }) => [capitalize(label), value]),
    }
  }
  const columns = sides.length === 2 ? sides : [brief.subject]
  return {
    heads: ['', ...columns.map(capitalize)],
    rows: comparison.map(([head, text]) => [head, ...columns.map(text)]),
  }
}

/** A table of what was given; without anything given, of what one would want to know. */
export function composeTable(brief: Brief): string {
  const { heads, rows } = rowsOf(brief)
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`
  const table = [line(heads), line(heads.map(() => '---')), ...rows.map(line)]
  return [`**${capitalize(brief.subject)}**`, table.join('\n')].join('\n\n')
}
