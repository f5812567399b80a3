import { graphql } from '#lib/graphql/graphql.ts'

export const signInMethodsQuery = graphql(`
  query SignInMethods {
    signInMethods {
      password
      oidc {
        name
        path
      }
    }
  }
`)
