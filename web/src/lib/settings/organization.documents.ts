import { graphql } from '../graphql/graphql.ts'

export const organizationQuery = graphql(`
  query OrganizationSettings {
    organization {
      id
      name
      slug
      role
      createdAt
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
