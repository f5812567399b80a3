import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const projectsQuery = graphql(`
  query Projects($first: Int, $last: Int, $after: String, $before: String, $archived: Boolean) {
    projects(first: $first, last: $last, after: $after, before: $before, archived: $archived) {
      edges {
        node {
          id
          name
          slug
          isDefault
          archivedAt
          createdAt
          members {
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

export type Project = ResultOf<typeof projectsQuery>['projects']['edges'][number]['node']

export const createProjectMutation = graphql(`
  mutation CreateProject($input: CreateProjectInput!) {
    createProject(input: $input) {
      id
      name
      slug
    }
  }
`)

export const renameProjectMutation = graphql(`
  mutation RenameProject($id: ID!, $name: String!) {
    renameProject(id: $id, name: $name) {
      id
    }
  }
`)

export const archiveProjectMutation = graphql(`
  mutation ArchiveProject($id: ID!, $archived: Boolean!) {
    archiveProject(id: $id, archived: $archived) {
      id
    }
  }
`)

export const addProjectMemberMutation = graphql(`
  mutation AddProjectMember($projectId: ID!, $userId: ID!) {
    addProjectMember(projectId: $projectId, userId: $userId) {
      id
    }
  }
`)

export const removeProjectMemberMutation = graphql(`
  mutation RemoveProjectMember($projectId: ID!, $userId: ID!) {
    removeProjectMember(projectId: $projectId, userId: $userId) {
      id
    }
  }
`)
