import { expect, test } from 'bun:test'
import type { Identity } from '@quillworks/service-kit/identity'
import { createPeople } from './people.ts'

const identityOf = (organizationId: string): Identity => ({
  organizationId,
  projectId: 'p',
  userId: 'u',
  role: 'owner',
  scopes: ['*'],
  principal: 'user:u',
})
const [mine, theirs] = [identityOf('mine'), identityOf('theirs')]

/** People a, b and c are members of `mine` alone. */
function counted() {
  let time = 0
  const asked: string[] = []
  const members = new Set(['a', 'b', 'c'])
  let before = Promise.resolve()
  const people = createPeople(
    async ({ organizationId }, ids) => {
      asked.push(`${organizationId} ${ids.join(' ')}`)
      const found = ids.map((id) =>
        organizationId === 'mine' && members.has(id) ? { id, name: id, email: `${id}@x`, image: null } : null,
      )
      await before
      return found
    },
    () => time,
  )
  const names = async (identity: Identity, ...ids: string[]) =>
    (await people.find(identity, ids)).map((person) => person?.name ?? null)
  return {
    ...people,
    names,
    asked,
    members,
    pass: (ms: number) => (time += ms),
    slow: (until: Promise<void>) => {
      before = until
    },
  }
}

test('people are given in the order asked for, and only the unknown are looked up', async () => {
  const people = counted()
  expect(await people.names(mine, 'b', 'x', 'a', 'b')).toEqual(['b', null, 'a', 'b'])
  expect(await people.names(mine, 'a', 'c', 'b')).toEqual(['a', 'c', 'b'])
  expect(people.asked).toEqual(['mine b x a', 'mine c'])
})

test('nobody is known to another organization, and who was not found is asked for again', async () => {
  const people = counted()
  await people.names(mine, 'a')
  expect(await people.names(theirs, 'a')).toEqual([null])
  expect(await people.names(theirs, 'a')).toEqual([null])
  expect(people.asked).toEqual(['mine a', 'theirs a', 'theirs a'])
})

test('people are remembered for five seconds', async () => {
  const people = counted()
  await people.names(mine, 'a')
  people.members.delete('a')
  people.pass(4_999)
  expect(await people.names(mine, 'a')).toEqual(['a'])
  people.pass(1)
  expect(await people.names(mine, 'a')).toEqual([null])
})

test('a change of rights drops them at once, also those on their way', async () => {
  const people = counted()
  await people.names(mine, 'a')
  let arrive: () => void = () => undefined
  people.slow(new Promise((resolve) => (arrive = resolve)))
  const onTheWay = people.names(mine, 'b')
  people.members.clear()
  people.forget()
  arrive()
  await onTheWay
  expect(await people.names(mine, 'a', 'b')).toEqual([null, null])
})
