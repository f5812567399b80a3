import type { ExecutionSummary } from './execution.documents.ts'

type Status = ExecutionSummary['status']

/** The chips over the list; their ids live in the URL as `?show=`. */
export const filters: { id: string; name: string; statuses: Status[] }[] = [
  { id: 'all', name: 'All', statuses: [] },
  { id: 'working', name: 'At work', statuses: ['queued', 'running'] },
  { id: 'waiting', name: 'Waiting', statuses: ['waiting'] },
  { id: 'succeeded', name: 'Succeeded', statuses: ['succeeded'] },
  { id: 'failed', name: 'Failed', statuses: ['failed', 'timed_out'] },
  { id: 'canceled', name: 'Canceled', statuses: ['canceled'] },
]

export function statusesOf(show: string | null): Status[] {
  return filters.find(({ id }) => id === show)?.statuses ?? []
}
