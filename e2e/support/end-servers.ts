import { spawn } from 'node:child_process'

/**
 * Ends the servers on these folders once this process is gone, even when it was killed. They are found by their pid
 * files, since they are restarted all the time, and by their command line, since a pid may be another's by then.
 */
export function endServersAfterThisProcess(pidFiles: string[]): void {
  const script = [
    'parent="$1"; shift',
    'while kill -0 "$parent" 2>/dev/null; do sleep 1; done',
    'for file in "$@"; do',
    '  pid="$(head -n 1 "$file" 2>/dev/null)" && grep -q "$(dirname "$file")" "/proc/$pid/cmdline" && kill -INT "$pid"',
    'done',
  ].join('\n')
  const args = [String(process.pid), ...pidFiles]
  spawn('/bin/sh', ['-c', script, 'sh', ...args], { detached: true, stdio: 'ignore', cwd: '/' }).unref()
}
