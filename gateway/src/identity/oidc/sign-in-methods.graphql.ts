import { builder } from '../graphql/builder.ts'
import type { Oidc } from './oidc.ts'

const oidcMethodRef = builder.objectRef<Oidc>('OidcSignIn').implement({
  description: 'An OpenID Connect provider.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false }),
    path: t.string({
      nullable: false,
      description: 'Where the browser goes to sign in; add ?to=/path for where it is led afterwards.',
      resolve: () => '/api/auth/oidc',
    }),
  }),
})

const signInMethodsRef = builder.objectRef<{ oidc: Oidc | undefined }>('SignInMethods').implement({
  fields: (t) => ({
    password: t.boolean({ nullable: false, resolve: () => true }),
    oidc: t.field({ type: oidcMethodRef, nullable: true, resolve: (methods) => methods.oidc ?? null }),
  }),
})

builder.queryFields((t) => ({
  signInMethods: t.field({
    type: signInMethodsRef,
    nullable: false,
    description: 'How one can sign in here; told to anybody.',
    extensions: { scope: 'public' },
    resolve: (_root, _args, { dependencies }) => ({ oidc: dependencies.oidc }),
  }),
}))
