import { setDefaultTimeout } from 'bun:test'

// Bun reads no default timeout from bunfig.toml, and its own five seconds are few for a slow machine.
setDefaultTimeout(30_000)
