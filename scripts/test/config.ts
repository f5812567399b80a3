/** Settings of the person's own, which would lead tests elsewhere than to what they set up. */
const FOREIGN = /^(QUILLWORKS_|DATABASE_URL$|NATS_URL$|PG|(OPENAI|ANTHROPIC|XAI)_)/

/** The environment that tests run in. */
export function testEnvironment(extra: Record<string, string>): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])), ...extra }
}

/** A Chromium that the person names. */
export function chosenChromium(): string | undefined {
  return process.env['CHROMIUM_PATH'] || undefined
}
