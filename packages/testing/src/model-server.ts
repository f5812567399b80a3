export { startModelServer, type ModelServer, type ModelServerOptions } from './model-server/server.ts'
export type { LedgerCall } from './model-server/ledger.ts'
export type { ScriptedAnswer } from './model-server/script.ts'
