import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  GraphQLObjectType,
  type GraphQLSchema,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Ownership } from './ownership.ts'
import { keyAlias, type Plan } from './plan-shape.ts'
import {
  type EntityNeed,
  entityFetches,
  rootFetches,
  type RootSelection,
  usesAllVariables,
} from './plan-documents.ts'

/** Where a walk through a document stands. */
interface Place {
  type: GraphQLObjectType
  /** Whose selection is being written. */
  service: string
  path: string[]
  /** 0 for root fields, then one more for each service that had to be asked before. */
  level: number
  /** The @skip and @include on the way here, which go along into another service's selection. */
  conditions: DirectiveNode[][]
}

/** Thrown inside for what this planner leaves to stitching. */
class NotPlanned extends Error {}

function give(): never {
  throw new NotPlanned()
}

const field = (name: string, alias?: string): FieldNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: name },
  ...(alias ? { alias: { kind: Kind.NAME, value: alias } } : {}),
})

const setOf = (selections: SelectionNode[]): SelectionSetNode => ({ kind: Kind.SELECTION_SET, selections })

/** A selection under the conditions that stood around it. */
function under(conditions: DirectiveNode[][], selection: SelectionNode): SelectionNode {
  return conditions.reduceRight<SelectionNode>(
    (inner, directives) => ({ kind: Kind.INLINE_FRAGMENT, directives, selectionSet: setOf([inner]) }),
    selection,
  )
}

const introspection = new Set(['__schema', '__type'])

function responseKey(node: FieldNode): string {
  return node.alias?.value ?? node.name.value
}

