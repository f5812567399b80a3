import { builder } from '../graphql/builder.ts'
import { actingOf } from '../graphql/context.ts'
import { type Account, changePassword, readAccount, renameAccount } from './account.usecases.ts'
import { endOtherSessions, endSession, listSessions, type Session, sessionIdOf } from './sessions.usecases.ts'

const sessionRef = builder.objectRef<Session>('Session').implement({
  description: 'A browser in which you are signed in.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    current: t.exposeBoolean('current', { nullable: false, description: 'The one that asks.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: false }),
    seenAt: t.expose('seenAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it was used, to the day.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: false }),
    clientAddress: t.exposeString('clientAddress', { nullable: true }),
    userAgent: t.exposeString('userAgent', { nullable: true }),
  }),
})

const accountRef = builder.objectRef<Account>('Account').implement({
  description: 'You, in all organizations.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    email: t.exposeString('email', { nullable: false }),
    hasPassword: t.exposeBoolean('hasPassword', { nullable: false }),
    hasOidc: t.exposeBoolean('hasOidc', {
      nullable: false,
      description: 'Whether the OpenID Connect provider signs you in.',
    }),
    sessions: t.field({
      type: [sessionRef],
      nullable: false,
      resolve: async (_account, _args, { dependencies, identity, request }) =>
        listSessions(dependencies, identity, await sessionIdOf(dependencies, request)),
    }),
  }),
})

builder.queryFields((t) => ({
  account: t.field({
    type: accountRef,
    nullable: false,
    description: 'For people who are signed in; an API key has none.',
    extensions: { scope: 'identity:read' },
    resolve: (_root, _args, { dependencies, identity }) => readAccount(dependencies, identity),
  }),
}))

const changePasswordInput = builder.inputType('ChangePasswordInput', {
  fields: (t) => ({
    currentPassword: t.string({ description: 'Where there is one.' }),
    newPassword: t.string({ required: true, description: '10 to 256 characters.' }),
  }),
})

// Viewers too have an account: they change nothing of the organization by it.
builder.mutationFields((t) => ({
  renameAccount: t.field({
    type: accountRef,
    nullable: false,
    args: { name: t.arg.string({ required: true }) },
    extensions: { scope: 'identity:read' },
    resolve: (_root, { name }, { dependencies, identity }) => renameAccount(dependencies, identity, { name }),
  }),
  changePassword: t.field({
    type: accountRef,
    nullable: false,
    description: 'Ends all other sessions.',
    args: { input: t.arg({ type: changePasswordInput, required: true }) },
    extensions: { scope: 'identity:read' },
    resolve: async (_root, { input }, context) => {
      const { dependencies, request } = context
      return changePassword(dependencies, actingOf(context), input, await sessionIdOf(dependencies, request))
    },
  }),
  endSession: t.field({
    type: 'ID',
    nullable: false,
    description: 'Signs out one of your browsers.',
    args: { id: t.arg.id({ required: true }) },
    extensions: { scope: 'identity:read' },
    resolve: (_root, { id }, context) => endSession(context.dependencies, actingOf(context), id),
  }),
  endOtherSessions: t.field({
    type: [sessionRef],
    nullable: false,
    description: 'Signs out all of your browsers but this one; answers what is left.',
    extensions: { scope: 'identity:read' },
    resolve: async (_root, _args, context) => {
      const { dependencies, request } = context
      return endOtherSessions(dependencies, actingOf(context), await sessionIdOf(dependencies, request))
    },
  }),
}))
