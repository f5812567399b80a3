import type { Brief } from './brief.ts'
import { contentWords, sentencesOf } from './words.ts'

const operations: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}

/** One sum of two numbers, if that is the question. */
function calculate(question: string): string | undefined {
  const [, a = '', sign = '', b = ''] =
    /(-?\d+(?:\.\d+)?)\s*(plus|minus|times|divided by|[-+*/×÷x])\s*(-?\d+(?:\.\d+)?)/i.exec(question) ?? []
  if (a === '') return undefined
  const symbol =
    { plus: '+', minus: '-', times: '*', x: '*', '×': '*', 'divided by': '/', '÷': '/' }[
      sign.toLowerCase()
    ] ?? sign
  const result = operations[symbol]?.(Number(a), Number(b))
  if (result === undefined || !Number.isFinite(result)) return undefined
  const shown = { '*': '×', '/': '÷', '-': '−' }[symbol] ?? symbol
  return `${a} ${shown} ${b} = **${Number(result.toPrecision(12))}**`
}

/** `Say exactly: …` and its like. */
const echo =
  /^(?:please )?(?:say|repeat|echo|print|(?:reply|answer|respond) with|write exactly)(?: exactly| only| just)?(?: this| the words?| the following)?\s*:?\s+["'“]?([\s\S]+?)["'”]?$/i

export function composeEcho(brief: Brief): string {
  return echo.exec(brief.ask)?.[1] ?? brief.ask
}

export function isEcho(ask: string): boolean {
  return ask.length < 400 && echo.test(ask) && !/\bjson\b/i.test(ask)
}

/** `my name is` said back to the one who said it. */
function turnAround(sentence: string): string {
  return sentence
    .replace(/\bI am\b|\bI'm\b/g, 'you are')
    .replace(/\bI was\b/g, 'you were')
    .replace(/\bI\b/g, 'you')
    .replace(/\bmy\b/gi, 'your')
    .replace(/\bme\b/gi, 'you')
    .replace(/\bmine\b/gi, 'yours')
}

/** The sentence of all that was said before that shares most words with the question. */
function recall(brief: Brief): string | undefined {
  const wanted = new Set(contentWords(brief.instruction))
  if (wanted.size === 0) return undefined
  const facts = brief.fields.map(({ label, value }) => `${label}: ${value}`)
  const known = [...facts, ...sentencesOf([brief.material, ...brief.earlier, brief.system].join('\n'))]
  const scored = known
    .filter((sentence) => !sentence.endsWith('?') && sentence !== brief.instruction)
    .map((sentence) => ({
      sentence,
      hits: new Set(contentWords(sentence).filter((word) => wanted.has(word))).size,
    }))
  const best = scored.toSorted((a, b) => b.hits - a.hits)[0]
  return best !== undefined && best.hits / wanted.size >= 0.5 ? best.sentence : undefined
}

export function composeAnswer(brief: Brief): string {
  const sum = calculate(brief.instruction)
  if (sum !== undefined) return sum
  const known = recall(brief)
  if (known !== undefined) {
    const said = turnAround(known)
    return `From what you told me: ${/[.!?]$/.test(said) ? said : `${said}.`}`
  }
  return [
    `You ask: *${brief.instruction.replace(/\s+/g, ' ')}*`,
    `I work offline and know only this conversation, so I cannot look this up. This is how I would look for an answer:`,
    [
      `1. **Make it precise.** Which part of the question decides what you do next?`,
      '2. **Separate** what you know from what you suppose, in two short columns.',
      '3. **Ask one person** who has done it before, and one who has not.',
    ].join('\n'),
    'Put the facts into your message and ask again: I answer from what I am given.',
  ].join('\n\n')
}

export function composeGreeting(brief: Brief): string {
  if (/^thank/i.test(brief.ask))
    return 'You are welcome. Tell me what to write next, or how to change what is there.'
  return [
    'Hello! I write offline, without a key, so that you can try everything here at once.',
    'Ask me for, say:',
    [
      '- a **letter** or an **e-mail** to someone, about something',
      '- a **summary** of a text that you paste',
      '- a **list** of ideas, a **plan**, a **table**, or **JSON** with keys that you name',
    ].join('\n'),
    'Then say “make it shorter”, “more formal” or “as bullet points”, and I change my last answer.',
  ].join('\n\n')
}

export function composeTranslation(brief: Brief, previous: string | null): string {
  const language = /\b(?:in|into|to) ([A-Z][a-z]+)\b/.exec(brief.instruction)?.[1] ?? 'the other language'
  const text =
    brief.material.replace(/^["“]|["”]$/g, '') ||
    brief.fields.map((field) => field.value).join(' ') ||
    previous ||
    ''
  const hint = `I have no dictionary, so I cannot translate into ${language}. A model with a key does this well: choose one in the model menu and send the same message.`
  if (text === '') return hint
  const quoted = text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
  return [`**To be translated into ${language}**`, quoted, hint].join('\n\n')
}

export function composeCode(brief: Brief): string {
  const language =
    /\b(typescript|javascript|python|sql|bash|go|rust|java)\b/i.exec(brief.instruction)?.[1]?.toLowerCase() ??
    'text'
  const comment = { python: '#', bash: '#', sql: '--' }[language] ?? '//'
  return [
    `I write prose, not programs. This is the note that I would hand to a model with a key:`,
    [
      '```' + language,
      `${comment} ${brief.instruction.replace(/\s+/g, ' ')}`,
      `${comment} Input: what it gets, with one example`,
      `${comment} Output: what it gives back, with one example`,
      `${comment} Limits: what it must refuse`,
      '```',
    ].join('\n'),
  ].join('\n\n')
}
