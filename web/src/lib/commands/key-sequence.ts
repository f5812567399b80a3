/** One key pressed, with its modifier. */
export interface KeyStep {
  key: string
  /** Ctrl, or Cmd on a Mac. */
  mod: boolean
}

interface Keyed {
  keys?: string
}

/** `Mod+K` or `g p` as the steps that make it. */
function stepsOf(keys: string): KeyStep[] {
  return keys.split(' ').map((chord) => {
    const mod = chord.startsWith('Mod+')
    return { key: mod ? chord.slice(4) : chord, mod }
  })
}

function isSame(a: KeyStep | undefined, b: KeyStep | undefined): boolean {
  return a !== undefined && b !== undefined && a.mod === b.mod && a.key.toLowerCase() === b.key.toLowerCase()
}

function begins(steps: readonly KeyStep[], pressed: readonly KeyStep[]): boolean {
  return pressed.length <= steps.length && pressed.every((step, index) => isSame(step, steps[index]))
}

/**
 * The first command whose keys end with this press, and what counts as pressed from now on: the beginning of a longer
 * sequence, or nothing. A key that continues no sequence may begin one of its own.
 */
export function matchKeys<Command extends Keyed>(
  commands: readonly Command[],
  before: readonly KeyStep[],
  step: KeyStep,
): { command: Command | undefined; pressed: readonly KeyStep[] } {
  const keyed = commands.flatMap((command) =>
    command.keys === undefined ? [] : [{ command, steps: stepsOf(command.keys) }],
  )
  for (const pressed of before.length > 0 ? [[...before, step], [step]] : [[step]]) {
    const matches = keyed.filter(({ steps }) => begins(steps, pressed))
    const whole = matches.find(({ steps }) => steps.length === pressed.length)
    if (whole) return { command: whole.command, pressed: [] }
    if (matches.length > 0) return { command: undefined, pressed }
  }
  return { command: undefined, pressed: [] }
}
