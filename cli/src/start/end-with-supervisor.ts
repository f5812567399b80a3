// Preloaded into every process of a local start: when the supervisor was killed, its children end themselves.
const supervisor = process.ppid
const graceMs = 5_000

const watch = setInterval(() => {
  if (process.ppid === supervisor) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
}, 500)
watch.unref()
