import type { Brief } from './brief.ts'
import { contentWords, countWords, sentencesOf, titleCase } from './words.ts'

/** The sentences that share most words with the whole text, in their own order. */
export function keySentences(text: string, count: number): string[] {
  const sentences = sentencesOf(text)
  const weights = new Map<string, number>()
  for (const word of contentWords(text)) weights.set(word, (weights.get(word) ?? 0) + 1)
  const scored = sentences.map((sentence, index) => {
    const words = contentWords(sentence)
    const weight =
      words.reduce((sum, word) => sum + (weights.get(word) ?? 0), 0) / Math.sqrt(words.length + 4)
    // Texts say early what they are about.
    return { sentence, index, weight: index === 0 ? weight * 1.5 : weight }
  })
  return scored
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, count)
    .toSorted((a, b) => a.index - b.index)
    .map((each) => each.sentence)
}

/** The words that a text uses most, the most frequent first. */
export function keyWords(text: string, count: number): string[] {
  const weights = new Map<string, number>()
  for (const word of contentWords(text)) weights.set(word, (weights.get(word) ?? 0) + 1)
  return [...weights]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([word]) => word)
}

/** A real summary of what was given: its most central sentence, then its key points. */
export function composeSummary(brief: Brief, previous: string | null): string {
  const fromFields = brief.fields.map(({ label, value }) => `${label}: ${value}.`).join(' ')
  const text = brief.material || fromFields || previous || ''
  if (countWords(text) < 8) {
    return `There is little to summarize yet. Put the text below the instruction, or into a variable of the prompt, and you get its main sentence and its key points.${text === '' ? '' : `\n\n> ${text}`}`
  }
  const [main = ''] = keySentences(text, 1)
  const points = keySentences(text, (brief.count ?? 3) + 1)
    .filter((each) => each !== main)
    .slice(0, brief.count ?? 3)
  if (/\bone sentence\b|\btl;?dr\b/i.test(brief.instruction) || points.length === 0)
    return `**In one sentence:** ${main}`
  return [
    `**In one sentence:** ${main}`,
    '**Key points**',
    points.map((point) => `- ${point}`).join('\n'),
    `*${countWords(text)} words came in; these are the ${points.length + 1} sentences that carry most of them.*`,
  ].join('\n\n')
}

/** A title of the words that matter most; several where several were asked for. */
export function composeTitle(brief: Brief, previous: string | null): string {
  const text = brief.material || (brief.subject === 'your request' ? (previous ?? '') : '')
  const [first = 'ideas', second = 'words', third = 'work'] =
    text === '' ? contentWords(brief.subject) : keyWords(text, 3)
  const subject = text === '' ? titleCase(brief.subject) : titleCase(`${first} and ${second}`)
  const titles = [
    subject,
    `${subject}: A Clear Beginning`,
    titleCase(`What ${first} Asks of Us`),
    `${subject}, Step by Step`,
    titleCase(`The Case for ${first}`),
    titleCase(`Between ${first} and ${third}`),
    `A Short Guide to ${subject}`,
  ]
  const many = brief.count ?? (/\b(titles|headlines)\b/i.test(brief.instruction) ? 5 : 1)
  return many === 1
    ? subject
    : titles
        .slice(0, many)
        .map((title, index) => `${index + 1}. ${title}`)
        .join('\n')
}
