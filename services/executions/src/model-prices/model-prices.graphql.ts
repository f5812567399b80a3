import { builder } from '../graphql/builder.ts'
import { ModelType } from '../models.graphql.ts'
import { actorOf, adminScope } from '../provider-keys/provider-keys.graphql.ts'
import { removeModelPrice, setModelPrice } from './model-prices.usecases.ts'

const SetModelPriceInput = builder.inputType('SetModelPriceInput', {
  fields: (t) => ({
    model: t.string({ required: true, description: 'provider/name, word for word as it is asked.' }),
    inputUsdPerMillionTokens: t.float({ required: true }),
    outputUsdPerMillionTokens: t.float({ required: true }),
    cachedUsdPerMillionTokens: t.float({
      description: 'Of input that the provider read from its cache; left out where it costs as other input.',
    }),
  }),
})

builder.mutationFields((t) => ({
  setModelPrice: t.field({
    type: ModelType,
    description:
      'For admins. Attempts that begin from now on are reckoned with it; each price is 0 to 100000 dollars, with at most 6 digits after the point.',
    args: { input: t.arg({ type: SetModelPriceInput, required: true }) },
    extensions: adminScope,
    resolve: (_, { input }, context) => setModelPrice(context.prices, actorOf(context), input),
  }),
  removeModelPrice: t.field({
    type: ModelType,
    nullable: true,
    description:
      'For admins. Answers the model with its usual price; null where it was listed for its price alone.',
    args: { model: t.arg.id({ required: true }) },
    extensions: adminScope,
    resolve: (_, { model }, context) => removeModelPrice(context.prices, actorOf(context), model),
  }),
}))
