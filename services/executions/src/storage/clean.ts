const surrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Postgres refuses U+0000 and lone surrogates in JSON and text: both become U+FFFD. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(surrogates, '\ufffd')
}

/** The same for every text inside a JSON value, keys too; done before encoding, where it still can be. */
function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(cleanValue)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanValue(inner)]))
}

/** Encodes a value for a JSON parameter, cleaned. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(cleanValue(value)) ?? 'null'
}
