export const railCookie = 'quillworks-rail'

/** Whether the rail was left folded. */
export function isRailFolded(value: string | undefined): boolean {
  return value === 'folded'
}

/** Remembers for a year how the rail is left. Browser only. */
export function rememberRail(folded: boolean): void {
  document.cookie = `${railCookie}=${folded ? 'folded' : 'open'}; path=/; max-age=31536000; samesite=lax`
}
