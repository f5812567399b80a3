import type { ModelSettings } from '../contract/plan.ts'
import type { WireCall } from './wire.ts'

const names = { temperature: 'temperature', top_p: 'topP' } as const

/** Which settings each model has refused in this process, so that it is told only once. */
const known = new Map<string, Set<keyof ModelSettings>>()

function refusedSetting(error: unknown): keyof ModelSettings | undefined {
  if (!(error instanceof Error) || !('status' in error) || error.status !== 400) return undefined
  const param = 'param' in error ? String(error.param) : ''
  const name = /\b(temperature|top_p)\b/.exec(`${param} ${error.message}`)?.[1]
  return name === 'temperature' || name === 'top_p' ? names[name] : undefined
}

/**
 * Makes the call with the settings that the model has. Many newer models answer 400 to a temperature or a top_p;
 * such an answer comes before any token and costs nothing, so the call is made again without the one it names.
 */
export async function withSettings<T>(
  { baseUrl, model, settings }: Pick<WireCall, 'baseUrl' | 'model' | 'settings'>,
  call: (settings: ModelSettings) => Promise<T>,
): Promise<T> {
  const refused = known.get(`${baseUrl} ${model}`) ?? new Set()
  const wanted = Object.fromEntries(
    Object.entries(settings).filter(([name]) => !refused.has(name as keyof ModelSettings)),
  )
  try {
    return await call(wanted)
  } catch (error) {
    const name = refusedSetting(error)
    if (name === undefined || !(name in wanted)) throw error
    known.set(`${baseUrl} ${model}`, refused.add(name))
    return withSettings({ baseUrl, model, settings }, call)
  }
}
