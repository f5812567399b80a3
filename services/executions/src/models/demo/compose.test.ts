import { describe, expect, test } from 'bun:test'
import type { ModelMessage } from '../call-model.ts'
import { compose, demoNote } from './compose.ts'

function ask(content: string, system = ''): string {
  return compose({ system, messages: [{ role: 'user', content }], brief: false })
}

function askAfter(turns: string[], brief = false): string {
  const messages = turns.map((content, index): ModelMessage => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content,
  }))
  return compose({ system: '', messages, brief })
}

describe('the demo model uses what it was given', () => {
  test('in a letter: recipient, subject, tone and sender', () => {
    const letter = ask(
      'Write a short letter to Ada Lovelace about the spring reading in the library, in a warm tone, from Tom Baker.',
    )
    expect(letter).toMatch(/^(Dear|Hello|Hi) Ada Lovelace,/)
    expect(letter).toContain('the spring reading in the library,')
    expect(letter).toContain('Warmly,  \nTom Baker')
  })

  test('in a letter with a purpose', () => {
    expect(ask('Write a letter to Grandma thanking her for the knitted scarf')).toContain(
      'thank you for the knitted scarf',
    )
    expect(ask('Write a letter to invite my neighbours to the street party')).toContain(
      'joined us for the street party',
    )
    expect(ask('Write a letter to Ada about tea.\n\nMention the ginger biscuits.')).toContain(
      'the ginger biscuits.',
    )
  })

  test('in an e-mail: a subject line and the fields', () => {
    const mail = ask(
      'Write an e-mail to our customers about the new opening hours.\n\nDate: 1 May\nTone: formal\nSender: The Quill Team',
    )
    expect(mail).toStartWith('**Subject:** The New Opening Hours\n\nDear customers,')
    expect(mail).toContain('- **Date:** 1 May')
    expect(mail).toContain('Yours sincerely,  \nThe Quill Team')
  })

  test('in a summary: sentences of the text, as many as asked for', () => {
    const text =
      'Bees visit flowers to collect nectar. They carry pollen from flower to flower. Many crops depend on bees for pollination. Cities can help bees by planting flowers. My neighbour has a cat.'
    const summary = ask(`Summarize this in two points:\n\n${text}`)
    const points = summary.match(/^- .*$/gm) ?? []
    expect(points.length).toBe(2)
    for (const point of points) expect(text).toContain(point.slice(2))
    expect(summary).not.toContain('cat')
  })

  test('in a list: as many items as asked for', () => {
    expect(ask('Give me seven ideas for a birthday party').match(/^- \*\*/gm)?.length).toBe(7)
  })

  test('in a text: subject, audience, fields and length', () => {
    const text = ask('Write about {{topic}} in 400 words.\nTopic: green roofs\nAudience: city planners')
    expect(text).toStartWith('# Green Roofs')
    expect(text).toContain('written for city planners')
    expect(text.split(/\s+/).length).toBeWithin(350, 470)
  })

  test('in a conversation: what was said before', () => {
    expect(askAfter(['My name is Ada and I like tea.', 'Noted.', 'What is my name?'])).toContain(
      'your name is Ada',
    )
  })
})

describe('the demo model answers in the form that was asked for', () => {
  test('JSON that parses, with the named keys and given values', () => {
    const named = JSON.parse(
      ask('Return JSON with keys title, summary and tags for an article about coffee'),
    ) as object
    expect(Object.keys(named)).toEqual(['title', 'summary', 'tags'])
    const shaped: unknown = JSON.parse(
      ask('Answer with JSON: {"name": "string", "age": number}\nName: Ada\nAge: 36'),
    )
    expect(shaped).toEqual({ name: 'Ada', age: 36 })
    const bySystem: unknown = JSON.parse(ask('Name: Ada', 'Always answer in JSON.'))
    expect(bySystem).toEqual({ name: 'Ada' })
  })

  test('a table, a plan, a title, an exact word', () => {
    expect(ask('Compare tea and coffee in a table')).toContain('|  | Tea | Coffee |')
    expect(ask('Make a plan for learning the violin')).toContain('1. **')
    expect(ask('Give me a title for an article about slow cooking')).toBe('Slow Cooking')
    expect(ask('Reply with exactly: OK')).toBe('OK')
    expect(ask('What is 12 * 7?')).toStartWith('12 × 7 = **84**')
  })

  test('a hint instead of a made-up translation or fact', () => {
    expect(ask('Translate to French: "The quick brown fox jumps over it."')).toContain(
      '> The quick brown fox',
    )
    expect(ask('What is the capital of France?')).toContain('cannot look this up')
  })
})

describe('a follow-up changes the last answer', () => {
  const request = 'Write a letter to Grandma thanking her for the scarf'
  const letter = ask(request)
  const follow = (message: string) => askAfter([request, letter, message])

  test('shorter and longer', () => {
    expect(follow('make it shorter').length).toBeLessThan(letter.length)
    expect(follow('now longer, please').length).toBeGreaterThan(letter.length)
    expect(follow('make it shorter')).toStartWith('Dear Grandma,')
  })

  test('other words, another tone, bullets, a title, less of it', () => {
    expect(follow('replace Grandma with Grandpa')).toStartWith('Dear Grandpa,')
    expect(follow('more formal please')).toContain('Yours sincerely,')
    expect(follow('as bullet points')).toContain('- I want to thank you for the scarf.')
    expect(follow('add a title')).toMatch(/^# /)
    expect(follow('remove the last paragraph')).not.toContain('Kind regards')
  })

  test('with new values in the prompt above it, those are used', () => {
    const changed = askAfter([
      request,
      letter,
      'Write a letter to Grandpa thanking him for the hat\n\nmake it shorter',
    ])
    expect(changed).toStartWith('Dear Grandpa,')
    expect(changed).toContain('the hat')
  })

  test('a new request is answered afresh', () => {
    expect(follow('Give me three ideas for a walk')).toContain('ideas')
  })
})

test('says once, at the end, that it is the demo model, except in data, titles and exact words', () => {
  for (const answer of [
    ask('Hello'),
    ask('Write about the sea'),
    askAfter(['Write about the sea', ask('Write about the sea'), 'shorter']),
  ]) {
    expect(answer.endsWith(demoNote)).toBe(true)
    expect(answer.split(demoNote).length).toBe(2)
  }
})

test('answers the same each time, the same request, and in brief when asked to', () => {
  expect(ask('Write about the sea')).toBe(ask('Write about the sea'))
  expect(askAfter(['Write about the sea'], true).length).toBeLessThan(ask('Write about the sea').length)
})

test.each([
  '?',
  '{{',
  '<a>'.repeat(20_000),
  '"'.repeat(5000),
  'a: b\n'.repeat(5000),
  '.'.repeat(50_000),
  '𝔘nicode 写一封信',
  '-',
  '```',
])('answers something to %#: odd input', (content) => {
  expect(ask(content).length).toBeGreaterThan(0)
})
