import type { DocumentNode, OperationDefinitionNode } from 'graphql'

/** The response key under which a service gives the id of an entity that another service goes on with. */
export const keyAlias = '_qw_key'

/** Entities of one type that are loaded with one selection, wherever they stand in the answer. */
export interface EntityGroup {
  /** Response key of this `_entities` field, and the name of the variable with its references. */
  key: string
  type: string
  /** Response keys from the root to the objects; lists on the way are walked through. */
  paths: string[][]
  /** What the selection adds to each object. */
  fields: string[]
}

/** One request to one service. */
export interface Fetch {
  service: string
  document: DocumentNode
  /** Root fields, by response key: of the operation itself, or `entities`. */
  rootKeys: string[]
  entities: EntityGroup[]
  /** Names of the operation's variables that go along; all of them where left out. */
  variables?: string[]
}

/** How one document is answered. */
export interface Plan {
  operation: OperationDefinitionNode
  /** One service answers everything: its answer is the answer. */
  whole: boolean
  /** Requests of one level go out together, when those of the level before are answered. */
  levels: Fetch[][]
  rootKeys: string[]
  /** The response keys of the objects that several services answer, in the order asked for; deepest first. */
  orders: { path: string[]; keys: string[] }[]
}
