import { invalidInput } from '@quillworks/service-kit/errors'
import { builder, readScope } from '../graphql/builder.ts'
import { findRatingSums, type SourceRatings } from './rating-sum.repository.ts'

const mostVersions = 100

const SourceRatingsType = builder.objectRef<SourceRatings>('SourceRatings').implement({
  description: 'How what a version of a prompt, document or agent made with one model was rated.',
  fields: (t) => ({
    version: t.exposeInt('version'),
    model: t.exposeString('model', { nullable: true }),
    up: t.exposeInt('up'),
    down: t.exposeInt('down'),
  }),
})

builder.queryField('ratingSums', (t) =>
  t.field({
    type: [SourceRatingsType],
    description:
      'By version and model, over the executions that the caller sees; what nobody rated is left out.',
    args: {
      sourceType: t.arg.string({ required: true, description: 'Such as prompt.' }),
      sourceId: t.arg.id({ required: true }),
      versions: t.arg.intList({ required: true, description: 'Up to 100.' }),
    },
    extensions: readScope,
    resolve: async (_root, { sourceType: type, sourceId: id, versions }, { read, identity }) => {
      if (versions.length > mostVersions)
        throw invalidInput([{ path: ['versions'], message: `At most ${mostVersions} versions at a time.` }])
      if (versions.length === 0) return []
      const { organizationId } = identity
      return read((tx) => findRatingSums(tx, { organizationId, type, id: id.toLowerCase(), versions }))
    },
  }),
)
