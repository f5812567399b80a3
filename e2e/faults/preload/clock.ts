import { clockShiftsMs } from './config.ts'

// Preloaded into a replica: its wall clock is wrong and steps about, while its monotonic clock is right.
const shifts = clockShiftsMs()
const everyMs = 3_000
const RealDate = Date
const now = () => RealDate.now() + (shifts[Math.floor(performance.now() / everyMs) % shifts.length] ?? 0)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
})