/** Splits one operation by who answers what. */
class Planner {
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly roots = new Map<string, RootSelection>()
  /** Any service can tell the name of a root type. */
  private readonly typenames: { key: string; selection: SelectionNode }[] = []
  private readonly needs = new Map<string, EntityNeed>()
  private readonly orders = new Map<string, { path: string[]; keys: Set<string> }>()

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly ownership: Ownership,
    private readonly document: DocumentNode,
  ) {}

  plan(): Plan {
    const operations: OperationDefinitionNode[] = []
    for (const node of this.document.definitions) {
      if (node.kind === Kind.OPERATION_DEFINITION) operations.push(node)
      else if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node)
    }
    const [operation, ...others] = operations
    if (!operation || others.length > 0 || operation.operation === 'subscription') give()
    const type = this.schema.getRootType(operation.operation) ?? give()
    this.root(operation.selectionSet, type, [])
    const services = [...this.roots.keys()]
    const [only] = services
    if (only === undefined || (operation.operation === 'mutation' && services.length > 1)) give()
    for (const { key, selection } of this.typenames) this.ask(only, key, selection)
    const whole = services.length === 1 && this.needs.size === 0
    // A subscription's read has the variables of the subscription too, which a service would refuse as unused.
    const roots =
      whole && usesAllVariables(this.document, operation)
        ? [{ service: only, document: this.document, entities: [], rootKeys: [...this.keysOf('')] }]
        : rootFetches(operation, this.roots)
    return {
      operation,
      whole,
      levels: [roots, ...entityFetches(operation, [...this.needs.values()])],
      rootKeys: [...this.keysOf('')],
      orders: [...this.needs.values()]
        .map(({ path }) => ({ path, keys: [...this.keysOf(path.join('.'))] }))
        .toSorted((a, b) => b.path.length - a.path.length),
    }
  }

  private keysOf(path: string): Set<string> {
    return this.orders.get(path)?.keys ?? new Set()
  }

  private noteKey(path: string[], key: string): void {
    const name = path.join('.')
    const order = this.orders.get(name) ?? { path, keys: new Set() }
    this.orders.set(name, order)
    order.keys.add(key)
  }

  /** The parts of a selection that has a selection inside it: its own directives, and what is inside. */
  private opened(selection: SelectionNode): { directives: DirectiveNode[][]; inside: SelectionSetNode } {
    const own = selection.directives ?? []
    const directives = own.length > 0 ? [[...own]] : []
    if (selection.kind === Kind.INLINE_FRAGMENT) return { directives, inside: selection.selectionSet }
    if (selection.kind !== Kind.FRAGMENT_SPREAD) give()
    const fragment = this.fragments.get(selection.name.value) ?? give()
    return { directives, inside: fragment.selectionSet }
  }

  private root(set: SelectionSetNode, type: GraphQLObjectType, conditions: DirectiveNode[][]): void {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        const { directives, inside } = this.opened(selection)
        this.root(inside, type, [...conditions, ...directives])
        continue
      }
      if (introspection.has(selection.name.value)) give()
      this.noteKey([], responseKey(selection))
      if (selection.name.value === '__typename') {
        this.typenames.push({ key: responseKey(selection), selection: under(conditions, selection) })
        continue
      }
      const service = this.rootOwner(type, selection)
      const place: Place = { type, service, path: [], level: 0, conditions }
      this.ask(service, responseKey(selection), under(conditions, this.field(selection, place)))
    }
  }

  private ask(service: string, key: string, selection: SelectionNode): void {
    const { keys, selections } = this.roots.get(service) ?? { keys: new Set(), selections: [] }
    this.roots.set(service, { keys: keys.add(key), selections: [...selections, selection] })
  }

  private rootOwner(type: GraphQLObjectType, node: FieldNode): string {
    const owners = this.ownership.ownersOf(type.name, node.name.value)
    const [owner] = owners ?? []
    return owner !== undefined && owners?.size === 1 ? owner : give()
  }

  /** A field that `place.service` answers, with what it answers of the selection inside. */
  private field(node: FieldNode, place: Place): FieldNode {
    if (!node.selectionSet) return node
    const definition = place.type.getFields()[node.name.value] ?? give()
    const type = getNamedType(definition.type)
    if (!isCompositeType(type) || !isObjectType(type)) give()
    const own = node.directives ?? []
    const inner: Place = {
      ...place,
      type,
      path: [...place.path, responseKey(node)],
      conditions: own.length > 0 ? [...place.conditions, [...own]] : place.conditions,
    }
    return { ...node, selectionSet: setOf(this.selections(node.selectionSet, inner)) }
  }

  private selections(set: SelectionSetNode, place: Place): SelectionNode[] {
    const local: SelectionNode[] = []
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        const { directives, inside } = this.opened(selection)
        const kept = this.selections(inside, { ...place, conditions: [...place.conditions, ...directives] })
        local.push(...kept.map((one) => under(directives, one)))
        continue
      }
      const key = responseKey(selection)
      if (key === keyAlias) give()
      this.noteKey(place.path, key)
      const name = selection.name.value
      const owners = this.ownership.ownersOf(place.type.name, name)
      if (name === '__typename' || owners?.has(place.service)) local.push(this.field(selection, place))
      else local.push(this.elsewhere(selection, place, owners))
    }
    return local
  }

  /** Notes a field that another service answers by the entity's id; what is left here is that id. */
  private elsewhere(node: FieldNode, place: Place, owners: ReadonlySet<string> | undefined): FieldNode {
    const { type, path } = place
    const [service] = owners ?? []
    if (service === undefined || owners?.size !== 1) give()
    if (!this.ownership.loads(type.name, service) || !this.ownership.knowsId(type.name, place.service)) give()
    const level = place.level + 1
    const name = `${path.join('.')} ${service} ${level}`
    const need = this.needs.get(name) ?? { type: type.name, service, path, level, selections: [] }
    this.needs.set(name, need)
    need.selections.push(under(place.conditions, this.field(node, { ...place, service, level })))
    return field('id', keyAlias)
  }
}

/**
 * How to answer a validated document by asking services, decided from the document alone; undefined for what is left
 * to stitching: introspection, several operations, abstract types, changes of several services at once.
 */
export function planDocument(input: {
  schema: GraphQLSchema
  ownership: Ownership
  document: DocumentNode
}): Plan | undefined {
  try {
    return new Planner(input.schema, input.ownership, input.document).plan()
  } catch (error) {
    if (error instanceof NotPlanned) return undefined
    throw error
  }
}
