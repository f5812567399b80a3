import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const accountQuery = graphql(`
  query Account {
    account {
      id
      name
      email
      hasPassword
      hasOidc
      sessions {
        id
        current
        createdAt
        seenAt
        expiresAt
        clientAddress
        userAgent
      }
    }
  }
`)

export type Account = ResultOf<typeof accountQuery>['account']
export type Session = Account['sessions'][number]

export const renameAccountMutation = graphql(`
  mutation RenameAccount($name: String!) {
    renameAccount(name: $name) {
      id
      name
    }
  }
`)

export const changePasswordMutation = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      id
    }
  }
`)

export const endSessionMutation = graphql(`
  mutation EndSession($id: ID!) {
    endSession(id: $id)
  }
`)

export const endOtherSessionsMutation = graphql(`
  mutation EndOtherSessions {
    endOtherSessions {
      id
    }
  }
`)
