import type { Transaction } from '@quillworks/database/connect'
import { notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import { isAdmin, note, type Administration } from '../audit/audit.ts'
import { promptNotFound, versionNotFound } from '../prompt/prompt.errors.ts'
import { announce } from '../prompt/prompt.events.ts'
import { findPrompt } from '../prompt/prompt.repository.ts'
import { findVersion } from '../prompt/prompt-version.repository.ts'
import type { Prompt } from '../prompt/prompt.ts'
import { write } from '../use-case.ts'
import {
  adminsToDecide,
  labelMovedMeanwhile,
  moveDecided,
  moveOfAnother,
  movePending,
  othersToDecide,
} from './label.errors.ts'
import { labelsOfPrompts } from './label.repository.ts'
import { checkedComment } from './label.ts'
import { decideMove, findMove, insertMove, pendingMoves } from './label-move.repository.ts'
import type { LabelMoveRow } from './label-move.table.ts'
import { moveLabel, type LabelMove } from './move-label.ts'

/** Asks for a move in the transaction that holds the prompt; the same again changes nothing. */
export async function requestMove(
  tx: Transaction,
  admin: Administration,
  { prompt, comment, ...move }: LabelMove & { prompt: Prompt; comment: string | null },
): Promise<void> {
  const { organizationId, userId } = admin.identity
  const { id: promptId, projectId, ownerId, visibility } = prompt
  const waiting = (await pendingMoves(tx, { organizationId, ids: [promptId] })).get(promptId) ?? []
  const pending = waiting.find(({ label }) => label === move.label)
  if (pending && pending.toVersion === move.to && pending.requestedBy === userId) return
  if (pending) throw movePending(move.label)
  const row: LabelMoveRow = {
    id: newId(),
    organizationId,
    projectId,
    ownerId,
    visibility,
    promptId,
    label: move.label,
    fromVersion: move.from,
    toVersion: move.to,
    comment,
    requestedBy: userId,
    requestedAt: new Date(),
    status: 'pending',
    decidedBy: null,
    decidedAt: null,
    decisionComment: null,
  }
  await insertMove(tx, row)
  await tell(tx, admin, { prompt, move: row, past: 'requested' })
}

interface Decision {
  id: string
  comment?: string | null | undefined
}

/** Moves the label as it was asked for. For another admin than the one who asked. */
export function approveLabelMove(admin: Administration, decision: Decision): Promise<Prompt> {
  return decide(admin, decision, 'approved')
}

/** Leaves the label where it is. For another admin than the one who asked. */
export function rejectLabelMove(admin: Administration, decision: Decision): Promise<Prompt> {
  return decide(admin, decision, 'rejected')
}

/** Takes one's own request back. */
export function withdrawLabelMove(admin: Administration, decision: Decision): Promise<Prompt> {
  return decide(admin, decision, 'withdrawn')
}

type Outcome = 'approved' | 'rejected' | 'withdrawn'

function decide(admin: Administration, decision: Decision, outcome: Outcome): Promise<Prompt> {
  const { identity } = admin
  const { organizationId, userId } = identity
  const decisionComment = checkedComment(decision.comment)
  return write(admin, async (tx) => {
    const found = await findMove(tx, { organizationId, id: decision.id })
    if (!found) throw notFound('label_move')
    const prompt = await findPrompt(tx, { organizationId, id: found.promptId }, { lock: true })
    if (!prompt) throw promptNotFound()
    // Whoever held the prompt before may have decided it.
    const move = await findMove(tx, { organizationId, id: decision.id })
    if (!move) throw notFound('label_move')
    const own = move.requestedBy === userId
    if (outcome === 'withdrawn' ? !own : !isAdmin(identity)) {
      throw outcome === 'withdrawn' ? moveOfAnother() : adminsToDecide()
    }
    if (outcome !== 'withdrawn' && own) throw othersToDecide()
    if (move.status !== 'pending') throw moveDecided()
    if (outcome === 'approved') await carryOut(tx, admin, prompt, move)
    const decided = { ...move, status: outcome, decidedBy: userId, decidedAt: new Date(), decisionComment }
    await decideMove(tx, decided)
    await tell(tx, admin, { prompt, move: decided, past: outcome })
    return prompt
  })
}

async function carryOut(
  tx: Transaction,
  { identity }: Administration,
  prompt: Prompt,
  { label, fromVersion, toVersion, requestedBy }: LabelMoveRow,
): Promise<void> {
  const { organizationId } = identity
  const labels = (await labelsOfPrompts(tx, { organizationId, ids: [prompt.id] })).get(prompt.id) ?? []
  const now = labels.find(({ name }) => name === label)?.version ?? null
  if (now !== fromVersion) throw labelMovedMeanwhile(label)
  if (toVersion !== null) {
    const version = await findVersion(tx, { organizationId, promptId: prompt.id, number: toVersion })
    if (!version) throw versionNotFound(toVersion)
  }
  const move = { label, from: fromVersion, to: toVersion }
  await moveLabel(tx, identity, { prompt, ...move, count: labels.length, requestedBy })
}

const versionWords = (version: number | null) => (version === null ? 'no version' : `version ${version}`)

/** The event and the entry of the audit log. */
async function tell(
  tx: Transaction,
  admin: Administration,
  { prompt, move, past }: { prompt: Prompt; move: LabelMoveRow; past: Outcome | 'requested' },
): Promise<void> {
  const { userId } = admin.identity
  const { id, label, fromVersion, toVersion, requestedBy } = move
  await announce(tx, {
    type: `quillworks.prompt.label_${past}.v1`,
    prompt,
    userId,
    facts: { moveId: id, label, fromVersion, toVersion, requestedBy },
  })
  await note(tx, admin, {
    action: `label_move.${past}`,
    targetType: 'prompt',
    targetId: prompt.id,
    // Admins read the log, and a private prompt is its owner's.
    targetName: prompt.visibility === 'organization' ? prompt.title : null,
    details: { label, from: versionWords(fromVersion), to: versionWords(toVersion) },
  })
}
