import { builder, readScope } from './graphql/builder.ts'
import type { ListedModel } from './models/call-model.ts'

/** A price per million tokens in dollars, from nano-dollars per token. */
const perMillion = (nano: number | null): number | null => (nano === null ? null : nano / 1_000)

const ModelType = builder.objectRef<ListedModel>('Model').implement({
  fields: (t) => ({
    id: t.exposeID('id', { description: 'provider/name' }),
    provider: t.exposeString('provider'),
    name: t.exposeString('name'),
    demo: t.exposeBoolean('demo', { description: 'Answers offline, without any model behind it.' }),
    available: t.exposeBoolean('available', {
      description: 'False when neither your organization nor the deployment has a key for its provider.',
    }),
    contextTokens: t.exposeInt('contextTokens', { nullable: true }),
    maxOutputTokens: t.exposeInt('maxOutputTokens', { nullable: true }),
    inputUsdPerMillionTokens: t.float({ nullable: true, resolve: (m) => perMillion(m.inputNanoUsdPerToken) }),
    outputUsdPerMillionTokens: t.float({
      nullable: true,
      resolve: (m) => perMillion(m.outputNanoUsdPerToken),
    }),
    cachedUsdPerMillionTokens: t.float({
      nullable: true,
      resolve: (m) => perMillion(m.cachedNanoUsdPerToken),
    }),
    images: t.boolean({ resolve: (m) => m.abilities.images }),
    tools: t.boolean({ resolve: (m) => m.abilities.tools }),
    structuredOutput: t.boolean({ resolve: (m) => m.abilities.structuredOutput }),
  }),
})

builder.queryField('models', (t) =>
  t.field({
    type: [ModelType],
    description: 'What can be chosen as a model; providers accept any further name that they know.',
    extensions: readScope,
    resolve: (_, _args, { listModels, identity }) => listModels(identity.organizationId),
  }),
)
