import type { Option } from '#lib/ui/search-options.ts'

/** What the examples are filled with. */
export const models: Option[] = [
  { value: 'demo', label: 'Demo model', detail: 'free' },
  { value: 'large', label: 'Large model', detail: '$3.00 per M' },
  { value: 'small', label: 'Small model', detail: '$0.25 per M' },
  { value: 'local', label: 'Local model', detail: 'no key', disabled: true },
]

export const people: Option[] = [
  { value: 'u1', label: 'Ada Byron', detail: 'owner' },
  { value: 'u2', label: 'Annie Easley', detail: 'admin' },
  { value: 'u3', label: 'Grace Murray', detail: 'member' },
  { value: 'u4', label: 'Hedwig Kiesler', detail: 'member' },
  { value: 'u5', label: 'Katherine Coleman', detail: 'member' },
  { value: 'u6', label: 'Mary Golda Ross', detail: 'viewer' },
  { value: 'u7', label: 'Radia Joy', detail: 'member' },
]

/** Finds people as a server would, a moment later. */
export function searchPeople(query: string, signal: AbortSignal): Promise<Option[]> {
  return new Promise((resolve, reject) => {
    const found = people.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()))
    const timer = setTimeout(() => resolve(found), 400)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new Error('aborted'))
    })
  })
}

export interface SampleRow {
  id: string
  name: string
  status: 'succeeded' | 'running' | 'failed'
  model: string
  cost: string
  when: string
}

export const rows: SampleRow[] = [
  {
    id: 'e1',
    name: 'Quarterly letter',
    status: 'running',
    model: 'Large model',
    cost: '$0.0142',
    when: 'just now',
  },
  {
    id: 'e2',
    name: 'Brief for the annual report, second draft with the figures of all regions',
    status: 'succeeded',
    model: 'Demo model',
    cost: '$0',
    when: '3 minutes ago',
  },
  {
    id: 'e3',
    name: 'Research notes',
    status: 'failed',
    model: 'Large model',
    cost: '$0.0021',
    when: '2 hours ago',
  },
  {
    id: 'e4',
    name: 'Score of the brief',
    status: 'succeeded',
    model: 'Small model',
    cost: '$12.40',
    when: 'yesterday',
  },
]

export const proseBefore = `The year began with a question that nobody had asked before. We had customers in four countries, and no idea what they did with our product once the invoice was paid.

So we went and asked. Forty conversations later, we knew more than in the three years before.

They told us three things. The first was that speed matters less than we thought. The second was that they read every word that we write. The third was that nobody uses the export.

None of this was in our plans.

We changed the plans. What you hold in your hands is the result.

Thank you for your patience.`

export const proseAfter = `The year began with a question that nobody had asked before. We had customers in four countries, and no idea what they did with our product once the invoice was paid.

So we visited them. Forty conversations later, we knew more than in the three years before.

They told us three things. The first was that speed matters less than we thought. The second was that they read every word that we write. The third was that nobody uses the export.

None of this was in our plans.

We changed the plans, all of them. What you hold in your hands is the result.

Thank you for your patience, and for telling us the truth.`

export const promptBefore = `You are an editor at {{publication}}.

Write a letter to {{audience}} about {{topic}}.
Keep it under 400 words.

Rules:
- No jargon.
- One idea per paragraph.
- Name the people who did the work.
- Give figures with their source.
- End with a thank you.`

export const promptAfter = `You are a senior editor at {{publication}}.

Write a letter to {{audience}} about {{topic}}.
Keep it under 300 words, in short paragraphs.

Rules:
- No jargon.
- One idea per paragraph.
- Name the people who did the work.
- Give figures with their source.
- End with a thank you.
- Leave out what you cannot prove.`

export const output = JSON.stringify(
  {
    title: 'Quarterly letter',
    words: 312,
    score: 0.87,
    final: true,
    parent: null,
    topics: ['customers', 'plans'],
  },
  null,
  2,
)
