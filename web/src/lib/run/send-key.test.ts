import { describe, expect, test } from 'bun:test'
import { isMessageSend } from './send-key.ts'

const plain = {
  key: 'Enter',
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
}
const keyboard = { touch: false }
const glass = { touch: true }

describe('a message is sent', () => {
  test('by Enter, and by Ctrl or Cmd with Enter', () => {
    expect(isMessageSend(plain, keyboard)).toBe(true)
    expect(isMessageSend({ ...plain, ctrlKey: true }, keyboard)).toBe(true)
    expect(isMessageSend({ ...plain, metaKey: true }, keyboard)).toBe(true)
  })

  test('not by another key', () => expect(isMessageSend({ ...plain, key: 'a' }, keyboard)).toBe(false))

  test('not by Shift with Enter, which makes a new line', () =>
    expect(isMessageSend({ ...plain, shiftKey: true }, keyboard)).toBe(false))

  test('not by the Enter that accepts what is being composed', () => {
    expect(isMessageSend({ ...plain, isComposing: true }, keyboard)).toBe(false)
    expect(isMessageSend({ ...plain, isComposing: true, ctrlKey: true }, keyboard)).toBe(false)
    expect(isMessageSend({ ...plain, keyCode: 229 }, keyboard)).toBe(false)
  })

  test('on glass by Ctrl or Cmd with Enter alone', () => {
    expect(isMessageSend(plain, glass)).toBe(false)
    expect(isMessageSend({ ...plain, ctrlKey: true }, glass)).toBe(true)
  })
})
