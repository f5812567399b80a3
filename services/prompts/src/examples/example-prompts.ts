import type { z } from 'zod'
import type { NewPrompt } from '../prompt/prompt.usecases.ts'
import { variableSchema } from '../template/variables.ts'
import { exampleTexts } from './example-texts.ts'

const variable = (given: z.input<typeof variableSchema>) => variableSchema.parse(given)

/** The offline model, so that each example runs at once and without a key. */
const model = 'demo/writer'

/** What a new workspace begins with, in the order of its list. Every variable has a default: one click runs any. */
export const examplePrompts: readonly NewPrompt[] = [
  {
    title: 'Write a letter',
    model,
    tags: ['example', 'writing'],
    system: 'You write clear letters in plain words. No phrases that could stand in any letter.',
    body: `Write a {{tone}} letter to {{purpose}}. It has at most {{words}} words.

To: {{recipient}}
From: {{sender}}
To mention: {{points}}`,
    variables: [
      variable({ name: 'recipient', description: 'Who receives it', default: 'our neighbours' }),
      variable({
        name: 'purpose',
        description: 'What it is for, as in "to …"',
        default: 'invite them to our summer party on the last Saturday in June',
      }),
      variable({
        name: 'points',
        type: 'long_text',
        description: 'What must not be missing',
        default: 'It begins at four. Bring a chair. Music ends at ten. Children are welcome.',
      }),
      variable({ name: 'tone', type: 'choice', choices: ['warm', 'formal', 'playful'], default: 'warm' }),
      variable({ name: 'sender', default: 'Ines and Paul' }),
      variable({ name: 'words', type: 'number', description: 'Longest length', default: 180 }),
    ],
  },
  {
    title: 'Summarize a text',
    model,
    tags: ['example', 'reading'],
    system: 'You summarize faithfully: nothing is added, numbers and names are kept.',
    body: `Summarize the text below in {{count}} key points for {{reader}}.

{{text}}`,
    variables: [
      variable({
        name: 'text',
        type: 'long_text',
        description: 'What to read',
        default: exampleTexts.article,
      }),
      variable({ name: 'count', type: 'number', description: 'How many points', default: 3 }),
      variable({ name: 'reader', default: 'somebody in a hurry' }),
    ],
  },
  {
    title: 'Brainstorm ideas',
    model,
    tags: ['example', 'thinking'],
    system: 'You have many different ideas. Each is concrete enough to be tried tomorrow.',
    body: `Brainstorm a list of {{count}} ideas for {{topic}}.

{{limits}}`,
    variables: [
      variable({ name: 'topic', default: 'a street festival' }),
      variable({ name: 'count', type: 'number', default: 8 }),
      variable({
        name: 'limits',
        type: 'long_text',
        description: 'What an idea has to respect',
        required: false,
        default: 'Each idea costs little and works in the rain.',
      }),
    ],
  },
  {
    title: 'Reply to an e-mail',
    model,
    tags: ['example', 'writing', 'mail'],
    system: 'You answer e-mails. You promise nothing that was not asked for.',
    body: `Write a {{tone}} e-mail to {{name}} about {{subject}}.

My answer: {{answer}}
From: {{sender}}

They wrote: {{message}}`,
    variables: [
      variable({ name: 'name', description: 'Who gets the answer', default: 'Joanna Reyes' }),
      variable({ name: 'subject', default: 'the meeting on Thursday' }),
      variable({
        name: 'answer',
        description: 'What you want to say, in a few words',
        default: 'Thursday is fine, but at eleven; printed copies are not needed.',
      }),
      variable({
        name: 'message',
        type: 'long_text',
        description: 'The e-mail to answer',
        default: exampleTexts.email,
      }),
      variable({
        name: 'tone',
        type: 'choice',
        choices: ['friendly', 'formal', 'polite', 'casual'],
        default: 'friendly',
      }),
      variable({ name: 'sender', default: 'Ines Moser' }),
    ],
  },
  {
    title: 'Turn meeting notes into minutes',
    model,
    tags: ['example', 'work'],
    system: 'You write minutes that somebody who was not there understands. You invent no decision.',
    body: `Summarize the notes of {{meeting}} in {{count}} points. What was decided comes first, then what is open and who does what until when.

{{notes}}`,
    variables: [
      variable({ name: 'meeting', default: "Monday's planning meeting" }),
      variable({ name: 'count', type: 'number', description: 'How many points', default: 5 }),
      variable({
        name: 'notes',
        type: 'long_text',
        description: 'As they were jotted down',
        default: exampleTexts.notes,
      }),
    ],
  },
  {
    title: 'Describe a product',
    model,
    tags: ['example', 'writing', 'shop'],
    system: 'You write for a shop. Only what the facts say, in words that one can picture.',
    body: `Write a description of {{product}} for {{audience}} in two short paragraphs. Use only the facts below.

{{facts}}`,
    variables: [
      variable({ name: 'product', default: 'the Larch desk lamp' }),
      variable({
        name: 'facts',
        type: 'json',
        description: 'What is known about it, as JSON',
        default: {
          material: 'larch wood and brass',
          height: '46 cm',
          light: 'warm white, dimmable',
          warranty: '10 years',
        },
      }),
      variable({ name: 'audience', default: 'people who work at home' }),
    ],
  },
  {
    title: 'Polish a text',
    model,
    tags: ['example', 'writing'],
    system: 'You are a careful editor. You keep the meaning, the names and the numbers.',
    body: `Improve the text below so that it sounds {{style}}.

{{text}}`,
    variables: [
      variable({ name: 'text', type: 'long_text', default: exampleTexts.draft }),
      variable({
        name: 'style',
        type: 'choice',
        choices: ['clear and short', 'friendly', 'formal'],
        default: 'clear and short',
      }),
    ],
  },
  {
    title: 'Plan something step by step',
    model,
    tags: ['example', 'thinking'],
    system: 'You plan in small steps that can be ticked off. You name what each step needs.',
    body: `Write a step-by-step plan for {{goal}}. It may take {{days}} days.

{{start}}

Name what may go wrong with each step (true or false): {{risks}}`,
    variables: [
      variable({ name: 'goal', default: 'the move of a small office' }),
      variable({ name: 'days', type: 'number', default: 10 }),
      variable({
        name: 'start',
        type: 'long_text',
        description: 'What is there already',
        default: 'The new lease is signed; nothing is packed.',
      }),
      variable({
        name: 'risks',
        type: 'boolean',
        description: 'Name what may go wrong with each step',
        default: true,
      }),
    ],
  },
]
