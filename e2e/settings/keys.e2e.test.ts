import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import type { Page } from 'playwright-core'
import { askAsOwner } from '../support/api.ts'
import { newPage } from '../support/browser.ts'
import { focusOn, MINUTES_MS, open, openSettings, type Settings, tabTo, told } from './settings.test-utils.ts'

const providerKey = 'sk-secret-of-the-organization-wxyz'
let settings: Settings
let models: ModelServer
let page: Page

beforeAll(async () => {
  models = startModelServer({ requireKey: providerKey, models: ['house-writer'] })
  settings = await openSettings()
  page = settings.page
}, MINUTES_MS)

afterAll(async () => {
  await settings?.close()
  await models?.close()
}, MINUTES_MS)

const row = (name: RegExp) => page.getByRole('row', { name })

async function askWith(key: string, query: string): Promise<{ data?: unknown; errors?: unknown }> {
  const response = await fetch(`${settings.running.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query }),
  })
  return (await response.json()) as { data?: unknown; errors?: unknown }
}

test(
  'an API key is made by keyboard alone, is shown once, does what it may, and is revoked',
  async () => {
    await open(page, settings.running, 'keys')
    await tabTo(page, 'New API key')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'New API key' }).waitFor()
    await tabTo(page, 'Make the key')
    await page.keyboard.press('Enter')
    const name = page.getByLabel('Name')
    await name.and(page.locator('[aria-invalid=true]')).waitFor()
    await name.focus()
    await page.keyboard.type('Nightly reports')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Keep this key now' }).waitFor()
    const key = await page.getByLabel('API key', { exact: true }).inputValue()
    expect(key).toStartWith('qwk_')
    expect(await page.getByRole('dialog').innerText()).toContain(`Bearer ${key}`)
    await tabTo(page, 'I have kept it')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await focusOn(page, 'New API key')
    expect((await page.content()).includes(key)).toBe(false)

    expect((await askWith(key, '{ prompts(first: 1) { edges { node { id } } } }')).errors).toBeUndefined()
    expect((await askWith(key, '{ members { edges { node { id } } } }')).errors).toBeDefined()

    await page.reload()
    await open(page, settings.running, 'keys')
    expect((await page.content()).includes(key)).toBe(false)
    await row(/Nightly reports.*Read prompts/).hover()
    await page.getByRole('button', { name: 'Revoke Nightly reports' }).click()
    await page.getByRole('button', { name: 'Revoke the key' }).click()
    await told(page, 'The key Nightly reports is revoked.')
    expect((await askWith(key, '{ prompts(first: 1) { edges { node { id } } } }')).errors).toBeDefined()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'a key of a provider is set and tested, is nowhere on the page, and is deleted',
  async () => {
    const requests: string[] = []
    page.on('response', (response) => requests.push(response.url()))
    await open(page, settings.running, 'models')
    await page.getByRole('button', { name: 'Set a key for OpenAI' }).click()
    await page.getByRole('button', { name: 'Keep and test' }).click()
    await page.getByText('Paste the key that the provider gave you.').waitFor()
    const field = page.getByRole('textbox', { name: 'Key' })
    expect(await field.getAttribute('type')).toBe('password')
    await field.fill('sk-a-wrong-key-of-somebody')
    await page.getByLabel('Address').fill(models.openaiBaseUrl)
    await page.getByRole('button', { name: 'Keep and test' }).click()
    await page.getByText('refused the key').waitFor()

    await page.getByRole('button', { name: 'Replace the key of OpenAI' }).click()
    await page.getByRole('textbox', { name: 'Key' }).fill(providerKey)
    await page.getByRole('button', { name: 'Keep and test' }).click()
    await page.getByText('It answers.').waitFor()
    const providers = page.getByRole('list', { name: 'Providers' })
    expect(await providers.innerText()).toContain('•••• wxyz')
    await row(/house-writer/).waitFor()

    for (const address of [page.url(), `${page.url()}?search=house`]) {
      const source = await page.evaluate(async (url) => (await fetch(url)).text(), address)
      expect(source.includes('wxyz')).toBe(true)
      expect(source.includes(providerKey)).toBe(false)
    }
    expect((await page.content()).includes(providerKey)).toBe(false)
    expect(requests.some((url) => url.includes(providerKey))).toBe(false)
    expect(settings.running.output().includes(providerKey)).toBe(false)

    await page.getByRole('button', { name: 'Delete the key of OpenAI' }).click()
    await page.getByRole('button', { name: 'Delete the key', exact: true }).click()
    await told(page, /The key of OpenAI.* is deleted/)
    await page.getByRole('button', { name: 'Set a key for OpenAI' }).waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'models are searched, filtered and sorted in the address',
  async () => {
    await open(page, settings.running, 'models')
    await page.getByRole('searchbox', { name: 'Search models' }).fill('claude')
    await page.waitForURL('**/models?search=claude')
    await row(/laude/i).first().waitFor()
    expect(await row(/gpt/).count()).toBe(0)
    await page.getByRole('columnheader', { name: 'Out' }).getByRole('link').click()
    await page.waitForURL('**/models?search=claude&sort=output')
    const prices = await page
      .getByRole('row')
      .filter({ hasText: '$' })
      .evaluateAll((rows) =>
        rows.map((each) => Number(/\$([\d.]+)$/.exec(each.children[5]?.textContent?.trim() ?? '')?.[1])),
      )
    expect(prices.length).toBeGreaterThan(1)
    expect(prices).toEqual(prices.toSorted((a, b) => a - b))
    await page.goto(`${settings.running.url}/my-workspace/default/settings/models?key=usable`)
    await row(/Demo writer/).waitFor()
    expect(await page.getByRole('table', { name: 'Models' }).getByText('no key').count()).toBe(0)
  },
  MINUTES_MS,
)

test(
  'an admin sets a price of a model in place of the usual one, and goes back to that',
  async () => {
    await open(page, settings.running, 'models')
    const mini = row(/gpt-4o-mini/).first()
    await mini.hover()
    await page.getByRole('button', { name: 'Set a price of openai/gpt-4o-mini', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Usual price: $0.15 in, $0.60 out').waitFor()
    await dialog.getByLabel('In').fill('0.000125')
    await dialog.getByRole('button', { name: 'Keep this price' }).click()
    await dialog.getByText('A number such as 0.15.').waitFor()
    await dialog.getByLabel('Out').fill('100001')
    await dialog.getByRole('button', { name: 'Keep this price' }).click()
    await dialog.getByText('Dollars from 0 to 100000').waitFor()
    await dialog.getByLabel('Out').fill('2.5')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await told(page, /has a price of your own/)
    await row(/own price.*\$0\.000125.*\$2\.50/).waitFor()
    await page.reload()
    await open(page, settings.running, 'models')
    await row(/own price.*\$0\.000125/).hover()
    await page.getByRole('button', { name: 'Set a price of openai/gpt-4o-mini', exact: true }).click()
    expect(await dialog.getByLabel('Out').inputValue()).toBe('2.50')
    await dialog.getByRole('button', { name: 'Use the usual price' }).click()
    await told(page, /has its usual price again/)
    await row(/own price/).waitFor({ state: 'detached' })
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'a model that is not listed gets a price by its exact name, and is listed then',
  async () => {
    await open(page, settings.running, 'models')
    await page.getByRole('searchbox', { name: 'Search models' }).fill('openai/gpt-99-nightly')
    await page.getByRole('button', { name: 'Set a price of it' }).click()
    const dialog = page.getByRole('dialog', { name: 'Price of a model' })
    const name = dialog.getByLabel('Model')
    expect(await name.inputValue()).toBe('openai/gpt-99-nightly')
    await name.fill('')
    await page.keyboard.press('Enter')
    await dialog.getByText('Which model?').waitFor()
    await name.fill('nobody/x')
    await dialog.getByLabel('In').fill('1')
    await dialog.getByLabel('Out').fill('2')
    await page.keyboard.press('Enter')
    await dialog.getByText('There is no model provider nobody.').waitFor()
    await name.fill('openai/gpt-99-nightly')
    await dialog.locator('p', { hasText: 'The price is for openai/gpt-99-nightly alone' }).waitFor()
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await row(/gpt-99-nightly.*own price.*\$1\.00.*\$2\.00/).waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'the audit log tells what was done, narrowed by the address, each entry with a link of its own',
  async () => {
    await open(page, settings.running, 'audit')
    await row(/Revoked an API key.*Nightly reports.*Owner/).waitFor()
    await row(/Set a provider key.*openai.*Owner/)
      .first()
      .waitFor()
    await row(/Set a price of a model.*gpt-4o-mini.*Owner/).waitFor()
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('menuitem', { name: 'Deed' }).press('ArrowRight')
    await page.getByRole('menuitemcheckbox', { name: 'Made an API key' }).press('Enter')
    await page.waitForURL('**/audit?action=api_key.created')
    await row(/Made an API key/).waitFor()
    expect(await row(/Revoked/).count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Made an API key' }).click()
    await page.getByRole('dialog', { name: 'Made an API key' }).waitFor()
    const address = page.url()
    expect(await page.getByRole('dialog').innerText()).toContain('api_key.created')
    await page.keyboard.press('Escape')
    await page.waitForURL('**/audit?action=api_key.created')
    await page.goto(address)
    await page.getByRole('dialog', { name: 'Made an API key' }).waitFor()
    await page.goto(`${settings.running.url}/my-workspace/default/settings/audit?to=2020-01-01`)
    await page.getByText('No entry fits these filters.').waitFor()
    expect((await page.content()).includes(providerKey)).toBe(false)
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'a sign-in that failed stands in the audit log, without saying who it was',
  async () => {
    const stranger = await newPage(settings.browser)
    await stranger.goto(`${settings.running.url}/sign-in`)
    await stranger.getByLabel('E-mail').fill('owner@quillworks.local')
    await stranger.getByLabel('Password').fill('a wrong password')
    await stranger.getByRole('button', { name: 'Sign in' }).click()
    await stranger.getByRole('alert').getByText('do not belong together').waitFor()
    await stranger.context().close()
    const told = async () => {
      const { auditLog } = await askAsOwner<{ auditLog: { edges: object[] } }>(
        settings.running,
        '{ auditLog(filter: { action: ["user.sign_in_failed"] }) { edges { cursor } } }',
      )
      return auditLog.edges.length > 0
    }
    expect(await waitUntil({ condition: told, timeoutMs: 10_000 })).toBe(true)
    await open(page, settings.running, 'audit')
    await row(/Failed to sign in.*owner@quillworks.local.*Not known.*password/).waitFor()
    await page.getByRole('link', { name: 'Failed to sign in' }).click()
    await page.getByRole('dialog').getByText('No session').waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)
