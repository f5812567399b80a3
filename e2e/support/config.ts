/** The Chromium that `npm test` found, else one on PATH. */
export function chromiumPath(): string {
  const path =
    process.env['CHROMIUM_PATH'] ||
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => Bun.which(name)).find(Boolean)
  if (!path) throw new Error('No Chromium was found: set CHROMIUM_PATH, or run npm test, which brings one.')
  return path
}
