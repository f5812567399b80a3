import { expect, test } from 'bun:test'
import { createStepTurns } from './step-turns.ts'

function record() {
  const shown: string[] = []
  return { shown, turns: createStepTurns<string>((stepKey, piece) => shown.push(`${stepKey}:${piece}`)) }
}

test('lets a second step wait until the first is done, then shows all that it said', () => {
  const { shown, turns } = record()
  turns.say('a', '1')
  turns.say('b', '1')
  turns.say('a', '2')
  turns.say('b', '2')
  turns.end('a')
  turns.say('b', '3')
  expect(shown).toEqual(['a:1', 'a:2', 'b:1', 'b:2', 'b:3'])
})

test('shows steps that ended while they waited in the order in which they began', () => {
  const { shown, turns } = record()
  turns.say('a', '1')
  turns.say('b', '1')
  turns.say('c', '1')
  turns.end('c')
  turns.end('b')
  turns.end('a')
  turns.say('d', '1')
  expect(shown).toEqual(['a:1', 'b:1', 'c:1', 'd:1'])
})
