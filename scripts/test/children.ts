const running = new Set<Bun.Subprocess>()

/** Ends what is still running, when the run itself is interrupted. */
export function endChildren(): void {
  for (const child of running) child.kill()
}

/** Runs a program, its output straight to ours. */
export async function runLoudly(
  command: string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<number> {
  const child = Bun.spawn(command, { ...options, stdio: ['ignore', 'inherit', 'inherit'] })
  running.add(child)
  try {
    return await child.exited
  } finally {
    running.delete(child)
  }
}

/** Runs a program and keeps what it says. */
export async function runQuietly(
  command: string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; text: string }> {
  const child = Bun.spawn(command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  try {
    const [output, problems, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ])
    return { code, text: `${output}${problems}`.trim() }
  } finally {
    running.delete(child)
  }
}
