import { AppError, invalidInput, notFound } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import { canonicalName } from '../template/grammar.ts'
import { scopedVariableLimit } from '../template/limits.ts'
import { variableScopes, type VariableScope } from '../template/resolve-values.ts'
import { read, write, type UseCase } from '../use-case.ts'
import { announceVariable } from './variable.events.ts'
import {
  lockSubject,
  removeVariable,
  saveVariable,
  variablesOf,
  type Subject,
} from './variable.repository.ts'
import type { VariableRow } from './variable.table.ts'
import { checkVariable } from './variable.ts'

/** Whom a scope means for a user; the project is the one they are in unless another one is named. */
export function subjectOf(
  identity: Pick<Identity, 'organizationId' | 'projectId' | 'userId'>,
  scope: VariableScope,
  projectId: string = identity.projectId,
): Subject {
  const { organizationId, userId } = identity
  const subjects = { user: userId, project: projectId, organization: organizationId }
  return { organizationId, scope, subjectId: subjects[scope] }
}

/** Keeps a value for a name. Whoever may write keeps their own, and those of the project and the organization. */
export function setVariable(
  useCase: UseCase,
  input: { scope: VariableScope; name: string; value: unknown; projectId?: string | undefined },
): Promise<VariableRow> {
  const { identity } = useCase
  const { scope, value } = input
  const name = canonicalName(input.name.trim())
  const issues = checkVariable({ name, value })
  if (issues.length > 0) throw invalidInput(issues)
  // The gateway has looked at the project of the request, and nobody at any other.
  if (scope === 'project' && (input.projectId ?? identity.projectId) !== identity.projectId) throw notHere()
  const subject = subjectOf(identity, scope)
  return write(useCase, async (tx) => {
    const { current, count } = await lockSubject(tx, { ...subject, name })
    if (current && Bun.deepEquals(current.value, value, true)) return current
    if (!current && count >= scopedVariableLimit) {
      throw new AppError(
        'variable.too_many',
        `At most ${scopedVariableLimit} values are kept for one ${scope}. Delete some first.`,
      )
    }
    const now = new Date()
    const variable: VariableRow = {
      ...subject,
      id: current?.id ?? newId(),
      name,
      value,
      ownerId: identity.userId,
      visibility: scope === 'user' ? 'private' : 'organization',
      createdAt: current?.createdAt ?? now,
      updatedAt: now,
    }
    await saveVariable(tx, variable)
    await announceVariable(tx, { type: 'quillworks.variable.set.v1', variable, userId: identity.userId })
    return variable
  })
}

function notHere(): AppError {
  return new AppError(
    'project.not_found',
    'There is no such project here. Ask in the project whose value is meant.',
    { issues: [{ path: ['projectId'], message: 'This is not the project of the request.' }] },
  )
}

/** Keeps a value no longer; answers it as it was. */
export function deleteVariable(useCase: UseCase, { id }: { id: string }): Promise<VariableRow> {
  const { organizationId, userId } = useCase.identity
  return write(useCase, async (tx) => {
    const variable = await removeVariable(tx, { organizationId, id })
    if (!variable) throw notFound('variable')
    await announceVariable(tx, { type: 'quillworks.variable.deleted.v1', variable, userId })
    return variable
  })
}

/** The values kept for the caller, a project and the organization, or for one of them; by name. */
export function listVariables(
  useCase: UseCase,
  { scope, projectId }: { scope: VariableScope | null; projectId?: string | undefined },
): Promise<VariableRow[]> {
  const scopes = scope === null ? variableScopes : [scope]
  const subjects = scopes.map((one) => subjectOf(useCase.identity, one, projectId))
  return read(useCase, (tx) => variablesOf(tx, { subjects }))
}
