import { userRef } from '../accounts/users.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { actingOf } from '../graphql/context.ts'
import { connectionOf, pageArguments } from '../graphql/connection.ts'
import { findUsers } from '../organizations/members.usecases.ts'
import { type ApiKey, createApiKey, listApiKeys, revokeApiKey } from './api-keys.usecases.ts'

const apiKeyRef = builder.objectRef<ApiKey>('ApiKey').implement({
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    start: t.exposeString('start', {
      nullable: false,
      description: 'The first characters, to tell keys apart.',
    }),
    scopes: t.exposeStringList('scopes', { nullable: false }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: false }),
    createdBy: t.field({
      type: userRef,
      nullable: true,
      description: 'In whose name it acts; null once they have left, when it works no longer.',
      resolve: async (key, _args, { dependencies, identity }) =>
        (await findUsers(dependencies, identity, [key.createdBy]))[0] ?? null,
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
  }),
})

const createdApiKeyRef = builder.objectRef<{ apiKey: ApiKey; key: string }>('CreatedApiKey').implement({
  fields: (t) => ({
    apiKey: t.field({ type: apiKeyRef, nullable: false, resolve: (created) => created.apiKey }),
    key: t.exposeString('key', { nullable: false, description: 'Shown this once; keep it safe.' }),
  }),
})

const apiKeyConnectionRef = connectionOf('ApiKey', apiKeyRef)

builder.queryFields((t) => ({
  apiKeys: t.field({
    type: apiKeyConnectionRef,
    nullable: false,
    args: pageArguments(),
    extensions: { scope: 'identity:read' },
    resolve: (_root, args, { dependencies, identity }) => listApiKeys(dependencies, identity, args),
  }),
}))

const createApiKeyInput = builder.inputType('CreateApiKeyInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    scopes: t.stringList({
      required: true,
      defaultValue: ['*'],
      description: '`<area>:read`, `<area>:write` or `*`; never more than you may do yourself.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'Never, when left out.' }),
  }),
})

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: createdApiKeyRef,
    nullable: false,
    args: { input: t.arg({ type: createApiKeyInput, required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { input }, context) => createApiKey(context.dependencies, actingOf(context), input),
  }),
  revokeApiKey: t.field({
    type: apiKeyRef,
    nullable: false,
    args: { id: t.arg.id({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { id }, context) => revokeApiKey(context.dependencies, actingOf(context), id),
  }),
}))
