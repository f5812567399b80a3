import { untrack, type Component } from 'svelte'
import { matchKeys, type KeyStep } from './key-sequence.ts'

/** Something a person can do now, in the palette and, where it has keys, by them. */
export interface Command {
  id: string
  title: string
  group: 'Here' | 'Go to' | 'New' | 'Appearance' | 'Help'
  icon: Component<{ size?: number; class?: string }>
  /** One shortcut, as `Mod+K` or `g p`. */
  keys?: string
  /** Other words that find it. */
  words?: string
  run: () => void
}

/** Everything that can be done on the page on screen: the frame's own commands and those of the page. */
class Commands {
  #sources = $state.raw<readonly (() => readonly Command[])[]>([])
  readonly all = $derived(this.#sources.flatMap((source) => source()))
  #pressed: readonly KeyStep[] = []

  /** Offers commands until the returned function is called. */
  offer(source: () => readonly Command[]): () => void {
    this.#sources = [source, ...this.#sources]
    return () => {
      this.#sources = this.#sources.filter((each) => each !== source)
    }
  }

  /** The command that this key completes, after those pressed before it. */
  press(step: KeyStep): Command | undefined {
    const { command, pressed } = matchKeys(this.all, this.#pressed, step)
    this.#pressed = pressed
    return command
  }
}

export const commands = new Commands()

/** Offers a page's commands while the page is on screen. Call it while a component is made. */
export function useCommands(source: () => readonly Command[]): void {
  $effect(() => untrack(() => commands.offer(source)))
}
