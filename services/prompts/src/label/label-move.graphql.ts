import { administrationOf } from '../audit/audit.ts'
import { builder } from '../graphql/builder.ts'
import { userRef } from '../graphql/external-refs.ts'
import { checkedId } from '../ids.ts'
import { promptRef } from '../prompt/prompt.graphql.ts'
import type { LabelMoveRow } from './label-move.table.ts'
import { approveLabelMove, rejectLabelMove, withdrawLabelMove } from './label-move.usecases.ts'

const moveRef = builder.objectRef<LabelMoveRow>('LabelMove').implement({
  description: 'A move of a label that waits for a review. Until then the label stays where it is.',
  fields: (t) => ({
    id: t.exposeID('id'),
    label: t.exposeString('label'),
    from: t.exposeInt('fromVersion', {
      nullable: true,
      description: 'Number of the version it stands for; null for none.',
    }),
    to: t.exposeInt('toVersion', {
      nullable: true,
      description: 'Number of the version it shall stand for; null where it shall be taken away.',
    }),
    comment: t.exposeString('comment', { nullable: true }),
    requestedBy: t.field({ type: userRef, resolve: (move) => ({ id: move.requestedBy }) }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
  }),
})

builder.objectField(promptRef, 'pendingLabelMoves', (t) =>
  t.field({
    type: [moveRef],
    description: 'By label; at most one of each.',
    resolve: (prompt, _args, { loaders }) => loaders.moves.load(prompt.id),
  }),
)

const write = { scope: 'prompts:write' }

builder.mutationFields((t) => {
  const decision = { id: t.arg.id({ required: true }), comment: t.arg.string() }
  return {
    approveLabelMove: t.field({
      type: promptRef,
      description: 'Moves the label. For admins and owners, but not whoever asked for it.',
      args: decision,
      extensions: write,
      resolve: (_root, { id, comment }, { runCase, request }) =>
        approveLabelMove(administrationOf(runCase, request), { id: checkedId(id, 'label_move'), comment }),
    }),
    rejectLabelMove: t.field({
      type: promptRef,
      description: 'Leaves the label where it is. For admins and owners, but not whoever asked for it.',
      args: decision,
      extensions: write,
      resolve: (_root, { id, comment }, { runCase, request }) =>
        rejectLabelMove(administrationOf(runCase, request), { id: checkedId(id, 'label_move'), comment }),
    }),
    withdrawLabelMove: t.field({
      type: promptRef,
      description: 'Takes back what one has asked for.',
      args: { id: t.arg.id({ required: true }) },
      extensions: write,
      resolve: (_root, { id }, { runCase, request }) =>
        withdrawLabelMove(administrationOf(runCase, request), { id: checkedId(id, 'label_move') }),
    }),
  }
})
