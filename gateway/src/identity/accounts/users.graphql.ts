import { entity } from '@quillworks/service-kit/subgraph-builder'
import { builder } from '../graphql/builder.ts'

export interface UserRow {
  id: string
  name: string
  email: string
  image: string | null
}

export const userRef = builder.objectRef<UserRow>('User').implement({
  description: 'A person. Only members of the acting organization can be seen.',
  directives: entity('id'),
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    email: t.exposeString('email', { nullable: false }),
    image: t.exposeString('image', { nullable: true }),
  }),
})
