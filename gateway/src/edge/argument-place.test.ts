import { expect, test } from 'bun:test'
import { argumentPlace } from './argument-place.ts'

for (const [document, path, place] of [
  ['mutation($i: In!) { run(input: $i) { id } }', ['i', 'values', 'x'], ['values', 'x']],
  ['mutation($i: In!) { run(input: $i) { id } }', ['i'], ['input']],
  ['query($n: Int) { executions(first: $n) { id } }', ['n'], ['first']],
  ['query($n: ID) { executions(filter: { ids: ["a", $n] }) { id } }', ['n'], ['filter', 'ids', 1]],
  ['mutation($v: JSON) { run(input: { values: $v }) { id } }', ['v', 'x'], ['values', 'x']],
  ['query($n: Int) { viewer { id } }', ['n'], ['n']],
  ['query {', ['n', 0], ['n', 0]],
] as const) {
  test(`names ${path.join('.')} of ${document} as ${place.join('.')}`, () => {
    expect(argumentPlace(document, [...path])).toEqual([...place])
  })
}
