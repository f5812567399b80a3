import { isDriverFault } from './driver-faults.ts'

const away =
  /^(08\d{3}|40001|40P01|53\w{3}|55P03|57\w{3}|58\w{3}|25P03|CONNECT\w*|DISCONNECT|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TIMEOUT|503|database\.timeout|service\.unavailable)$/

/**
 * True when the database or NATS was away, restarting, overloaded or too slow: the same work may succeed later. Looks
 * through causes, since drizzle wraps what the driver throws.
 */
export function isOutage(error: unknown): boolean {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    if (isDriverFault(each) || ('code' in each && away.test(String(each.code)))) return true
  }
  return false
}
