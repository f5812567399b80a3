const placeholder = /\{\{\s*(input\.[\w-]+|[\w.\-/[\]]+)\s*\}\}/g

/** Names in `{{…}}`, each once, in order of first use. */
export function placeholders(template: string): string[] {
  return [...new Set([...template.matchAll(placeholder)].map((match) => match[1] ?? ''))]
}

/** Fills `{{name}}` in one pass: a value that itself holds `{{x}}` stays as it is. Texts as they are, the rest as JSON. */
export function fillTemplate(template: string, value: (name: string) => unknown): string {
  return template.replace(placeholder, (_, name: string) => asText(value(name)))
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
