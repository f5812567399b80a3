import type { Direction } from './tcp-proxy.ts'

/** What a Postgres connection has just done: a write is on its way, or what was written is durable. */
export interface WireEvent {
  kind: 'write-sent' | 'write-durable'
  statement: string
}

interface Pending {
  statement: string
  isSimple: boolean
}

/** Splits a byte stream into Postgres messages: a type byte, and a length that counts itself. */
class Messages {
  #rest: Buffer = Buffer.alloc(0)
  #isStarted: boolean

  constructor(isStarted: boolean) {
    this.#isStarted = isStarted
  }

  *read(chunk: Buffer): Generator<{ type: string; body: Buffer }> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (;;) {
      const head = this.#isStarted ? 1 : 0
      if (this.#rest.length < head + 4) return
      const end = head + this.#rest.readUInt32BE(head)
      if (this.#rest.length < end) return
      const type = head === 1 ? String.fromCharCode(this.#rest[0] ?? 0) : ''
      const body = this.#rest.subarray(head + 4, end)
      this.#rest = this.#rest.subarray(end)
      this.#isStarted = true
      yield { type, body }
    }
  }
}

function cString(body: Buffer, from: number): string {
  const end = body.indexOf(0, from)
  return body.toString('utf8', from, end === -1 ? body.length : end)
}

/** True for statements that change rows of content; leases are renewed all the time and are no content. */
function isWrite(statement: string): boolean {
  return (
    /\b(insert\s+into|(?<!for\s)update\s+\S+|delete\s+from)\b/i.test(statement) &&
    !/executions\.replicas/i.test(statement)
  )
}

/** Follows one connection's protocol, both ways, and tells of its writes. */
export class PostgresWire {
  readonly #fromClient = new Messages(false)
  readonly #fromServer = new Messages(true)
  readonly #statements = new Map<string, string>()
  readonly #pending: Pending[] = []
  #bound = ''
  #dirty: string | undefined;

  *read(chunk: Buffer, direction: Direction): Generator<WireEvent> {
    if (direction === 'to-server') yield* this.#readClient(chunk)
    else yield* this.#readServer(chunk)
  }

  *#readClient(chunk: Buffer): Generator<WireEvent> {
    for (const { type, body } of this.#fromClient.read(chunk)) {
      if (type === 'P') {
        const name = cString(body, 0)
        this.#statements.set(name, cString(body, Buffer.byteLength(name) + 1))
      }
      if (type === 'B') {
        const portal = cString(body, 0)
        this.#bound = this.#statements.get(cString(body, Buffer.byteLength(portal) + 1)) ?? ''
      }
      if (type !== 'E' && type !== 'Q') continue
      const statement = type === 'Q' ? cString(body, 0) : this.#bound
      this.#pending.push({ statement, isSimple: type === 'Q' })
      if (isWrite(statement)) yield { kind: 'write-sent', statement }
    }
  }

  *#readServer(chunk: Buffer): Generator<WireEvent> {
    for (const { type, body } of this.#fromServer.read(chunk)) {
      if (type === 'C') {
        const done = this.#pending[0]
        if (done && !done.isSimple) this.#pending.shift()
        const tag = cString(body, 0)
        if (tag === 'ROLLBACK') this.#dirty = undefined
        else if (done && isWrite(done.statement) && !tag.endsWith(' 0')) this.#dirty = done.statement
      }
      if (type === 'E') {
        this.#pending.length = 0
        this.#dirty = undefined
      }
      if (type !== 'Z') continue
      if (this.#pending[0]?.isSimple) this.#pending.shift()
      if (String.fromCharCode(body[0] ?? 0) !== 'I' || this.#dirty === undefined) continue
      const statement = this.#dirty
      this.#dirty = undefined
      yield { kind: 'write-durable', statement }
    }
  }
}
