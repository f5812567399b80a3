import { builder, readScope } from '../graphql/builder.ts'
import type { SavedViewRow } from './saved-view.table.ts'
import { deleteView, listViews, saveView } from './saved-view.usecases.ts'

const SavedViewType = builder.objectRef<SavedViewRow>('SavedView').implement({
  description: 'What a list shows, under a name: the caller’s own, in this organization.',
  fields: (t) => ({
    id: t.exposeID('id'),
    page: t.exposeString('page'),
    name: t.exposeString('name'),
    query: t.exposeString('query', {
      description: 'What the address of the list says after its question mark.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const SaveViewInput = builder.inputType('SaveViewInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of a view to change; left out for a new one.' }),
    page: t.string({ required: true, description: 'The list: executions.' }),
    name: t.string({ required: true, description: 'Up to 60 characters, for one view of the list only.' }),
    query: t.string({ required: true, description: 'Up to 2,000 characters; nothing of it is interpreted.' }),
  }),
})

builder.queryField('savedViews', (t) =>
  t.field({
    type: [SavedViewType],
    description: 'Your views of a list, by name; 50 at most.',
    args: { page: t.arg.string({ required: true }) },
    extensions: readScope,
    resolve: (_root, { page }, context) => listViews(context, page),
  }),
)

// A viewer has views too: they belong to whoever looks, so it is enough that one may.
builder.mutationFields((t) => ({
  saveView: t.field({
    type: SavedViewType,
    description: 'Keeps a view of a list under a name, or changes the one of the id.',
    args: { input: t.arg({ type: SaveViewInput, required: true }) },
    extensions: readScope,
    resolve: (_root, { input }, context) => saveView(context, input),
  }),
  deleteView: t.field({
    type: SavedViewType,
    description: 'Answers the view as it was.',
    args: { id: t.arg.id({ required: true }) },
    extensions: readScope,
    resolve: (_root, { id }, context) => deleteView(context, id),
  }),
}))
