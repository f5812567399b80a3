import type { Brief } from './brief.ts'
import { capitalize, countWords, seedOf, titleCase } from './words.ts'

/** Phrased so that singular, plural, things and places all fit. */
const sections: [head: string, text: (subject: string, reader: string) => string][] = [
  [
    'At first sight',
    (subject) =>
      `Most people have met ${subject} before, in passing, and kept a small picture in mind. The picture is rarely wrong. It only leaves out how much there is beside it.`,
  ],
  [
    'A closer look',
    (subject, reader) =>
      `From nearby there is not one story to tell about ${subject} but several: where everything began, what is different today, and what people hope for. For ${reader}, one good question is a better way in than ten facts.`,
  ],
  [
    'What matters',
    (subject) =>
      `Three things help with ${subject}: knowing why one looks, beginning with a part that can be grasped in an afternoon, and talking to someone who has been there before. The rest can be learned on the way.`,
  ],
  [
    'What is often missed',
    (subject) =>
      `The loud side of ${subject} is known to everyone; the quiet side does most of the work. It pays to ask what would be missing tomorrow if nobody took care of it today.`,
  ],
  [
    'Two points of view',
    (subject, reader) =>
      `Ask an old hand about ${subject} and you will hear of patience. Ask a newcomer and you will hear of wonder. Both are right, and ${reader} will meet both.`,
  ],
  [
    'In practice',
    (subject) =>
      `A good first step towards ${subject} is small: one example, one hour, one note of what came as a surprise. Surprise is useful, because it shows where the old picture ends.`,
  ],
  [
    'A fair doubt',
    (subject) =>
      `One may object that enough has been said about ${subject}. Perhaps. But little of it was said to you, on an ordinary day, with the time to ask back.`,
  ],
  [
    'To take along',
    (subject, reader) =>
      `If only one sentence about ${subject} could stay, it should be one that ${reader} can use tomorrow: look closely, begin small, and tell someone what you found.`,
  ],
]

function opening(brief: Brief, hasFacts: boolean): string {
  const tone = brief.tone === '' ? '' : `, in a ${brief.tone} tone`
  const reader = brief.audience === '' ? '' : `, written for ${brief.audience}`
  return hasFacts
    ? `Here is what there is to say${reader}${tone}, point by point.`
    : `This is a short text about **${brief.subject}**${reader}${tone}.`
}

function given(brief: Brief): string {
  const rest = brief.fields.filter(
    (field) => !/^(topic|subject|title|theme|about|audience|tone|style)$/i.test(field.label),
  )
  return rest.map(({ label, value }) => `- **${capitalize(label)}:** ${value}`).join('\n')
}

/** What was given as a text: its own list as a list, anything else as a quotation. */
function quoted(material: string): string {
  const lines = material.split('\n').filter((line) => line.trim() !== '')
  const isList = lines.length > 1 && lines.every((line) => /^\s*(?:[-*•]|\d+[.)])\s+/.test(line))
  return lines
    .map((line) => (isList ? `- ${capitalize(line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, ''))}` : `> ${line}`))
    .join('\n')
}

/** A text with a heading and as many sections as the wanted length needs. */
export function composeText(brief: Brief): string {
  const facts = [given(brief), brief.material === '' ? '' : quoted(brief.material)].filter(
    (each) => each !== '',
  )
  const parts = [`# ${titleCase(brief.subject)}`, opening(brief, facts.length > 0), ...facts]
  // What the person gave is the text; without it the sections are.
  const wanted = brief.words ?? (facts.length === 0 ? 190 : 0)
  const reader = brief.audience || 'anyone who is curious'
  const start = seedOf(brief.subject) % 2
  for (let index = 0; countWords(parts.join(' ')) < wanted - 25 && index < 64; index += 1) {
    const [head, text] = sections[(start + index) % sections.length] ?? ['', () => '']
    const round = Math.floor(index / sections.length)
    parts.push(`## ${head}${round === 0 ? '' : ` (${round + 1})`}`, text(brief.subject, reader))
  }
  if (facts.length > 0)
    parts.push('That is where things stand today. If something is missing, tell me and I will add it.')
  return parts.join('\n\n')
}

export function composeStory(brief: Brief): string {
  const hero =
    brief.recipient || brief.fields.find((field) => /name|hero|character/i.test(field.label))?.value || 'Mara'
  return [
    `# ${titleCase(brief.subject)}`,
    `${hero} had put off ${brief.subject} for so long that it had become a piece of furniture: always in the way, and no longer seen.`,
    `One rainy Tuesday the lights went out. With nothing else to do, ${hero} lit a candle, took a sheet of paper and wrote at its top, in large letters, “${capitalize(brief.subject)}”. Below it came one line, then another, and before the candle was half gone there was a plan on the table that fitted between two cups.`,
    'When the lights came back, nobody reached for the switch.',
    `“So that was all,” said ${hero}, and began.`,
  ].join('\n\n')
}

export function composePoem(brief: Brief): string {
  const subject = brief.subject
  if (/haiku/i.test(brief.instruction))
    return [
      `**${titleCase(subject)}**`,
      'a quiet morning,  \none thought unfolds its small wings;  \nthe page is still warm',
    ].join('\n\n')
  return [
    `**${titleCase(subject)}**`,
    [
      `I thought of ${subject} today,`,
      'the way one thinks of rain:',
      'it comes, it has a thing to say,',
      'it says it once again.',
    ].join('  \n'),
    [
      'I opened up the window wide',
      'and let it find a chair.',
      `It left some words for me inside,`,
      'and I have put them there.',
    ].join('  \n'),
  ].join('\n\n')
}

/** The given text made tidy, with what was done to it. */
export function composeRewrite(brief: Brief, previous: string | null): string {
  const text = brief.material || previous || ''
  if (text === '')
    return 'Put the text that I shall improve below the instruction, or into a variable of the prompt.'
  const tidy = text
    .replace(/[ \t]+/g, ' ')
    .replace(/ ([,.;:!?])/g, '$1')
    .replace(/\bi\b(?=[ '’])/g, 'I')
    .replace(/\b(very|really|basically|actually|just|quite) (?=\p{L})/giu, '')
    .replace(
      /(^|[.!?]\s+|\n)(\p{Ll})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    )
    .trim()
  const whole = /[.!?:*`)\]}]$/.test(tidy) ? tidy : `${tidy}.`
  const saved = countWords(text) - countWords(whole)
  const notes = [
    ...(saved > 0 ? [`left out ${saved} filler word${saved === 1 ? '' : 's'}`] : []),
    'set capitals, spaces and full stops',
    'kept every sentence in its place',
  ]
  return [whole, '---', notes.map((note) => `- ${note}`).join('\n')].join('\n\n')
}
