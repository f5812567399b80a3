import { type ConstDirectiveNode, type FieldDefinitionNode, Kind, parse } from 'graphql'

/** How one object type stands across the services. */
interface TypeOwnership {
  /** Services by field; undefined where the field needs more than a plain read of one of them. */
  fields: Map<string, ReadonlySet<string> | undefined>
  /** By service: whether it can load an entity of this type by its `id`. A service that only names it is here too. */
  byId: Map<string, { loads: boolean }>
}

/** Which service answers which field, as the supergraph says. */
export interface Ownership {
  /** The services that answer a field themselves; undefined where that cannot be said so simply. */
  ownersOf: (typeName: string, field: string) => ReadonlySet<string> | undefined
  /** Whether a service's objects of this type carry the `id` that others know them by. */
  knowsId: (typeName: string, service: string) => boolean
  /** Whether a service loads entities of this type by `id`. */
  loads: (typeName: string, service: string) => boolean
}

function argumentsOf(directive: ConstDirectiveNode): Map<string, string | boolean> {
  return new Map(
    (directive.arguments ?? []).flatMap(({ name, value }) =>
      'value' in value ? [[name.value, value.value] as const] : [],
    ),
  )
}

function named(directives: readonly ConstDirectiveNode[] | undefined, name: string) {
  return (directives ?? []).filter((directive) => directive.name.value === name).map(argumentsOf)
}

const special = ['requires', 'override', 'usedOverridden', 'type']

function fieldOwners(field: FieldDefinitionNode, all: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const joins = named(field.directives, 'join__field')
  if (joins.length === 0) return all
  if (joins.some((join) => special.some((name) => join.has(name)))) return undefined
  return new Set(joins.flatMap((join) => (join.get('external') === true ? [] : [String(join.get('graph'))])))
}

/** Reads who owns what out of a composed supergraph. Types that are not objects are nobody's here. */
export function readOwnership(supergraphSdl: string): Ownership {
  const types = new Map<string, TypeOwnership>()
  const names = new Map<string, string>()
  for (const node of parse(supergraphSdl).definitions) {
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph') {
      for (const value of node.values ?? [])
        names.set(value.name.value, String(named(value.directives, 'join__graph')[0]?.get('name')))
    }
  }
  const toNames = (graphs: Iterable<string>) => new Set([...graphs].map((graph) => names.get(graph) ?? graph))
  for (const node of parse(supergraphSdl).definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || (node.interfaces?.length ?? 0) > 0) continue
    const joins = named(node.directives, 'join__type')
    const all = new Set(joins.map((join) => String(join.get('graph'))))
    const fields = new Map<string, ReadonlySet<string> | undefined>()
    for (const field of node.fields ?? []) {
      const owners = fieldOwners(field, all)
      fields.set(field.name.value, owners && toNames(owners))
    }
    const byId = new Map<string, { loads: boolean }>()
    for (const join of joins) {
      if (join.get('key') !== 'id') continue
      const service = names.get(String(join.get('graph'))) ?? ''
      byId.set(service, { loads: join.get('resolvable') !== false })
    }
    types.set(node.name.value, { fields, byId })
  }
  return {
    ownersOf: (typeName, field) => types.get(typeName)?.fields.get(field),
    knowsId: (typeName, service) => types.get(typeName)?.byId.has(service) ?? false,
    loads: (typeName, service) => types.get(typeName)?.byId.get(service)?.loads ?? false,
  }
}
