import type { Brief } from './brief.ts'
import { capitalize, seedOf } from './words.ts'

const ideas: [head: string, text: (subject: string) => string][] = [
  [
    'Begin small',
    (subject) => `Try one part of ${subject} with one person, and write down what surprised you.`,
  ],
  [
    'Ask around',
    (subject) => `Talk to three people about ${subject}: short conversations teach more than a long search.`,
  ],
  [
    'Write the ending first',
    (subject) => `Picture ${subject} on the best possible day, then work backwards from there.`,
  ],
  ['Leave something out', (subject) => `Look for the part of ${subject} that nobody would miss.`],
  ['Borrow from elsewhere', (subject) => `See how people far away, or long ago, went about ${subject}.`],
  [
    'Make it visible',
    (subject) => `Put everything about ${subject} on one page that others can see and add to.`,
  ],
  [
    'Turn it around',
    (subject) => `Imagine the opposite of what everyone expects of ${subject}, and keep the best of it.`,
  ],
  ['Tell it as a story', (subject) => `Describe ${subject} through one person and one day.`],
  ['Invite a skeptic', (subject) => `Ask someone who has doubts about ${subject} to go first.`],
  ['Give it an hour', (subject) => `Keep one undisturbed hour for ${subject} this week.`],
  [
    'Mix two worlds',
    (subject) => `Bring ${subject} together with something you love that seems far from it.`,
  ],
  ['Keep a trace', (subject) => `Save one picture, one note or one number about ${subject} to look back on.`],
]

const steps: [head: string, text: (subject: string) => string][] = [
  ['Say what it is for', (subject) => `Write one sentence on why ${subject} matters, and for whom.`],
  [
    'Look at what there is',
    (subject) => `Collect what is already known about ${subject}, and mark what is only assumed.`,
  ],
  ['Choose a first piece', (subject) => `Pick the smallest part of ${subject} that is good by itself.`],
  ['Do it with care', () => 'Give it a date, a name and an hour without interruptions.'],
  [
    'Show it early',
    (subject) => `Show your work on ${subject} to two people before it is finished, and listen.`,
  ],
  ['Correct and decide', () => 'Keep what worked, drop what did not, and say openly what you changed.'],
  ['Write it down', (subject) => `Leave half a page about ${subject} for those who come after.`],
  ['Plan the next round', (subject) => `Set the day on which you come back to ${subject}.`],
]

/** The point words of a given text, if it has a list of its own. */
function givenItems(material: string): string[] {
  const lines = material
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.length > 1 ? lines.map((line) => line.replace(/^(?:[-*•]|\d+[.)])\s+/, '')) : []
}

function context(brief: Brief): string {
  const given = brief.fields.filter((field) => !/^(topic|subject|title|theme|about)$/i.test(field.label))
  if (given.length === 0) return brief.audience === '' ? '' : ` for ${brief.audience}`
  return `, with ${given.map(({ label, value }) => `${label.toLowerCase()} ${value}`).join(', ')}`
}

export function composeList(brief: Brief): string {
  const count = Math.min(brief.count ?? 5, ideas.length)
  const start = seedOf(brief.subject) % ideas.length
  const items = Array.from(
    { length: count },
    (_, index) => ideas[(start + index) % ideas.length] ?? ideas[0],
  ).map((each) => `- **${each?.[0]}.** ${each?.[1](brief.subject)}`)
  const given = givenItems(brief.material).map((item) => `- ${capitalize(item)}`)
  const heading = `**${capitalize(brief.subject)}: ${count} ${/\btips\b/i.test(brief.instruction) ? 'tips' : 'ideas'}${context(brief)}**`
  return [
    heading,
    items.join('\n'),
    ...(given.length === 0 ? [] : ['**From what you gave**', given.join('\n')]),
  ].join('\n\n')
}

export function composeSteps(brief: Brief): string {
  const count = Math.min(brief.count ?? 5, steps.length)
  const lines = steps
    .slice(0, count)
    .map(([head, text], index) => `${index + 1}. **${head}.** ${text(brief.subject)}`)
  const given = givenItems(brief.material).map((item) => `- [ ] ${capitalize(item)}`)
  const heading = `## ${capitalize(brief.subject)}: a plan${context(brief)}`
  return [
    heading,
    lines.join('\n'),
    ...(given.length === 0 ? [] : ['**To do on the way**', given.join('\n')]),
  ].join('\n\n')
}
