import { describe, expect, test } from 'bun:test'
import { BoundedQueue } from './bounded-queue.ts'

describe('a bounded queue', () => {
  test('gives what was pushed before and after the reader asked, in order, then ends', async () => {
    const queue = new BoundedQueue<number>()
    queue.push(1)
    const first = queue.next()
    const second = queue.next()
    queue.push(2)
    queue.push(3)
    queue.end()
    expect([(await first).value, (await second).value, (await queue.next()).value]).toEqual([1, 2, 3])
    expect((await queue.next()).done).toBe(true)
  })

  test('lets a reader leave while it waits, and says so to its source once', async () => {
    const queue = new BoundedQueue<number>()
    let closed = 0
    queue.onClose(() => (closed += 1))
    const waiting = queue.next()
    await queue.return()
    expect((await waiting).done).toBe(true)
    queue.end()
    expect(closed).toBe(1)
    queue.onClose(() => (closed += 1))
    expect(closed).toBe(2)
  })

  test('ends with live.resync beyond 256 items', async () => {
    const queue = new BoundedQueue<number>()
    for (let item = 0; item < 256; item += 1) queue.push(item)
    expect(queue.ended).toBe(false)
    queue.push(256)
    expect(queue.ended).toBe(true)
    await expect(queue.next()).rejects.toMatchObject({ code: 'live.resync' })
    expect((await queue.next()).done).toBe(true)
  })

  test('ends with live.resync beyond 1 MiB, and counts down what was read', async () => {
    const queue = new BoundedQueue<string>()
    const half = 512 * 1024
    queue.push('a', half)
    queue.push('b', half)
    await queue.next()
    queue.push('c', half)
    expect(queue.ended).toBe(false)
    queue.push('d', 1)
    await expect(queue.next()).rejects.toMatchObject({ code: 'live.resync' })
  })

  test('keeps the newest state only of what waits for the same thing', async () => {
    const queue = new BoundedQueue<{ id: string; revision: number }>()
    const put = (id: string, revision: number) => queue.replace((one) => one.id === id, { id, revision })
    put('a', 1)
    put('b', 1)
    put('a', 2)
    expect([(await queue.next()).value, (await queue.next()).value]).toEqual([
      { id: 'a', revision: 2 },
      { id: 'b', revision: 1 },
    ])
  })

  test('gives an error to the reader who waits', async () => {
    const queue = new BoundedQueue<number>()
    const waiting = queue.next()
    queue.fail(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    expect((await queue.next()).done).toBe(true)
  })
})
