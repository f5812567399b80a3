import { invalidInput, type Issue } from '@quillworks/service-kit/errors'

/** The lists that views are saved of. */
const pagesWithViews = ['executions'] as const
/** So many of each list are kept for a person in an organization. */
export const mostViews = 50

const longestName = 60
const longestQuery = 2_000

export interface GivenView {
  page: string
  name: string
  query: string
}

export function checkPage(page: string): void {
  if (!pagesWithViews.some((known) => known === page))
    throw invalidInput([{ path: ['page'], message: `Views are kept of: ${pagesWithViews.join(', ')}.` }])
}

/** A view as it is kept, its name without space around it; all problems at once. */
export function checkView(given: GivenView): GivenView {
  const name = given.name.trim().replace(/\s+/g, ' ')
  const query = given.query.replace(/^\?/, '')
  const issues: Issue[] = []
  if (name === '') issues.push({ path: ['name'], message: 'Give the view a name.' })
  if (name.length > longestName)
    issues.push({ path: ['name'], message: `A name has at most ${longestName} characters.` })
  if (query.length > longestQuery)
    issues.push({ path: ['query'], message: `A view has at most ${longestQuery} characters of filters.` })
  // oxlint-disable-next-line no-control-regex -- These are what is refused.
  if (/[\u0000-\u001f\u007f]/.test(name + query))
    issues.push({ path: ['name'], message: 'Control characters stand in no view.' })
  if (issues.length > 0) throw invalidInput(issues)
  return { page: given.page, name, query }
}
