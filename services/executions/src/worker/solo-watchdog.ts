// A thread of a process that runs one execution alone: ends it with its parent, also while its event loop hangs.
const parent = process.ppid

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 500)
