import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const modelsQuery = graphql(`
  query ModelsAndProviders {
    providers {
      id
      name
      builtIn
      available
      source
      key {
        ending
        baseUrl
        setAt
        setBy {
          id
          name
        }
      }
      check {
        ok
        code
        message
        checkedAt
      }
    }
    models {
      id
      provider
      name
      demo
      available
      contextTokens
      maxOutputTokens
      inputUsdPerMillionTokens
      outputUsdPerMillionTokens
      cachedUsdPerMillionTokens
      priceSource
      packagePrice {
        inputUsdPerMillionTokens
        outputUsdPerMillionTokens
        cachedUsdPerMillionTokens
      }
      images
      tools
      structuredOutput
    }
  }
`)

type Answer = ResultOf<typeof modelsQuery>
export type Provider = Answer['providers'][number]
export type ProviderCheck = NonNullable<Provider['check']>
export type Model = Answer['models'][number]

export const setModelPriceMutation = graphql(`
  mutation SetModelPrice($input: SetModelPriceInput!) {
    setModelPrice(input: $input) {
      id
    }
  }
`)

export const removeModelPriceMutation = graphql(`
  mutation RemoveModelPrice($model: ID!) {
    removeModelPrice(model: $model) {
      id
    }
  }
`)

export const setProviderKeyMutation = graphql(`
  mutation SetProviderKey($input: SetProviderKeyInput!) {
    setProviderKey(input: $input) {
      id
      name
    }
  }
`)

export const deleteProviderKeyMutation = graphql(`
  mutation DeleteProviderKey($provider: ID!) {
    deleteProviderKey(provider: $provider) {
      id
      source
    }
  }
`)

export const testProviderKeyMutation = graphql(`
  mutation TestProviderKey($provider: ID!) {
    testProviderKey(provider: $provider) {
      id
      check {
        ok
        code
        message
        checkedAt
      }
    }
  }
`)
