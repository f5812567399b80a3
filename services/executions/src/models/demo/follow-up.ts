import { capitalize, sentencesOf, titleCase } from './words.ts'

type Change = (text: string, ask: string) => string

function mapParagraphs(text: string, change: (paragraph: string) => string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => (/^\s*([-*>|#]|\d+[.)]|```|\*\*)/.test(paragraph) ? paragraph : change(paragraph)))
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

/** Headings stay, a paragraph keeps its first sentence, a list its first three items, a long text half its sections. */
export function shorten(text: string): string {
  const parts = text.split(/\n{2,}/)
  const headings = parts.filter((part) => /^##\s/.test(part)).length
  const kept =
    headings > 2
      ? parts.slice(
          0,
          parts.findIndex(
            (part, index) =>
              /^##\s/.test(part) &&
              parts.slice(0, index).filter((each) => /^##\s/.test(each)).length >= Math.ceil(headings / 2),
          ),
        )
      : parts
  return kept
    .map((part) => {
      const lines = part.split('\n')
      if (/^\s*([-*]|\d+[.)])\s/.test(part)) return lines.slice(0, 3).join('\n')
      if (lines.length > 1 || /^[#>|*]/.test(part)) return part
      return sentencesOf(part)[0] ?? part
    })
    .join('\n\n')
}

const contractions: [RegExp, string][] = [
  [/\b(do|does|did|is|are|was|were|has|have|had|would|could|should)n['’]t\b/gi, '$1 not'],
  [/\bcan['’]t\b/gi, 'cannot'],
  [/\bwon['’]t\b/gi, 'will not'],
  [/\b(I|you|we|they)['’]re\b/gi, '$1 are'],
  [/\b(I|you|we|they)['’]ll\b/gi, '$1 will'],
  [/\b(I|you|we|they)['’]ve\b/gi, '$1 have'],
  [/\bI['’]m\b/g, 'I am'],
  [/\bit['’]s\b/gi, 'it is'],
  [/^(Hello|Hi|Hey)\b/m, 'Dear'],
  [/^(Warmly|Cheers|Kind regards|Best),/m, 'Yours sincerely,'],
]

const informal: [RegExp, string][] = [
  [/^Dear\b/m, 'Hello'],
  [/^(Yours sincerely|Kind regards),/m, 'Warmly,'],
  [/\bI am writing to you about\b/g, 'I wanted to write to you about'],
  [/\b(do|does|did|is|are|was|were|would|could|should) not\b/g, "$1n't"],
  [/\bI am\b/g, "I'm"],
  [/\bI will\b/g, "I'll"],
  [/\bIt is\b/g, "It's"],
]

function replaceAll(text: string, rules: [RegExp, string][]): string {
  return rules.reduce((sum, [pattern, by]) => sum.replace(pattern, by), text)
}

function bullets(text: string): string {
  return mapParagraphs(text, (paragraph) =>
    !/[.!?]$/.test(paragraph)
      ? paragraph
      : sentencesOf(paragraph)
          .map((sentence) => `- ${sentence}`)
          .join('\n'),
  )
}

function lengthen(text: string): string {
  const more =
    'One thing more is worth saying. What is written above stands on its own, but it gains by an example: think of the last time something like it went well, and of the one small decision that made the difference. That decision is what to look for again.'
  const signature = /\n\n(Yours sincerely|Kind regards|Warmly),[\s\S]*$/.exec(text)
  return signature === null
    ? `${text}\n\n${more}`
    : `${text.slice(0, signature.index)}\n\n${more}${signature[0]}`
}

/** A section is what stands under the last heading; without headings it is the last paragraph. */
function removeLast(text: string): string {
  const parts = text.split(/\n{2,}/)
  const heading = parts.findLastIndex((part) => /^#{2,}\s/.test(part))
  return parts.slice(0, heading > 0 ? heading : Math.max(1, parts.length - 1)).join('\n\n')
}

function replaceWords(text: string, ask: string): string {
  const [, from = '', to = ''] =
    /\b(?:change|replace|swap)\s+["'“]?(.+?)["'”]?\s+(?:to|with|by|into|for)\s+["'“]?(.+?)["'”]?[.!]?$/i.exec(
      ask,
    ) ?? []
  return from === '' ? text : text.replaceAll(from, to)
}

function addTitle(text: string, ask: string): string {
  const named = /\btitle[:,]?\s+(?:of |called |named )?["“]([^"”]+)["”]/i.exec(ask)?.[1]
  const words = (sentencesOf(text)[0] ?? 'Without a name')
    .replace(/[*_#]/g, '')
    .split(' ')
    .slice(0, 6)
    .join(' ')
  return `# ${named ?? titleCase(words.replace(/[.,;:!?]+$/, ''))}\n\n${text.replace(/^# .*\n+/, '')}`
}

const changes: [pattern: RegExp, change: Change][] = [
  [/\b(remove|delete|drop|leave out|without) the last\b/i, removeLast],
  [/^\s*(please )?(change|replace|swap)\b.+\b(to|with|by|into|for)\b/i, replaceWords],
  [/\badd an? (title|heading|headline)\b/i, addTitle],
  [/\b(shorter|shorten|briefer|more concise|condense|cut it|too long|less text)\b/i, shorten],
  [
    /\b(longer|lengthen|more detail|expand|elaborate|go on|continue|add more|too short|tell me more)\b/i,
    lengthen,
  ],
  [
    /\b(more |less in|very )?formal\b|\bmore (professional|serious)\b/i,
    (text) => replaceAll(text, contractions),
  ],
  [
    /\b(friendlier|warmer|casual|informal|relaxed|more (friendly|personal|warm))\b/i,
    (text) => replaceAll(text, informal),
  ],
  [/\b(bullets?|bullet points|as a list)\b/i, bullets],
  [/\b(upper ?case|capital letters)\b/i, (text) => text.toUpperCase()],
  [
    /\b(numbered|number the)\b/i,
    (text) =>
      text
        .split('\n')
        .reduce<string[]>((lines, line) => {
          const item = /^\s*[-*]\s+(.*)$/.exec(line)?.[1]
          const at = lines.filter((each) => /^\d+\. /.test(each)).length + 1
          return [...lines, item === undefined ? line : `${at}. ${capitalize(item)}`]
        }, [])
        .join('\n'),
  ],
]

/** How a short message wants the last answer changed; undefined where it asks for something new. */
export function readChange(ask: string): ((text: string) => string) | undefined {
  if (ask.length > 160) return undefined
  const change = changes.find(([pattern]) => pattern.test(ask))?.[1]
  return change === undefined ? undefined : (text) => change(text, ask)
}
