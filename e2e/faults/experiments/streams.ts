import { readdirSync, readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { newId } from '@quillworks/service-kit/ids'
import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { untilStatus } from '../jobs.ts'
import type { Arena, Experiment } from '../runner.ts'

/** A conversation that has answered once and waits: nothing happens to it. */
async function quietConversation({ client, system, tools }: Arena): Promise<string> {
  const { runPrompt } = await client.askUntilAnswered<{ runPrompt: { id: string } }>(
    'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    {
      input: {
        promptId: tools.promptId,
        model: 'openai/gpt-4.1-mini',
        chat: true,
        values: { job: 'quiet' },
        idempotencyKey: newId(),
      },
    },
  )
  await untilStatus(system, runPrompt.id, ['waiting'], 1)
  return runPrompt.id
}

const quietClients = 20
const updates = 'subscription($id: ID!) { executionUpdated(id: $id) { revision } }'

export const quietStreams: Experiment = {
  id: 'X20',
  title: 'seconds of silence on 20 subscriptions, then an event',
  counts: { short: 12, nightly: 900, release: 7_200 },
  run: async (arena) => {
    const { client, violations } = arena
    const id = await quietConversation(arena)
    const stop = new AbortController()
    const seen = Array.from({ length: quietClients }, () => ({ events: 0, isCut: false }))
    const streams = seen.map(async (one) => {
      const how = await client.subscribe({
        query: updates,
        variables: { id },
        signal: stop.signal,
        onData: () => void one.events++,
      })
      if (how === 'cut' && !stop.signal.aborted) one.isCut = true
    })
    while (seen.some(({ events }) => events === 0)) await Bun.sleep(20)
    for (let number = 0; number < quietClients; number += 1)
      await arena.inject(
        `silence of client ${number + 1}`,
        () => Bun.sleep((arena.count * 1_000) / quietClients),
        async () => seen.filter(({ isCut }) => !isCut).length,
      )
    const before = seen.map(({ events }) => events)
    await client.askUntilAnswered(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { id } }',
      {
        input: {
          executionId: id,
          message: 'Still there?',
          values: { job: 'quiet' },
          idempotencyKey: newId(),
        },
      },
    )
    const until = performance.now() + 10_000
    const isHeard = () => seen.every(({ events }, index) => events > (before[index] ?? 0))
    while (!isHeard() && performance.now() < until) await Bun.sleep(20)
    const cut = seen.filter(({ isCut }) => isCut).length
    if (cut > 0) violations.push(`X20 ${cut} of ${quietClients} connections were cut in the silence`)
    if (!isHeard()) violations.push('X20 an event did not arrive on the same connection')
    stop.abort()
    await Promise.all(streams)
  },
}

/** Sockets that a process holds. */
function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length
}

/** Counts the subscriptions that the gateway holds at NATS, from what it sends. */
function countSubscriptions(arena: Arena): { open: () => number; stop: () => void } {
  const sids = new Set<string>()
  const { nats } = arena.system.part('gateway')
  const rests = new Map<number, string>()
  nats.setIntercept((chunk, direction, { id }) => {
    if (direction !== 'to-server') return true
    const lines = ((rests.get(id) ?? '') + chunk.toString('latin1')).split('\r\n')
    rests.set(id, lines.pop() ?? '')
    for (const line of lines) {
      const words = line.split(' ')
      if (words[0] === 'SUB') sids.add(words.at(-1) ?? '')
      if (words[0] === 'UNSUB') sids.delete(words[1] ?? '')
    }
    return true
  })
  return { open: () => sids.size, stop: () => nats.setIntercept(undefined) }
}

/** Opens a subscription by hand, and never reads what comes. */
async function freeze(arena: Arena, id: string): Promise<Socket> {
  const { system } = arena
  const token = await signLocalAdmin({ secret: system.secret })
  const body = JSON.stringify({ query: updates, variables: { id } })
  const socket = connect({ port: Number(new URL(system.url).port), host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.pause()
  socket.write(
    [
      'POST /graphql HTTP/1.1',
      'host: localhost',
      'content-type: application/json',
      'accept: text/event-stream',
      `authorization: Bearer ${token}`,
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
  return socket
}

export const churnStreams: Experiment = {
  id: 'X21',
  title: 'subscriptions aborted at random moments, and clients that never read',
  counts: { short: 100, nightly: 2_000, release: 20_000 },
  run: async (arena) => {
    const { client, system, random, violations } = arena
    const id = await quietConversation(arena)
    const { process } = system.part('gateway')
    const subscriptions = countSubscriptions(arena)
    await Bun.sleep(1_000)
    const baseline = { sockets: socketsOf(process.pid()), subscriptions: subscriptions.open() }
    const frozen = await Promise.all(Array.from({ length: 20 }, () => freeze(arena, id)))
    let left = arena.count
    let most = 0
    const lane = async () => {
      while (left-- > 0) {
        const stop = new AbortController()
        const { promise: opened, resolve: heard } = Promise.withResolvers<void>()
        const wait = random.between(0, 30)
        const isEarly = random.next() < 0.2
        const stream = client.subscribe({
          query: updates,
          variables: { id },
          signal: stop.signal,
          onData: () => heard(),
        })
        await arena.inject(
          `abort after ${wait} ms`,
          async () => {
            if (!isEarly) await Promise.race([opened, stream])
            await Bun.sleep(wait)
            most = Math.max(most, subscriptions.open())
            stop.abort()
            await stream
          },
          async () => 1,
        )
      }
    }
    await Promise.all(Array.from({ length: 10 }, lane))
    for (const socket of frozen) socket.destroy()
    const isBack = () =>
      socketsOf(process.pid()) <= baseline.sockets + 2 && subscriptions.open() <= baseline.subscriptions
    const until = performance.now() + 60_000
    while (!isBack() && performance.now() < until) await Bun.sleep(200)
    const after = { sockets: socketsOf(process.pid()), subscriptions: subscriptions.open() }
    arena.note(
      `${JSON.stringify(baseline)} before, ${most} subscriptions at most, ${JSON.stringify(after)} after`,
    )
    if (most <= baseline.subscriptions) violations.push('X21 nobody was ever subscribed')
    if (!isBack())
      violations.push(`I10 ${JSON.stringify(after)} where ${JSON.stringify(baseline)} was before`)
    subscriptions.stop()
  },
}
