import { expect, test } from 'bun:test'
import { conversationRequest } from './conversation.ts'

const turn = (n: number, answer: string | null) => ({
  system: `system ${n}`,
  body: `body ${n}`,
  message: `message ${n}`,
  answer,
})

test('the first message is its body and its message', () => {
  expect(conversationRequest([], turn(0, null))).toEqual({
    system: 'system 0',
    messages: [{ role: 'user', content: 'body 0\n\nmessage 0' }],
  })
  expect(conversationRequest([], { ...turn(0, null), message: '' }).messages).toEqual([
    { role: 'user', content: 'body 0' },
  ])
})

test('later messages carry their own system text and body, and never those of earlier ones', () => {
  const { system, messages } = conversationRequest([turn(0, 'answer 0'), turn(1, 'answer 1')], turn(2, null))
  expect(system).toBe('system 2')
  expect(messages).toEqual([
    { role: 'user', content: 'body 2\n\nmessage 0' },
    { role: 'assistant', content: 'answer 0' },
    { role: 'user', content: 'message 1' },
    { role: 'assistant', content: 'answer 1' },
    { role: 'user', content: 'message 2' },
  ])
})

test('a message without an answer is left out, also the first', () => {
  const { messages } = conversationRequest([turn(0, null), turn(1, 'answer 1')], turn(2, null))
  expect(messages.map(({ content }) => content)).toEqual(['body 2\n\nmessage 1', 'answer 1', 'message 2'])
  expect(conversationRequest([turn(0, null)], turn(1, null)).messages).toEqual([
    { role: 'user', content: 'body 1\n\nmessage 1' },
  ])
})
