export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const themeCookie = 'quillworks-theme'

export function themeFrom(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}

/** Shows a theme now and remembers it for a year. Browser only. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=31536000; samesite=lax`
}
