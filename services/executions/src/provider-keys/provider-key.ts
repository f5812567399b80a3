import { invalidInput, type Issue } from '@quillworks/service-kit/errors'
import { isBuiltIn } from '../models/providers.ts'

/** What is given for a provider. */
export interface GivenKey {
  provider: string
  key?: string | null | undefined
  baseUrl?: string | null | undefined
}

export interface CheckedKey {
  provider: string
  /** Empty for a server that wants none. */
  key: string
  baseUrl: string | null
}

const longestKey = 1_000
const longestUrl = 500

function keyProblem(key: string, needed: boolean): string | undefined {
  if (key === '') return needed ? 'Paste the key that the provider gave you.' : undefined
  // It goes into a header, where nothing else can stand.
  if (key.length <= longestKey && /^[\x21-\x7e]+$/.test(key)) return undefined
  return `A key has at most ${longestKey} letters, digits and signs, without spaces.`
}

function urlProblem(text: string): string | undefined {
  const url = URL.canParse(text) && text.length <= longestUrl ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return 'An address such as https://host.example/v1.'
  const { username, password, search, hash } = url
  return username || password || search || hash
    ? 'An address without name, password, question mark and hash.'
    : undefined
}

/** The last four characters, where they tell little of the whole. */
export function endingOf(key: string): string {
  return key.length >= 16 ? key.slice(-4) : ''
}

/**
 * Checks and cleans what is given, all problems at once. `known` are the providers of the deployment: any other is a
 * server of the organization, which needs an address, and rarely a key.
 */
export function checkKey(given: GivenKey, known: readonly string[]): CheckedKey {
  const provider = given.provider.trim().toLowerCase()
  const key = given.key?.trim() ?? ''
  const baseUrl = given.baseUrl?.trim().replace(/\/+$/, '') ?? ''
  const issues: Issue[] = []
  const say = (name: string, message: string | undefined) => {
    if (message !== undefined) issues.push({ path: [name], message })
  }
  const isKnown = known.includes(provider)
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(provider) || provider === 'demo')
    say(
      'provider',
      'openai, anthropic, xai, or a name of 1 to 40 letters, digits, - and _ for a server of your own.',
    )
  else if (!isKnown && baseUrl === '') say('baseUrl', `Give the address of ${provider}.`)
  if (baseUrl !== '') say('baseUrl', urlProblem(baseUrl))
  say('key', keyProblem(key, isBuiltIn(provider) || baseUrl === ''))
  if (issues.length > 0) throw invalidInput(issues)
  return { provider, key, baseUrl: baseUrl === '' ? null : baseUrl }
}
