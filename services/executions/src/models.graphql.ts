import { builder, readScope } from './graphql/builder.ts'
import { priceSources, type ListedModel } from './models/call-model.ts'
import type { TokenPrices } from './models/prices.ts'

/** A price per million tokens in dollars, from nano-dollars per token. */
const perMillion = (nano: number | null): number | null =>
  nano === null ? null : Number((nano / 1_000).toPrecision(12))

const PriceSourceEnum = builder.enumType('PriceSource', { values: priceSources })

const ModelPriceType = builder.objectRef<TokenPrices>('ModelPrice').implement({
  fields: (t) => ({
    inputUsdPerMillionTokens: t.float({ nullable: true, resolve: (p) => perMillion(p.inputNanoUsdPerToken) }),
    outputUsdPerMillionTokens: t.float({
      nullable: true,
      resolve: (p) => perMillion(p.outputNanoUsdPerToken),
    }),
    cachedUsdPerMillionTokens: t.float({
      nullable: true,
      resolve: (p) => perMillion(p.cachedNanoUsdPerToken),
    }),
  }),
})

export const ModelType = builder.objectRef<ListedModel>('Model').implement({
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
    priceSource: t.expose('priceSource', {
      type: PriceSourceEnum,
      nullable: true,
      description:
        'Whether the price is kept with Quillworks or set by the organization; null where unknown.',
    }),
    packagePrice: t.expose('packagePrice', {
      type: ModelPriceType,
      nullable: true,
      description: 'What counts without a price of the organization; null where unknown.',
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
