import { expect, test } from 'bun:test'
import { countsOf, judged, lastLine } from './result.ts'

test('counts come from the head of the report, and a skipped test is a failed one', () => {
  const report =
    '<?xml version="1.0"?>\n<testsuites name="bun test" tests="12" assertions="40" failures="2" skipped="1" time="1.5">\n<testsuite tests="99">'
  expect(countsOf(report)).toEqual({ passed: 9, failed: 3 })
})

test('a suite that crashed or held no test has failed', () => {
  expect(judged({ passed: 3, failed: 0 }, 0)).toEqual({ passed: 3, failed: 0 })
  expect(judged({ passed: 3, failed: 0 }, 1)).toEqual({ passed: 3, failed: 1 })
  expect(judged({ passed: 3, failed: 2 }, 1)).toEqual({ passed: 3, failed: 2 })
  expect(judged({ passed: 0, failed: 0 }, 0)).toEqual({ passed: 0, failed: 1 })
  expect(judged(countsOf(''), 0)).toEqual({ passed: 0, failed: 1 })
})

test('the last line sums all suites', () => {
  const suite = { name: 'x', durationMs: 1 }
  expect(
    lastLine([
      { ...suite, passed: 2, failed: 0 },
      { ...suite, passed: 3, failed: 1 },
    ]),
  ).toBe('5 passed, 1 failed')
})
