import type { Sql } from '@quillworks/database/connect'
import type { TransactionSql } from 'postgres'
import type { WrittenEvent } from './event-publisher.ts'

/** What one write made true: events that are published in their order and noted as published together. */
export interface OutboxEntry {
  /** Names it in its outbox. */
  key: string
  events: WrittenEvent[]
}

/** How long what was published can be sent again, as long as the stream keeps it. */
export const keptHours = 72

/** Where a service keeps what it has to publish: in the transaction that made it true, until it is noted. */
export interface OutboxStore {
  /**
   * Reads entries that wait, the oldest first, and locks them for `tx`; left out are those that others have locked,
   * those of `busy` (keys), and those younger than `minAgeMs`. Fewer than `limit` mean that there are no more.
   */
  claim: (
    tx: TransactionSql,
    asked: { limit: number; busy: string[]; minAgeMs: number },
  ) => Promise<OutboxEntry[]>
  /** Notes that the stream has taken all events of these entries. */
  note: (sql: Sql | TransactionSql, keys: string[]) => Promise<void>
  /** The subject of the event that was published last, which a whole stream therefore has. */
  lastPublished: (sql: Sql) => Promise<string | undefined>
  /** Lets everything of the last 72 hours wait again; answers how many entries that are. */
  sendAgain: (sql: Sql) => Promise<number>
  /** Removes what is kept for nothing any more. */
  prune: (sql: Sql) => Promise<void>
}
