import { lexer, type Token } from 'marked'
import { blocks, type Block } from './nodes.ts'

interface Chunk {
  raw: string
  blocks: Block[]
}

/** Later text can still join the last paragraph, list or table, over a blank line between. */
const unsettled = 3

function chunk(token: Token): Chunk {
  return { raw: token.raw, blocks: blocks([token]) }
}

/**
 * Reads Markdown that is still arriving: text that only grew is read again from its last few blocks on, and the
 * blocks before them keep their identity, so that a page can leave them alone.
 */
export class ArrivingMarkdown {
  #text = ''
  #chunks: Chunk[] = []

  /** The blocks of the whole text. */
  read(text: string): Block[] {
    const clean = text.replace(/\r\n?/g, '\n')
    const kept = clean.startsWith(this.#text) ? this.#chunks.slice(0, -unsettled) : []
    const length = kept.reduce((sum, { raw }) => sum + raw.length, 0)
    const added = lexer(clean.slice(length)).map(chunk)
    this.#chunks = [...kept, ...added]
    this.#text = clean
    return this.#chunks.flatMap((each) => each.blocks)
  }
}
