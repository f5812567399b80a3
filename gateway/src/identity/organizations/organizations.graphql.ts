import { notFound } from '@quillworks/service-kit/errors'
import { userRef } from '../accounts/users.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { actingOf } from '../graphql/context.ts'
import { connectionOf, pageArguments } from '../graphql/connection.ts'
import {
  acceptInvitation,
  cancelInvitation,
  type InvitationLink,
  inviteMember,
  listInvitations,
} from './invitations.usecases.ts'
import { createOrganization } from './create-organization.usecases.ts'
import {
  changeMemberRole,
  findUsers,
  listMembers,
  listOrganizations,
  type Member,
  removeMember,
} from './members.usecases.ts'
import { renameOrganization } from './rename-organization.usecases.ts'
import { memberRoles } from './organizations.table.ts'

export const memberRoleRef = builder.enumType('MemberRole', { values: memberRoles })

type OrganizationRow = Awaited<ReturnType<typeof listOrganizations>>[number]

export const organizationRef = builder.objectRef<OrganizationRow>('Organization').implement({
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    slug: t.exposeString('slug', { nullable: false, description: 'Its part of a URL.' }),
    role: t.expose('role', {
      type: memberRoleRef,
      nullable: false,
      description: 'Yours in this organization.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: false }),
  }),
})

const memberRef = builder.objectRef<Member>('Member').implement({
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    role: t.expose('role', { type: memberRoleRef, nullable: false }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: false }),
    user: t.field({
      type: userRef,
      nullable: true,
      description: 'Null once the person has left.',
      resolve: async (member, _args, context) =>
        (await findUsers(context.dependencies, context.identity, [member.userId]))[0] ?? null,
    }),
  }),
})

const invitationRef = builder.objectRef<InvitationLink>('Invitation').implement({
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    email: t.exposeString('email', { nullable: false }),
    role: t.expose('role', { type: memberRoleRef, nullable: false }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: false }),
    url: t.exposeString('url', {
      nullable: false,
      description: 'Give it to the invited person; it works once, for their address. No mail is sent.',
    }),
  }),
})

const memberConnectionRef = connectionOf('Member', memberRef)

builder.queryFields((t) => ({
  organization: t.field({
    type: organizationRef,
    nullable: false,
    description: 'The organization that requests act in.',
    extensions: { scope: 'identity:read' },
    resolve: async (_root, _args, { dependencies, identity }) => {
      const all = await listOrganizations(dependencies, identity.userId)
      const organization = all.find((one) => one.id === identity.organizationId)
      if (!organization) throw notFound('organization')
      return organization
    },
  }),
  members: t.field({
    type: memberConnectionRef,
    nullable: false,
    args: pageArguments(),
    extensions: { scope: 'identity:read' },
    resolve: (_root, args, { dependencies, identity }) => listMembers(dependencies, identity, args),
  }),
}))

builder.queryFields((t) => ({
  invitations: t.field({
    type: [invitationRef],
    nullable: false,
    description: 'For admins: those that can still be accepted, the oldest first, 500 at most.',
    extensions: { scope: 'identity:read' },
    resolve: (_root, _args, { dependencies, identity }) => listInvitations(dependencies, identity),
  }),
}))

const inviteMemberInput = builder.inputType('InviteMemberInput', {
  fields: (t) => ({
    email: t.string({ required: true }),
    role: t.field({ type: memberRoleRef, required: true, defaultValue: 'member' }),
  }),
})
const acceptInvitationInput = builder.inputType('AcceptInvitationInput', {
  fields: (t) => ({
    token: t.string({ required: true, description: 'The last part of the invitation’s URL.' }),
    name: t.string({ description: 'For a new account.' }),
    password: t.string({ description: 'For a new account: 10 to 256 characters.' }),
  }),
})

builder.mutationFields((t) => ({
  createOrganization: t.field({
    type: organizationRef,
    nullable: false,
    description:
      'You become its owner; name it in X-Organization to act in it. API keys belong to one and make none.',
    args: { name: t.arg.string({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { name }, context) =>
      createOrganization(context.dependencies, actingOf(context), { name }),
  }),
  renameOrganization: t.field({
    type: organizationRef,
    nullable: false,
    description: 'For admins: the organization that requests act in. Its slug stays.',
    args: { name: t.arg.string({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { name }, context) =>
      renameOrganization(context.dependencies, actingOf(context), { name }),
  }),
  inviteMember: t.field({
    type: invitationRef,
    nullable: false,
    args: { input: t.arg({ type: inviteMemberInput, required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { input }, context) => inviteMember(context.dependencies, actingOf(context), input),
  }),
  cancelInvitation: t.field({
    type: invitationRef,
    nullable: false,
    description: 'Its link opens nothing any more.',
    args: { id: t.arg.id({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { id }, context) => cancelInvitation(context.dependencies, actingOf(context), id),
  }),
  acceptInvitation: t.field({
    type: organizationRef,
    nullable: false,
    description: 'Works without being signed in, when the address has no account yet.',
    args: { input: t.arg({ type: acceptInvitationInput, required: true }) },
    extensions: { scope: 'public' },
    resolve: async (_root, { input }, context) => {
      const { dependencies } = context
      const { clientAddress } = context
      const accepted = await acceptInvitation(dependencies, context.identity, { ...input, clientAddress })
      const all = await listOrganizations(dependencies, accepted.userId)
      const organization = all.find((one) => one.id === accepted.organizationId)
      if (!organization) throw notFound('organization')
      return organization
    },
  }),
  changeMemberRole: t.field({
    type: memberRef,
    nullable: false,
    args: { id: t.arg.id({ required: true }), role: t.arg({ type: memberRoleRef, required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { id, role }, context) =>
      changeMemberRole(context.dependencies, actingOf(context), { memberId: id, role }),
  }),
  removeMember: t.field({
    type: memberRef,
    nullable: false,
    args: { id: t.arg.id({ required: true }) },
    extensions: { scope: 'identity:write' },
    resolve: (_root, { id }, context) => removeMember(context.dependencies, actingOf(context), id),
  }),
}))
