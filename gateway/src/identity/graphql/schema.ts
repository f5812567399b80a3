import { createSubgraph, printSubgraph } from '@quillworks/service-kit/subgraph'
import { builder } from './builder.ts'
import type { IdentityContext } from './context.ts'
import '../accounts/account.graphql.ts'
import '../accounts/users.graphql.ts'
import '../api-keys/api-keys.graphql.ts'
import '../audit/audit.graphql.ts'
import '../organizations/organizations.graphql.ts'
import '../organizations/invitation.graphql.ts'
import '../oidc/sign-in-methods.graphql.ts'
import '../projects/projects.graphql.ts'
import './viewer.graphql.ts'

const schema = builder.toSchema()

/** The SDL that composition reads. */
export const identitySdl = printSubgraph(schema)

/** The gateway's own subgraph `identity`, carried out in this process. */
export const identitySubgraph = createSubgraph<IdentityContext>({
  schema,
  references: {
    User: {
      scope: 'identity:read',
      load: (references, { dependencies, identity }) =>
        dependencies.people.find(
          identity,
          references.map((reference) => String(reference['id'])),
        ),
    },
  },
})
