/** How long a new key may last; `never` is the choice of who knows why. */
export const expiries = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'No end' },
]

const dayMs = 86_400_000

/** The moment that a choice means from now on; null for never. */
export function expiryOf(choice: string, now: Date): Date | null {
  const days = Number(choice)
  return Number.isInteger(days) && days > 0 ? new Date(now.getTime() + days * dayMs) : null
}

/** How a key stands: without an end, until a day, ending within two weeks, or over. */
export function expiryState(expiresAt: string | null, now: Date): 'endless' | 'fine' | 'soon' | 'over' {
  if (expiresAt === null) return 'endless'
  const left = new Date(expiresAt).getTime() - now.getTime()
  if (left <= 0) return 'over'
  return left < 14 * dayMs ? 'soon' : 'fine'
}
