import { clientAddressHeader } from '@quillworks/service-kit/audit-question'
import { UserType } from '../execution/execution.graphql.ts'
import { builder, readScope } from '../graphql/builder.ts'
import type { ExecutionsContext } from '../graphql/context.ts'
import { providerSources } from '../models/call-model.ts'
import {
  type Actor,
  deleteProviderKey,
  type KeyCheck,
  listProviders,
  setProviderKey,
  type ShownKey,
  type ShownProvider,
  testProviderKey,
} from './provider-keys.usecases.ts'

/** Keys of providers are administration, and no matter of whoever may run something. */
export const adminScope = { scope: 'identity:write' }

export function actorOf({ identity, request }: ExecutionsContext): Actor {
  return { identity, address: request.headers.get(clientAddressHeader) }
}

const SourceEnum = builder.enumType('ProviderSource', { values: providerSources })

const ProviderKeyType = builder.objectRef<ShownKey>('ProviderKey').implement({
  description: 'What may be told of a key that the organization has set; the key itself is told to nobody.',
  fields: (t) => ({
    ending: t.exposeString('ending', { description: 'Its last four characters, empty where it is short.' }),
    baseUrl: t.exposeString('baseUrl', {
      nullable: true,
      description: 'The address of the organization’s own server; null for the provider’s usual one.',
    }),
    setAt: t.field({ type: 'DateTime', resolve: (key) => key.setAt }),
    setBy: t.field({ type: UserType, resolve: (key) => ({ id: key.setBy }) }),
  }),
})

const ProviderCheckType = builder.objectRef<KeyCheck>('ProviderCheck').implement({
  fields: (t) => ({
    ok: t.boolean({ resolve: (check) => check.code === null }),
    code: t.exposeString('code', { nullable: true, description: 'Such as model.refused_key.' }),
    message: t.exposeString('message', { nullable: true }),
    checkedAt: t.field({ type: 'DateTime', resolve: (check) => check.at }),
  }),
})

const ModelProviderType = builder.objectRef<ShownProvider>('ModelProvider').implement({
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The word before the slash of its models’ ids.' }),
    name: t.exposeString('name'),
    builtIn: t.exposeBoolean('builtIn', { description: 'Needs no address, as a server of one’s own does.' }),
    available: t.exposeBoolean('available'),
    source: t.expose('source', {
      type: SourceEnum,
      description: 'Where its key comes from; the organization’s own counts before that of the environment.',
    }),
    key: t.field({
      type: ProviderKeyType,
      nullable: true,
      description: 'For admins; null where the organization has set none.',
      resolve: (provider) => provider.key,
    }),
    check: t.field({
      type: ProviderCheckType,
      nullable: true,
      description: 'For admins: how the last test of the organization’s key ended.',
      resolve: (provider) => provider.check,
    }),
  }),
})

builder.queryField('providers', (t) =>
  t.field({
    type: [ModelProviderType],
    description: 'Whose models can be asked, beside the demo, and whether there is a key.',
    extensions: readScope,
    resolve: (_, _args, { keys, identity }) => listProviders(keys, identity),
  }),
)

const SetProviderKeyInput = builder.inputType('SetProviderKeyInput', {
  fields: (t) => ({
    provider: t.string({
      required: true,
      description:
        'openai, anthropic, xai, or a new name for a server that speaks OpenAI’s chat completions.',
    }),
    key: t.string({ description: 'Encrypted, and never told again. Left out for a server that wants none.' }),
    baseUrl: t.string({
      description: 'Where it is instead of its usual address, mostly with /v1 at the end.',
    }),
  }),
})

builder.mutationFields((t) => ({
  setProviderKey: t.field({
    type: ModelProviderType,
    description: 'For admins. Runs use it from now on, in place of an older one or that of the environment.',
    args: { input: t.arg({ type: SetProviderKeyInput, required: true }) },
    extensions: adminScope,
    resolve: (_, { input }, context) => setProviderKey(context.keys, actorOf(context), input),
  }),
  deleteProviderKey: t.field({
    type: ModelProviderType,
    description: 'For admins. Answers the provider as it is without it.',
    args: { provider: t.arg.id({ required: true }) },
    extensions: adminScope,
    resolve: (_, { provider }, context) => deleteProviderKey(context.keys, actorOf(context), provider),
  }),
  testProviderKey: t.field({
    type: ModelProviderType,
    description:
      'For admins. Asks the provider for its models with the key that a run would use, and answers in check how that ended.',
    args: { provider: t.arg.id({ required: true }) },
    extensions: adminScope,
    resolve: (_, { provider }, { keys, identity }) => testProviderKey(keys, identity, provider),
  }),
}))
