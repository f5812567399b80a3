/** Runs a program to its end. Fails with its last words when it fails or takes longer than two minutes. */
export async function run(command: string[], options: { cwd: string }): Promise<void> {
  const child = Bun.spawn(command, {
    cwd: options.cwd,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 120_000,
  })
  const [output, problems] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (child.exitCode === 0) return
  const words = (problems.trim() || output.trim()).split('\n')
  throw new Error(`${command[0]} failed: ${words.slice(-2).join(' ').slice(-300)}`)
}
