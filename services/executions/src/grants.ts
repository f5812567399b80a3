import { engineGrants } from '@quillworks/messaging/grants'
import { keysChangedSubject } from './provider-keys/own-keys.ts'

const engine = engineGrants('executions')

/** What this service may say and hear on NATS. */
export const executionsGrants = {
  publish: [...engine.publish, keysChangedSubject],
  subscribe: [...engine.subscribe, keysChangedSubject],
}
