import { expect, test } from 'bun:test'
import { queueWords } from './queue-position.ts'

test('a turn in the queue is said as people say it', () => {
  expect([1, 2, 3, 4, 11, 12, 21, 22, 103, 113, 1_000, 1_001].map(queueWords)).toEqual([
    'Next in the queue',
    '2nd in the queue',
    '3rd in the queue',
    '4th in the queue',
    '11th in the queue',
    '12th in the queue',
    '21st in the queue',
    '22nd in the queue',
    '103rd in the queue',
    '113th in the queue',
    '1,000th in the queue',
    'More than 1,000 ahead in the queue',
  ])
})
