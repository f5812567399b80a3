import { notFound } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { readStatusMode, setStatusMode } from '../accounts/status-mode.usecases.ts'
import { userRef } from '../accounts/users.graphql.ts'
import { findUsers, listOrganizations } from '../organizations/members.usecases.ts'
import { organizationRef } from '../organizations/organizations.graphql.ts'
import { projectRef } from '../projects/projects.graphql.ts'
import { currentProject } from '../projects/projects.usecases.ts'
import { statusModes } from '../status-mode.ts'
import { builder } from './builder.ts'

const StatusModeType = builder.enumType('StatusMode', {
  description: 'By subscriptions, by polling, or by polling only while subscriptions fail.',
  values: statusModes,
})

const viewerRef = builder.objectRef<Identity>('Viewer').implement({
  description: 'Who acts, and where.',
  fields: (t) => ({
    user: t.field({
      type: userRef,
      nullable: false,
      resolve: async (identity, _args, { dependencies }) => {
        const [user] = await findUsers(dependencies, identity, [identity.userId])
        if (!user) throw notFound('user')
        return user
      },
    }),
    statusMode: t.field({
      type: StatusModeType,
      nullable: false,
      description: 'How you follow what runs: as you chose, else as this deployment is set.',
      resolve: (identity, _args, { dependencies }) => readStatusMode(dependencies, identity),
    }),
    scopes: t.exposeStringList('scopes', { nullable: false }),
    organizations: t.field({
      type: [organizationRef],
      nullable: false,
      resolve: async (identity, _args, { dependencies }) => {
        const all = await listOrganizations(dependencies, identity.userId)
        return identity.principal.startsWith('key:')
          ? all.filter((one) => one.id === identity.organizationId)
          : all
      },
    }),
    organization: t.field({
      type: organizationRef,
      nullable: false,
      resolve: async (identity, _args, { dependencies }) => {
        const all = await listOrganizations(dependencies, identity.userId)
        const current = all.find((one) => one.id === identity.organizationId)
        if (!current) throw notFound('organization')
        return current
      },
    }),
    project: t.field({
      type: projectRef,
      nullable: false,
      resolve: (identity, _args, { dependencies }) => currentProject(dependencies, identity),
    }),
  }),
})

builder.queryFields((t) => ({
  viewer: t.field({
    type: viewerRef,
    nullable: false,
    extensions: { scope: 'identity:read' },
    resolve: (_root, _args, { identity }) => identity,
  }),
}))

// As with an account: viewers too change nothing of the organization by it.
builder.mutationFields((t) => ({
  setStatusMode: t.field({
    type: viewerRef,
    nullable: false,
    description: 'For people who are signed in. Null goes back to the way of this deployment.',
    args: { mode: t.arg({ type: StatusModeType }) },
    extensions: { scope: 'identity:read' },
    resolve: async (_root, { mode }, { dependencies, identity }) => {
      await setStatusMode(dependencies, identity, mode ?? null)
      return identity
    },
  }),
}))
