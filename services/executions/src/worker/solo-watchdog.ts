// A thread of a process that runs one execution alone: ends it after its parent, also while its event loop hangs. Before
// that it has the time to give its execution back: killed at once, its end would count as that execution's third death.
const parent = process.ppid
const lookMs = 500
const graceMs = 10_000
let orphanedMs = 0

setInterval(() => {
  orphanedMs = process.ppid === parent ? 0 : orphanedMs + lookMs
  if (orphanedMs > graceMs) process.kill(process.pid, 'SIGKILL')
}, lookMs)
