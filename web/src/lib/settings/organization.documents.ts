import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const organizationQuery = graphql(`
  query OrganizationSettings {
    organization {
      id
      name
      slug
      role
      createdAt
    }
    promptPolicy {
      protectedLabels
      reviewedLabels
    }
  }
`)

export const setPolicyMutation = graphql(`
  mutation SetPromptPolicy($input: PromptPolicyInput!) {
    setPromptPolicy(input: $input) {
      protectedLabels
      reviewedLabels
    }
  }
`)

export const renameOrganizationMutation = graphql(`
  mutation RenameOrganization($name: String!) {
    renameOrganization(name: $name) {
      id
      name
    }
  }
`)

export const createOrganizationMutation = graphql(`
  mutation CreateOrganization($name: String!) {
    createOrganization(name: $name) {
      id
      slug
    }
  }
`)

export type LabelPolicy = ResultOf<typeof organizationQuery>['promptPolicy']
