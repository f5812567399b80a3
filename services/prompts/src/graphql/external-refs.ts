import { entity } from '@quillworks/service-kit/subgraph-builder'
import { builder } from './builder.ts'

/** Owned by executions; this service hands back its id. */
export const executionRef = builder.objectRef<{ id: string }>('Execution').implement({
  directives: entity('id', { resolvable: false }),
  fields: (t) => ({ id: t.exposeID('id') }),
})

/** Owned by identity. */
export const userRef = builder.objectRef<{ id: string }>('User').implement({
  directives: entity('id', { resolvable: false }),
  fields: (t) => ({ id: t.exposeID('id') }),
})
