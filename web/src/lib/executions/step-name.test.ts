import { expect, test } from 'bun:test'
import { stepName } from './step-name.ts'

test.each([
  [{ name: 'Research', key: 'message[0]' }, 'Research'],
  [{ name: null, key: 'message[0]' }, 'Message 1'],
  [{ name: null, key: 'message[11]' }, 'Message 12'],
  [{ name: null, key: 'message[1]/again[1]' }, 'Message 2, again'],
  [{ name: null, key: 'message[1]/again[3]' }, 'Message 2, again (3)'],
  [{ key: 'score[4]/draft' }, 'score[4]/draft'],
])('%p is called %s', (step, name) => expect(stepName(step)).toBe(name))
