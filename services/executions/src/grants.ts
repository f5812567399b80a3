import { engineGrants } from '@quillworks/messaging/grants'
import { pricesChangedSubject } from './model-prices/own-prices.ts'
import { keysChangedSubject } from './provider-keys/own-keys.ts'

const engine = engineGrants('executions')

/** What this service may say and hear on NATS. */
export const executionsGrants = {
  publish: [...engine.publish, keysChangedSubject, pricesChangedSubject],
  subscribe: [...engine.subscribe, keysChangedSubject, pricesChangedSubject],
}
