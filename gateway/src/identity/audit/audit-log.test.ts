import { describe, expect, test } from 'bun:test'
import { auditQuestion, type AuditRow, mergedPage } from './audit-log.ts'

function row(number: number): AuditRow {
  return {
    id: `01990000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    at: new Date(number),
    userId: '01990000-0000-7000-8000-00000000000a',
    principal: 'user:01990000-0000-7000-8000-00000000000a',
    address: null,
    action: 'project.created',
    targetType: 'project',
    targetId: null,
    targetName: null,
    details: {},
  }
}
const numbersOf = (page: ReturnType<typeof mergedPage>) => page.edges.map(({ node }) => node.at.getTime())

/** The entries of a service, as it answers a question. */
function service(...numbers: number[]) {
  const rows = numbers.map(row).toReversed()
  return ({ before, limit }: ReturnType<typeof auditQuestion>) =>
    rows.filter(({ id }) => before === null || id < before).slice(0, limit + 1)
}

describe('pages over several services', () => {
  test.each([1, 2, 3, 4, 7])('hold each entry once, newest first, in pages of %p', (first) => {
    const services = [service(1, 2, 5, 9), service(3, 4, 6), service()]
    const seen: number[][] = []
    let after: string | null = null
    for (;;) {
      const question = auditQuestion({ first, after })
      const lists = services.map((ask) => ask(question))
      const page = mergedPage(question, lists)
      seen.push(numbersOf(page))
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
      if (!page.pageInfo.hasNextPage) break
      after = page.pageInfo.endCursor
    }
    expect(seen.flat()).toEqual([9, 6, 5, 4, 3, 2, 1])
    expect(seen.slice(0, -1).every((page) => page.length === first)).toBe(true)
  })
})

test.each([
  { first: 0 },
  { first: 201 },
  { after: 'x' },
  { after: Buffer.from('id:01990000-0000-7000-8000-00000000000a').toString('base64url') },
  { filter: { userId: 'x' } },
])('refuses %p', (input) => {
  expect(() => auditQuestion(input)).toThrow(expect.objectContaining({ code: 'input.invalid' }))
})
