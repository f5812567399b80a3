import { expect, test } from 'bun:test'
import { findChromium, type ChromiumSource } from './chromium.ts'

const source = (name: string, path: string | undefined): ChromiumSource => ({
  name,
  find: () => Promise.resolve(path),
})

test('the chosen program is taken, and a wrong one is an error rather than a search', async () => {
  expect(await findChromium({ chosen: '/bin/true', sources: [source('other', '/bin/sh')] })).toBe('/bin/true')
  const wrong = findChromium({ chosen: '/nowhere/chromium', sources: [source('other', '/bin/true')] })
  await expect(wrong).rejects.toThrow('CHROMIUM_PATH is /nowhere/chromium')
})

test('the first way that leads to a program which runs is taken', async () => {
  const sources = [source('none', undefined), source('broken', '/bin/false'), source('good', '/bin/true')]
  expect(await findChromium({ sources })).toBe('/bin/true')
})

test('without any, the error lists all ways', async () => {
  const error = findChromium({
    sources: [source('first way', undefined), source('second way', '/bin/false')],
  })
  await expect(error).rejects.toThrow(/first way\n {2}second way\n.*CHROMIUM_PATH/)
})
