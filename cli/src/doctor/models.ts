import type { CliConfig } from '../config.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Which providers have a key in this environment; with none, prompts run on the demo model. */
export function checkModels(config: CliConfig): Finding {
  const providers = [
    ...(config.openaiApiKey ? ['OpenAI'] : []),
    ...(config.openaiBaseUrl ? [`OpenAI's protocol at ${new URL(config.openaiBaseUrl).host}`] : []),
    ...(config.anthropicApiKey ? ['Anthropic'] : []),
    ...(config.xaiApiKey ? ['xAI'] : []),
    ...(config.modelServers ? ['servers of your own'] : []),
  ]
  if (providers.length > 0) return ok('Models', `${providers.join(', ')}, and the demo model`)
  return warning(
    'Models',
    'no key in this environment: only the demo model answers',
    'Start Quillworks with OPENAI_API_KEY, ANTHROPIC_API_KEY or XAI_API_KEY set, or with QUILLWORKS_MODEL_SERVERS.',
  )
}
