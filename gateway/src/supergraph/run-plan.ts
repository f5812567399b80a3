import type { ExecutionResult, Executor } from '@graphql-tools/utils'
import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql'
import type { GatewayContext } from '../context.ts'
import { completeAnswer, placeError, unplaced } from './complete-answer.ts'
import { type EntityGroup, type Fetch, keyAlias, type Plan } from './plan-shape.ts'

type Fields = Record<string, unknown>
type Executors = Record<string, Executor<GatewayContext>>
type Answer = ExecutionResult<Fields | null>

export interface PlanRun {
  plan: Plan
  document: DocumentNode
  executors: Executors
  /** The whole schema, for answers in which something is missing. */
  schema: GraphQLSchema
  /** As they were sent; services read them again. */
  variables: Fields
  context: GatewayContext
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !(value instanceof Error)
}

/** Calls `visit` with each object at `path`, and with what holds it. */
function eachAt(
  root: unknown,
  path: string[],
  visit: (object: Fields, holder: Fields, key: string) => void,
  depth = 0,
): void {
  const key = path[depth]
  if (key === undefined || !isFields(root)) return
  const inList = (list: unknown[]): void => {
    list.forEach((one, index) => {
      if (Array.isArray(one)) inList(one)
      else if (depth < path.length - 1) eachAt(one, path, visit, depth + 1)
      else if (isFields(one)) visit(one, list as unknown as Fields, String(index))
    })
  }
  const value = root[key]
  if (Array.isArray(value)) inList(value)
  else if (depth < path.length - 1) eachAt(value, path, visit, depth + 1)
  else if (isFields(value)) visit(value, root, key)
}

async function send(run: PlanRun, fetch: Fetch, more: Fields = {}): Promise<Answer> {
  const { executors, context } = run
  const executor = executors[fetch.service]
  if (!executor) throw new Error(`There is no way to ask ${fetch.service}.`)
  const names =
    fetch.variables ?? run.plan.operation.variableDefinitions?.map((one) => one.variable.name.value)
  const variables: Fields = { ...more }
  for (const name of names ?? [])
    if (Object.hasOwn(run.variables, name)) variables[name] = run.variables[name]
  const answer = await executor({ document: fetch.document, variables, context })
  if (Symbol.asyncIterator in answer) throw new Error('A query gave a stream.')
  return answer as Answer
}

/** Puts what a service answered to root fields into `data`; false when something was wrong with it. */
function takeRoots(data: Fields, fetch: Fetch, answer: Answer): boolean {
  if (answer.data) Object.assign(data, answer.data)
  if (!answer.errors?.length && answer.data) return true
  const general = answer.errors?.find((error) => !error.path?.length)
  for (const error of answer.errors ?? []) if (error.path?.length) placeError(data, error, error.path)
  if (answer.data || !general) return false
  for (const key of fetch.rootKeys) data[key] ??= general
  return false
}

interface Wanted {
  group: EntityGroup
  ids: string[]
  objects: { object: Fields; at: number }[]
}

/** The entities of a group that the answer has so far, each once. */
function wantedOf(data: Fields, group: EntityGroup): Wanted {
  const positions = new Map<string, number>()
  const objects: Wanted['objects'] = []
  for (const path of group.paths) {
    eachAt(data, path, (object) => {
      const id = object[keyAlias]
      if (typeof id !== 'string') return
      const at = positions.get(id) ?? positions.size
      positions.set(id, at)
      objects.push({ object, at })
    })
  }
  return { group, ids: [...positions.keys()], objects }
}

/** Puts loaded entities into the answer; false when one is missing or something was wrong with it. */
function takeEntities(wanted: Wanted, answer: Answer): boolean {
  const { key, fields } = wanted.group
  const found = answer.data?.[key]
  const entities: unknown[] = Array.isArray(found) ? found : []
  const errors = answer.errors ?? []
  for (const error of errors) {
    const [root, index, ...rest] = error.path ?? []
    if (root === key && typeof index === 'number' && rest.length > 0)
      placeError(entities as unknown as Fields, unplaced(error), [index, ...rest])
  }
  const general = errors.find(({ path }) => !path?.length || (path[0] === key && path.length === 1))
  let complete = errors.length === 0
  for (const { object, at } of wanted.objects) {
    const entity = entities[at]
    if (isFields(entity)) {
      Object.assign(object, entity)
      continue
    }
    complete = false
    const own = errors.find(({ path }) => path?.[0] === key && path[1] === at) ?? general
    if (own) for (const name of fields) object[name] ??= unplaced(own)
  }
  return complete
}

async function fetchEntities(run: PlanRun, fetch: Fetch, data: Fields): Promise<boolean> {
  const wanted = fetch.entities.map((group) => wantedOf(data, group))
  if (wanted.every(({ ids }) => ids.length === 0)) return true
  const references = wanted.map(({ group, ids }) => [
    group.key,
    ids.map((id) => ({ __typename: group.type, id })),
  ])
  const answer = await send(run, fetch, Object.fromEntries(references) as Fields)
  return wanted.map((one) => takeEntities(one, answer)).every(Boolean)
}

function inOrder(object: Fields, keys: string[]): Fields {
  const ordered: Fields = {}
  for (const key of keys) if (key in object) ordered[key] = object[key]
  return ordered
}

/** Answers one operation by its plan: word for word what stitching answers. */
export async function runPlan(run: PlanRun): Promise<ExecutionResult> {
  const { plan } = run
  const [roots = [], ...entityLevels] = plan.levels
  const answers = await Promise.all(roots.map((fetch) => send(run, fetch)))
  const [only] = answers
  if (plan.whole && only && only.data !== undefined && isPlaced(only.errors)) return only
  const data: Fields = {}
  let complete = roots.map((fetch, index) => takeRoots(data, fetch, answers[index] ?? {})).every(Boolean)
  for (const level of entityLevels) {
    const taken = await Promise.all(level.map((fetch) => fetchEntities(run, fetch, data)))
    complete &&= taken.every(Boolean)
  }
  if (!complete) return completeAnswer(run, data)
  for (const { path, keys } of plan.orders)
    eachAt(data, path, (object, holder, key) => (holder[key] = inOrder(object, keys)))
  return { data: inOrder(data, plan.rootKeys) }
}

function isPlaced(errors: readonly GraphQLError[] | undefined): boolean {
  return (errors ?? []).every((error) => (error.path?.length ?? 0) > 0)
}
