import { builder } from '../graphql/builder.ts'
import { type InvitationOffer, readInvitation } from './invitations.usecases.ts'
import { memberRoleRef } from './organizations.graphql.ts'

const invitationOfferRef = builder.objectRef<InvitationOffer>('InvitationOffer').implement({
  fields: (t) => ({
    organizationName: t.exposeString('organizationName', { nullable: false }),
    email: t.exposeString('email', { nullable: false }),
    role: t.expose('role', { type: memberRoleRef, nullable: false }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: false }),
    hasAccount: t.exposeBoolean('hasAccount', {
      nullable: false,
      description: 'Whether the address signs in to accept, or chooses a name and a password.',
    }),
  }),
})

builder.queryFields((t) => ({
  invitation: t.field({
    type: invitationOfferRef,
    nullable: true,
    description:
      'What a link offers, also to somebody who is not signed in. Null once it was used or has expired.',
    args: { token: t.arg.string({ required: true }) },
    extensions: { scope: 'public' },
    resolve: async (_root, { token }, { dependencies }) =>
      (await readInvitation(dependencies, token)) ?? null,
  }),
}))
