/** What JSON.stringify makes of U+0000 and of lone surrogates; a backslash before it only makes us look twice. */
const escaped = /\\u(?:0000|d[89a-f])/

/** Postgres refuses U+0000 and lone surrogates in JSON and text: both become U+FFFD. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}

/** The same for every text inside a JSON value, keys too; done before encoding, where it still can be. */
function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(cleanValue)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanValue(inner)]))
}

/** Encodes a value for a JSON parameter, cleaned. Almost all is clean already: then it is encoded once and not copied. */
export function cleanJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  return escaped.test(text) ? (JSON.stringify(cleanValue(value)) ?? 'null') : text
}
