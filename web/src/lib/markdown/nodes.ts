import type { Token, Tokens } from 'marked'
import { decodeEntities } from './entities.ts'

/** Markdown as data. Nothing in it is HTML: what a model writes can only become these elements and text. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'strong' | 'em' | 'del'; children: Inline[] }
  | { type: 'link'; href: string; children: Inline[] }
  | { type: 'br' }

export type Block =
  | { type: 'paragraph' | 'tight'; children: Inline[] }
  | { type: 'heading'; depth: number; children: Inline[] }
  | { type: 'code'; language: string; text: string }
  | { type: 'list'; ordered: boolean; start: number; items: ListItem[] }
  | { type: 'quote'; children: Block[] }
  | { type: 'table'; header: Inline[][]; rows: Inline[][][] }
  | { type: 'rule' }

export interface ListItem {
  checked: boolean | undefined
  children: Block[]
}

const safeProtocols = ['http:', 'https:', 'mailto:']

/** The address if a click on it is harmless, else undefined: never a script, never a relative path into this site. */
export function safeHref(href: string): string | undefined {
  const url = URL.parse(href)
  return url && safeProtocols.includes(url.protocol) ? url.href : undefined
}

function inlines(tokens: Token[] | undefined): Inline[] {
  return (tokens ?? []).flatMap(inline)
}

function link(href: string, children: Inline[]): Inline[] {
  const safe = safeHref(href)
  return safe ? [{ type: 'link', href: safe, children }] : children
}

function inline(token: Token): Inline[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [{ type: token.type, children: inlines(token.tokens) }]
    case 'codespan':
      return [{ type: 'code', text: (token as Tokens.Codespan).text }]
    case 'br':
      return [{ type: 'br' }]
    case 'link':
      return link((token as Tokens.Link).href, inlines(token.tokens))
    case 'image': {
      const { href, text } = token as Tokens.Image
      return link(href, [{ type: 'text', text: `image: ${text || href}` }])
    }
    case 'escape':
      return [{ type: 'text', text: (token as Tokens.Escape).text }]
    case 'text':
      if (token.tokens) return inlines(token.tokens)
      return [{ type: 'text', text: decodeEntities((token as Tokens.Text).text) }]
    case 'checkbox':
      return []
    default:
      return [{ type: 'text', text: token.raw }]
  }
}

function listItem(item: Tokens.ListItem): ListItem {
  return { checked: item.task ? Boolean(item.checked) : undefined, children: blocks(item.tokens) }
}

function block(token: Token): Block[] {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'checkbox':
      return []
    case 'heading':
      return [{ type: 'heading', depth: (token as Tokens.Heading).depth, children: inlines(token.tokens) }]
    case 'code': {
      const { text, lang } = token as Tokens.Code
      return [{ type: 'code', language: lang?.split(/\s/)[0] ?? '', text }]
    }
    case 'list': {
      const { ordered, start, items } = token as Tokens.List
      return [{ type: 'list', ordered, start: Number(start) || 1, items: items.map(listItem) }]
    }
    case 'blockquote':
      return [{ type: 'quote', children: blocks(token.tokens ?? []) }]
    case 'table': {
      const { header, rows } = token as Tokens.Table
      const cells = (row: Tokens.TableCell[]) => row.map((cell) => inlines(cell.tokens))
      return [{ type: 'table', header: cells(header), rows: rows.map(cells) }]
    }
    case 'hr':
      return [{ type: 'rule' }]
    case 'text':
      return [{ type: 'tight', children: inline(token) }]
    case 'paragraph':
      return [{ type: 'paragraph', children: inlines(token.tokens) }]
    default:
      return [{ type: 'paragraph', children: [{ type: 'text', text: token.raw.trimEnd() }] }]
  }
}

export function blocks(tokens: Token[]): Block[] {
  return tokens.flatMap(block)
}
