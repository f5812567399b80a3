import { graphql } from '#lib/graphql/graphql.ts'

export const invitationQuery = graphql(`
  query Invitation($token: String!) {
    invitation(token: $token) {
      organizationName
      email
      role
      expiresAt
      hasAccount
    }
  }
`)

export const acceptInvitationMutation = graphql(`
  mutation AcceptInvitation($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) {
      id
      name
    }
  }
`)
