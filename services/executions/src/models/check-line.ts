import { classify } from './classify.ts'
import type { Line } from './lines.ts'
import { askForModels } from './list-models.ts'
import { ModelError } from './model.errors.ts'

const patienceMs = 10_000

/** OpenRouter tells its models to anybody: what a key is worth is asked elsewhere. */
async function askOpenRouter({ provider, fetch }: Line): Promise<void> {
  const response = await fetch(`${provider.baseUrl}/key`, {
    headers: { authorization: `Bearer ${provider.apiKey ?? ''}` },
    signal: AbortSignal.timeout(patienceMs),
  })
  await response.body?.cancel()
  if (response.ok) return
  const error = new Error(`OpenRouter answered ${response.status} about the key.`)
  throw Object.assign(error, { status: response.status })
}

/** Asks a provider for its models; a `ModelError` says what is wrong with the key, the address or the provider. */
export async function checkLine(line: Line, now: number): Promise<{ models: number }> {
  const { provider } = line
  const { host, hostname } = new URL(provider.baseUrl)
  try {
    const names = await askForModels(line, patienceMs)
    if (hostname === 'openrouter.ai') await askOpenRouter(line)
    return { models: names.length }
  } catch (error) {
    const failure = classify(error, {
      provider: provider.name,
      model: 'its models',
      host,
      apiKey: provider.apiKey ?? '',
      answered: false,
      heardText: '',
      now,
    })
    if (failure.code !== 'model.not_found') throw failure
    const message = `${provider.name} lists no models at ${host}. Check the address: most of them end in /v1.`
    throw new ModelError('model.not_found', message, { retryable: false, cause: error })
  }
}
