import { scanTemplate, snippetKey, type TemplatePiece } from '@quillworks/prompts/contract/template-text'

/** Where a part of a rendered text came from. */
export type PartSource =
  | { kind: 'value'; name: string; from: string }
  | { kind: 'missing'; name: string }
  | { kind: 'snippet'; name: string; id: string; version: number }

/** A piece of a rendered text; without a source it is the template's own. */
export interface Part {
  text: string
  source?: PartSource
}

/** What a text was rendered with. */
export interface RenderedWith {
  values: Readonly<Record<string, unknown>>
  /** Whose value each one is, by name. */
  origins: Readonly<Record<string, string>>
  /** `text` where it is known: of older messages it is not. */
  snippets: readonly { id: string; name: string; version: number; text?: string }[]
}

/** The ways in which the server may have written a value. */
function writtenForms(value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [value, value.trim()]
  return [JSON.stringify(value, null, 2)]
}

interface Piece {
  /** What may stand here, the likeliest first; undefined for text that is not known. */
  forms: string[] | undefined
  source?: PartSource
}

function pieceOf(piece: TemplatePiece, template: string, used: RenderedWith): Piece[] {
  const written = template.slice(piece.start, piece.end)
  if (piece.type === 'text') return [{ forms: [piece.text] }]
  if (piece.type === 'placeholder') {
    const { name } = piece
    const value = Object.hasOwn(used.values, name) ? used.values[name] : undefined
    const from = Object.hasOwn(used.origins, name) ? used.origins[name] : undefined
    const forms = writtenForms(value)
    if (forms.length > 0) return [{ forms, source: { kind: 'value', name, from: from ?? 'call' } }]
    return [{ forms: [written, ''], source: { kind: 'missing', name } }]
  }
  const snippet = used.snippets.find(({ name }) => snippetKey(name) === snippetKey(piece.name))
  if (!snippet) return [{ forms: [written] }]
  const { id, name, version, text } = snippet
  return [{ forms: text === undefined ? undefined : [text], source: { kind: 'snippet', name, id, version } }]
}

/** Where the next piece begins whose text is known; -1 where it is not found. */
function endOfUnknown(rendered: string, from: number, next: Piece | undefined): number {
  if (!next) return rendered.length
  const places = (next.forms ?? []).filter(Boolean).map((form) => rendered.indexOf(form, from))
  const found = places.filter((place) => place !== -1)
  return found.length > 0 ? Math.min(...found) : -1
}

/**
 * A rendered text in parts that say which variable or snippet they came from. Where text and template do not fit
 * together, as with a snippet that cannot be told from what follows it, the text comes back whole and unmarked.
 */
export function markParts(input: { template: string; rendered: string; used: RenderedWith }): Part[] {
  const { template, rendered, used } = input
  const whole: Part[] = rendered === '' ? [] : [{ text: rendered }]
  const pieces = scanTemplate(template).flatMap((piece) => pieceOf(piece, template, used))
  const parts: Part[] = []
  let at = 0
  for (const [index, { forms, source }] of pieces.entries()) {
    const end = forms
      ? at + (forms.find((form) => rendered.startsWith(form, at))?.length ?? Number.NaN)
      : endOfUnknown(rendered, at, pieces[index + 1])
    if (!(end >= at)) return whole
    const text = rendered.slice(at, end)
    if (text !== '') parts.push({ text, ...(source && { source }) })
    at = end
  }
  return at === rendered.length ? parts : whole
}
