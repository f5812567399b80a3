type Press = Pick<
  KeyboardEvent,
  'key' | 'keyCode' | 'isComposing' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'
>

/**
 * Whether this key sends the message it is pressed in: Enter alone, or with Ctrl or Cmd. Shift with Enter makes a new
 * line; so does Enter alone where one types on glass, which has no Shift to hold.
 */
export function isMessageSend(event: Press, { touch }: { touch: boolean }): boolean {
  // Safari ends a composition before the Enter that accepts it: of that the old code alone tells.
  if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return false
  if (event.shiftKey || event.altKey) return false
  return event.ctrlKey || event.metaKey || !touch
}

/** Whether fingers are the main way to point here. Browser only. */
export function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}
