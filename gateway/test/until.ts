/** Waits until a condition holds; fails after `timeoutMs`. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline)
      throw new Error(`Did not come true within ${timeoutMs} ms: ${holds.toString()}`)
    await Bun.sleep(10)
  }
}
