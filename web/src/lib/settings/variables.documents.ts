import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const variablesQuery = graphql(`
  query ScopedVariables($scope: VariableScope) {
    variables(scope: $scope) {
      id
      name
      scope
      value
      updatedAt
      setBy {
        id
        name
      }
    }
  }
`)

export type Variable = ResultOf<typeof variablesQuery>['variables'][number]
export type Scope = Variable['scope']

export const setVariableMutation = graphql(`
  mutation SetVariable($input: SetVariableInput!) {
    setVariable(input: $input) {
      id
    }
  }
`)

export const deleteVariableMutation = graphql(`
  mutation DeleteVariable($id: ID!) {
    deleteVariable(id: $id) {
      id
    }
  }
`)
