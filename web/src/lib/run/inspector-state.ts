export const inspectorCookie = 'quillworks-inspector'

/** Whether the inspector was left folded. */
export function isInspectorFolded(value: string | undefined): boolean {
  return value === 'folded'
}

/** Remembers for a year how the inspector is left. Browser only. */
export function rememberInspector(folded: boolean): void {
  document.cookie = `${inspectorCookie}=${folded ? 'folded' : 'open'}; path=/; max-age=31536000; samesite=lax`
}
