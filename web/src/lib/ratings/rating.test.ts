import { describe, expect, test } from 'bun:test'
import { sumsOf, unrated, withSaid, type RatingSums } from './rating.ts'

const others: RatingSums = new Map([
  ['', { up: 3, down: 1, viewer: null }],
  ['message[0]', { up: 2, down: 0, viewer: null }],
])

describe('what one says is counted at once', () => {
  test('at the answer that it is said of, and nowhere else', () => {
    const said = withSaid(others, 'message[0]', { value: 'up', reason: 'Short' })
    expect(said.get('message[0]')).toEqual({ up: 3, down: 0, viewer: { value: 'up', reason: 'Short' } })
    expect(said.get('')).toEqual(others.get(''))
  })

  test('in place of what one said before, once', () => {
    const up = withSaid(others, 'message[0]', { value: 'up' })
    const down = withSaid(up, 'message[0]', { value: 'down' })
    expect(down.get('message[0]')).toEqual({ up: 2, down: 1, viewer: { value: 'down', reason: null } })
    const why = withSaid(down, 'message[0]', { value: 'down', reason: 'Wrong' })
    expect(why.get('message[0]')).toEqual({ up: 2, down: 1, viewer: { value: 'down', reason: 'Wrong' } })
  })

  test('and no longer once it is taken back', () => {
    const back = withSaid(withSaid(others, '', { value: 'down' }), '', { value: null })
    expect(back.get('')).toEqual(others.get(''))
  })

  test('of an answer that nobody rated yet', () => {
    expect(withSaid(new Map(), 'message[1]', { value: 'up' }).get('message[1]')?.up).toBe(1)
  })
})

test('sums are found by step, and what was said of the whole alone under no key', () => {
  const whole = { up: 3, down: 1, viewer: { value: 'up' as const, reason: null } }
  const first = { up: 2, down: 0, viewer: null }
  const second = { up: 0, down: 1, viewer: null }
  const steps = [
    { key: 'message[0]', ratings: first },
    { key: 'message[1]', ratings: second },
    { key: 'message[2]', ratings: unrated },
  ]
  expect([...sumsOf({ id: 'x', ratings: whole, steps })]).toEqual([
    ['', { ...whole, up: 1, down: 0 }],
    ['message[0]', first],
    ['message[1]', second],
    ['message[2]', unrated],
  ])
})
