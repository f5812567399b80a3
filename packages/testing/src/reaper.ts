import { spawn } from 'node:child_process'

/**
 * Ends a server and removes its folder once this process is gone, even when it was killed: test runners fire no exit
 * event. The watcher is no child of this process: Bun ends its children when a test times out.
 */
export function endAfterThisProcess(options: { pid: number; signal: 'INT' | 'TERM'; folder: string }): void {
  const script = [
    'while kill -0 "$1" 2>/dev/null; do sleep 0.3; done',
    'kill -"$3" "$2" 2>/dev/null',
    'for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$2" 2>/dev/null || break; sleep 0.3; done',
    'kill -KILL "$2" 2>/dev/null',
    'rm -rf "$4"',
  ].join('\n')
  const args = [process.pid, options.pid, options.signal, options.folder].map(String)
  spawn('/bin/sh', ['-c', `(${script}) &`, 'sh', ...args], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  }).unref()
}
