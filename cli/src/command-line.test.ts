import { describe, expect, test } from 'bun:test'
import { CommandError, errorLines } from './command-error.ts'
import { repeatedOption } from './command-line.ts'

describe('the command line', () => {
  test('collects an option that is given many times', () => {
    expect(
      repeatedOption(['x', '--var', 'a=1', '--var=b=--var', '--model', 'm', '--', '--var', 'c=1'], 'var'),
    ).toEqual(['a=1', 'b=--var'])
  })

  test('shows an error with its code and each issue on a line', () => {
    const error = new CommandError('input.invalid', 'The input is not valid.', {
      issues: [
        { path: ['values', 'rows', 0], message: 'is not a text' },
        { path: [], message: 'is too long' },
      ],
    })
    expect(errorLines(error)).toEqual([
      'The input is not valid. (input.invalid)',
      '  values.rows.0: is not a text',
      '  is too long',
    ])
  })
})
