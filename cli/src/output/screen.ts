import type { Writable } from 'node:stream'

/** Where a command writes: lines about what happens, and the text that it was asked for. */
export interface Screen {
  text: (text: string) => void
  line: (line: string) => void
  /** Ends a line of text that was left open. */
  end: () => void
}

interface Output extends Pick<Writable, 'write'> {
  isTTY?: boolean
}

/**
 * Writes text and lines so that neither begins in the middle of the other. Where both go to one place (a terminal, or the
 * same stream), an open line of text is ended before a line is told.
 */
export function createScreen(streams: { text: Output; lines: Output }): Screen {
  const together = streams.text === streams.lines || Boolean(streams.text.isTTY && streams.lines.isTTY)
  let open = false
  const closeLine = () => {
    if (open) streams.text.write('\n')
    open = false
  }
  return {
    text(text) {
      if (text === '') return
      streams.text.write(text)
      open = !text.endsWith('\n')
    },
    line(line) {
      if (together) closeLine()
      streams.lines.write(`${line}\n`)
    },
    end: closeLine,
  }
}

/** One JSON object as one line on stdout. */
export function jsonLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
