import type { ListedModel } from './call-model.ts'

interface ModelFacts {
  maxOutputTokens: number | null
  abilities: ListedModel['abilities']
}

const all = { images: true, tools: true, structuredOutput: true }
const none = { images: false, tools: false, structuredOutput: false }

/** What the price data does not say, by provider and model name; the first match counts. */
const facts: [provider: string, pattern: RegExp, facts: ModelFacts][] = [
  [
    'anthropic',
    /^claude-3-(haiku|opus|sonnet)/,
    { maxOutputTokens: 4_096, abilities: { ...all, structuredOutput: false } },
  ],
  ['anthropic', /^claude-3/, { maxOutputTokens: 8_192, abilities: { ...all, structuredOutput: false } }],
  ['anthropic', /^claude-opus-4-[01]\b/, { maxOutputTokens: 32_000, abilities: all }],
  ['anthropic', /^claude-/, { maxOutputTokens: 64_000, abilities: all }],
  ['openai', /^(gpt-4o|chatgpt-4o)/, { maxOutputTokens: 16_384, abilities: all }],
  ['openai', /^gpt-4\.1/, { maxOutputTokens: 32_768, abilities: all }],
  ['openai', /^o[134]/, { maxOutputTokens: 100_000, abilities: all }],
  ['openai', /^gpt-[56]/, { maxOutputTokens: 128_000, abilities: all }],
  ['openai', /^gpt-oss/, { maxOutputTokens: null, abilities: { ...all, images: false } }],
  ['xai', /^grok-(3|code|build)/, { maxOutputTokens: null, abilities: { ...all, images: false } }],
  ['xai', /^grok-/, { maxOutputTokens: null, abilities: all }],
]

/** What is known of a model beside its prices; an unknown one is taken to have text only. */
export function factsOf(provider: string, name: string): ModelFacts {
  const found = facts.find(([each, pattern]) => each === provider && pattern.test(name))
  return found?.[2] ?? { maxOutputTokens: null, abilities: none }
}

/** Anthropic must be told a longest answer; half of what the model has leaves room for the prompt in small contexts. */
export function defaultMaxOutputTokens(model: string): number {
  return Math.min(32_000, factsOf('anthropic', model).maxOutputTokens ?? 4_096)
}

/** Priced models that make no text, answer through another API, or that their provider has withdrawn. */
const unlisted =
  /^(ada|babbage|curie|davinci|text-|ft:|gpt-3|gpt-4(-|$)|gpt-4\.5|gpt-oss|o1-(mini|preview)|claude-(v1|2|3-)|grok-2|moderation|codex-mini|computer-use)|audio|realtime|transcribe|tts|image|vision|voice|search|embedding|whisper|:extended|\.ft-|multi-agent|deep-research/

export function isListed(name: string): boolean {
  return !unlisted.test(name)
}
