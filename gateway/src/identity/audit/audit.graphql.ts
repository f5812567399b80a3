import { builder } from '../graphql/builder.ts'
import { connectionOf } from '../graphql/connection.ts'
import type { AuditRow } from './audit-log.ts'
import { findActors, readAuditLog } from './audit-log.usecases.ts'

/** An entry with who did it. */
type ShownEntry = AuditRow & { actor: { name: string; email: string } | undefined }

const actorRef = builder.objectRef<ShownEntry>('AuditActor').implement({
  description:
    'Who did it, also where they have left since. Of a sign-in that failed: the account that was tried.',
  fields: (t) => ({
    id: t.id({ nullable: false, resolve: (entry) => entry.userId }),
    name: t.string({ nullable: true, resolve: (entry) => entry.actor?.name }),
    email: t.string({ nullable: true, resolve: (entry) => entry.actor?.email }),
    apiKeyId: t.id({
      nullable: true,
      description: 'The API key that was used; null for a person who was signed in.',
      resolve: ({ principal }) => (principal.startsWith('key:') ? principal.slice(4) : null),
    }),
  }),
})

const targetRef = builder.objectRef<ShownEntry>('AuditTarget').implement({
  fields: (t) => ({
    type: t.exposeString('targetType', { nullable: false }),
    id: t.exposeString('targetId', { nullable: true }),
    name: t.exposeString('targetName', { nullable: true, description: 'As it was then.' }),
  }),
})

const entryRef = builder.objectRef<ShownEntry>('AuditEntry').implement({
  description: 'One act of administration. Entries are never changed or removed.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    at: t.expose('at', { type: 'DateTime', nullable: false }),
    action: t.exposeString('action', { nullable: false, description: 'Such as member.role_changed.' }),
    actor: t.field({ type: actorRef, nullable: false, resolve: (entry) => entry }),
    target: t.field({ type: targetRef, nullable: false, resolve: (entry) => entry }),
    clientAddress: t.exposeString('address', { nullable: true, description: 'From where.' }),
    details: t.expose('details', { type: 'JSON', nullable: false }),
  }),
})

const entryConnectionRef = connectionOf('AuditEntry', entryRef)

const filterInput = builder.inputType('AuditFilter', {
  fields: (t) => ({
    action: t.stringList(),
    userId: t.id({ description: 'Who did it.' }),
    targetType: t.string(),
    targetId: t.string(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'Up to then, not including it.' }),
  }),
})

builder.queryFields((t) => ({
  auditLog: t.field({
    type: entryConnectionRef,
    nullable: false,
    description: 'For admins, newest first.',
    args: { first: t.arg.int(), after: t.arg.string(), filter: t.arg({ type: filterInput }) },
    extensions: { scope: 'identity:read' },
    resolve: async (_root, args, context) => {
      const page = await readAuditLog(context, args)
      const ids = [...new Set(page.edges.map(({ node }) => node.userId))]
      const actors = ids.length > 0 ? await findActors(context.dependencies, ids) : new Map<string, never>()
      const edges = page.edges.map(({ cursor, node }) => ({
        cursor,
        node: { ...node, actor: actors.get(node.userId) },
      }))
      return { ...page, edges }
    },
  }),
}))
