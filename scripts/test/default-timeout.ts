import { setDefaultTimeout } from 'bun:test'

// A hook may have to start Postgres, NATS or all of Quillworks; Bun gives it five seconds.
setDefaultTimeout(120_000)
