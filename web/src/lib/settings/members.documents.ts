import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const membersQuery = graphql(`
  query Members($first: Int, $last: Int, $after: String, $before: String) {
    members(first: $first, last: $last, after: $after, before: $before) {
      edges {
        node {
          id
          role
          createdAt
          user {
            id
            name
            email
          }
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`)

export type Member = ResultOf<typeof membersQuery>['members']['edges'][number]['node']

export const changeRoleMutation = graphql(`
  mutation ChangeMemberRole($id: ID!, $role: MemberRole!) {
    changeMemberRole(id: $id, role: $role) {
      id
      role
    }
  }
`)

export const removeMemberMutation = graphql(`
  mutation RemoveMember($id: ID!) {
    removeMember(id: $id) {
      id
    }
  }
`)

export const inviteMutation = graphql(`
  mutation InviteMember($input: InviteMemberInput!) {
    inviteMember(input: $input) {
      email
      role
      expiresAt
      url
    }
  }
`)

export const invitationsQuery = graphql(`
  query OpenInvitations {
    invitations {
      id
      email
      role
      expiresAt
      url
    }
  }
`)

export type OpenInvitation = ResultOf<typeof invitationsQuery>['invitations'][number]

export const cancelInvitationMutation = graphql(`
  mutation CancelInvitation($id: ID!) {
    cancelInvitation(id: $id) {
      id
    }
  }
`)
