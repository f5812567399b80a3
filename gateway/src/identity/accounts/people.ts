import type { Identity } from '@quillworks/service-kit/identity'
import type { UserRow } from './users.graphql.ts'

const lifeMs = 5_000
const max = 10_000

/** Finds people of the acting organization by id, in the order asked for; null for anyone else. */
export type FindPeople = (identity: Identity, ids: string[]) => Promise<(UserRow | null)[]>

/**
 * Remembers for 5 seconds, as it is with rights, who the people of an organization are; only those who were found, and
 * never from one organization to another. `forget` drops all of it, also what is being found at that moment.
 */
export function createPeople(find: FindPeople, now: () => number = () => performance.now()) {
  let known = new Map<string, { until: number; person: UserRow }>()

  async function load(identity: Identity, ids: string[]): Promise<Map<string, UserRow>> {
    const into = known
    const found = await find(identity, ids)
    const people = new Map(found.flatMap((person) => (person ? [[person.id, person] as const] : [])))
    for (const [id, person] of people) {
      into.set(`${identity.organizationId} ${id}`, { until: now() + lifeMs, person })
      const oldest = into.keys().next()
      if (into.size > max && !oldest.done) into.delete(oldest.value)
    }
    return people
  }

  const people: FindPeople = async (identity, ids) => {
    const remembered = ids.map((id) => {
      const entry = known.get(`${identity.organizationId} ${id}`)
      return entry && entry.until > now() ? entry.person : undefined
    })
    const missing = new Set(ids.filter((_id, index) => !remembered[index]))
    const loaded = missing.size > 0 ? await load(identity, [...missing]) : undefined
    return ids.map((id, index) => remembered[index] ?? loaded?.get(id) ?? null)
  }
  const forget = () => {
    known = new Map()
  }
  return { find: people, forget }
}

export type People = ReturnType<typeof createPeople>
