import { expect, test } from 'bun:test'
import { matchKeys, type KeyStep } from './key-sequence.ts'

const commands = [{ keys: 'Mod+K' }, { keys: 'g p' }, { keys: 'g e' }, { keys: 'n' }, {}]
const plain = (key: string): KeyStep => ({ key, mod: false })

/** What is found when keys are pressed one after the other. */
function pressAll(...steps: KeyStep[]) {
  let pressed: readonly KeyStep[] = []
  return steps.map((step) => {
    const result = matchKeys(commands, pressed, step)
    pressed = result.pressed
    return result.command?.keys
  })
}

test('a chord, in either case', () => {
  expect(pressAll({ key: 'k', mod: true })).toEqual(['Mod+K'])
  expect(pressAll(plain('k'))).toEqual([undefined])
})

test('one key after the other', () => {
  expect(pressAll(plain('g'), plain('p'))).toEqual([undefined, 'g p'])
  expect(pressAll(plain('g'), plain('e'), plain('p'))).toEqual([undefined, 'g e', undefined])
})

test('a key that continues nothing begins anew', () => {
  expect(pressAll(plain('g'), plain('n'))).toEqual([undefined, 'n'])
  expect(pressAll(plain('g'), plain('g'), plain('p'))).toEqual([undefined, undefined, 'g p'])
})
