import { beforeEach, describe, expect, test } from 'bun:test'
import { Failure } from '../graphql/failure.ts'
import type { PolledStatus, StatusAnswer } from './ask-status.ts'
import type { Poller as PollerClass } from './poller.svelte.ts'

// Outside of Svelte its states are plain fields, which is all that is looked at here.
const plain = <T>(value?: T) => value
Object.assign(globalThis, { $state: Object.assign(plain, { raw: plain }) })
const { Poller } = (await import('./poller.svelte.ts')) as { Poller: typeof PollerClass }

const answer = (more: Partial<StatusAnswer> = {}): StatusAnswer => ({
  executions: [],
  errors: [],
  intervalSeconds: 3,
  leastIntervalSeconds: 1,
  ...more,
})

/** A poller whose time passes when the test says so, and whose server answers what the test gives. */
function byHand() {
  const asked: string[][] = []
  const answers: (StatusAnswer | Failure)[] = []
  let planned: { act: () => void; milliseconds: number } | undefined
  const back = Promise.withResolvers<void>()
  const poller = new Poller({
    ask: (ids) => {
      asked.push(ids.map(({ id, revision }) => `${id}@${revision}`))
      const next = answers.shift() ?? answer()
      return next instanceof Failure ? Promise.reject(next) : Promise.resolve(next)
    },
    later: (act, milliseconds) => {
      const mine = { act, milliseconds }
      planned = mine
      return () => {
        if (planned === mine) planned = undefined
      }
    },
    signedIn: () => back.promise,
  })
  /** Lets the planned asking happen and its answer arrive. */
  async function pass(): Promise<void> {
    const due = planned
    if (!due) throw new Error('Nothing is planned')
    planned = undefined
    due.act()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { poller, asked, answers, pass, pause: () => planned?.milliseconds, back }
}

describe('a poller', () => {
  let world: ReturnType<typeof byHand>
  let rows: { id: string; revision: number }[]
  let heard: PolledStatus[]
  let gone: string[]
  let reread: number

  beforeEach(() => {
    world = byHand()
    rows = [{ id: 'a', revision: 1 }]
    heard = []
    gone = []
    reread = 0
    world.poller.add({
      asked: () => rows,
      heard: (status) => heard.push(status),
      gone: (id) => gone.push(id),
      reread: () => (reread += 1),
    })
  })

  test('asks nobody until it is switched on, and then at once and every interval', async () => {
    expect(world.pause()).toBeUndefined()
    world.poller.switch(true)
    expect([world.pause(), reread]).toEqual([0, 1])
    world.answers.push(answer({ executions: [{ id: 'a', revision: 2, status: 'running' }] }))
    await world.pass()
    expect(world.asked).toEqual([['a@1']])
    expect(heard).toHaveLength(1)
    expect([world.pause(), world.poller.state]).toEqual([3_000, 'active'])
  })

  test('rests while nothing goes on, and wakes when something comes on screen', async () => {
    rows = []
    world.poller.switch(true)
    await world.pass()
    expect([world.asked, world.poller.state, world.pause()]).toEqual([[], 'idle', undefined])
    const end = world.poller.add({ asked: () => [{ id: 'b', revision: 3 }], heard: () => {} })
    await world.pass()
    expect(world.asked).toEqual([['b@3']])
    end()
  })

  test('tells what is gone to who asked for it', async () => {
    world.poller.switch(true)
    world.answers.push(
      answer({ errors: [{ id: 'a', code: 'execution.not_found', message: 'There is none.' }] }),
    )
    await world.pass()
    expect(gone).toEqual(['a'])
  })

  test('asks ever more rarely while it fails, says so after three, and is well after one answer', async () => {
    world.poller.switch(true)
    const broken = new Failure('network.unreachable', 'No network.')
    world.answers.push(broken, broken, broken)
    await world.pass()
    expect([world.pause(), world.poller.state]).toEqual([6_000, 'active'])
    await world.pass()
    await world.pass()
    expect([world.pause(), world.poller.state]).toEqual([24_000, 'failed'])
    expect(world.poller.failure?.message).toBe('No network.')
    world.poller.now()
    expect(world.pause()).toBe(0)
    await world.pass()
    expect([world.pause(), world.poller.state, world.poller.failure]).toEqual([3_000, 'active', undefined])
  })

  test('asks nobody while paused or unseen, and at once afterwards', async () => {
    world.poller.switch(true)
    await world.pass()
    world.poller.pause()
    expect([world.pause(), world.poller.state]).toEqual([undefined, 'paused'])
    world.poller.now()
    expect(world.pause()).toBeUndefined()
    world.poller.resume()
    expect(world.pause()).toBe(0)
    world.poller.seen(false)
    expect(world.pause()).toBeUndefined()
    world.poller.seen(true)
    expect([world.pause(), reread]).toEqual([0, 3])
  })

  test('keeps to the interval that was chosen, and to the least that the server wants', async () => {
    world.poller.switch(true)
    world.poller.every(1)
    world.answers.push(answer({ leastIntervalSeconds: 5 }))
    await world.pass()
    expect(world.pause()).toBe(5_000)
    world.poller.every(30)
    expect(world.pause()).toBe(30_000)
  })

  test('waits while nobody is signed in', async () => {
    world.poller.switch(true)
    world.answers.push(new Failure('auth.unauthenticated', 'Nobody is signed in.'))
    await world.pass()
    expect(world.pause()).toBeUndefined()
    world.back.resolve()
    await new Promise<void>((resolve) => setImmediate(resolve))
    expect(world.pause()).toBe(3_000)
  })

  test('asks once more when something was begun while an answer was on its way', async () => {
    world.poller.switch(true)
    const asking = world.pass()
    world.poller.now()
    await asking
    expect(world.pause()).toBe(0)
  })

  test('stops when it is switched off', () => {
    world.poller.switch(true)
    world.poller.switch(false)
    expect([world.pause(), world.poller.state]).toEqual([undefined, 'off'])
  })
})
