import Play from '@lucide/svelte/icons/play'
import Save from '@lucide/svelte/icons/save'
import Undo from '@lucide/svelte/icons/undo-2'
import { useCommands, type Command } from '../../commands/commands.svelte.ts'

interface Doings {
  /** Whether the reader may save and run. */
  writes: () => boolean
  /** Whether anything is unsaved. */
  dirty: () => boolean
  save: () => Promise<unknown>
  run: () => Promise<void>
  discard: () => void
}

/** What can be done in the editor of a prompt. Call it while a component is made. */
export function offerEditorCommands({ writes, dirty, save, run, discard }: Doings): void {
  useCommands((): Command[] => {
    if (!writes()) return []
    const group = 'Here'
    const kept: Command[] = [
      {
        id: 'save-prompt',
        title: 'Save as a new version',
        group,
        icon: Save,
        keys: 'Mod+S',
        run: () => void save(),
      },
      {
        id: 'run-prompt',
        title: 'Run this prompt',
        group,
        icon: Play,
        keys: 'Mod+Enter',
        run: () => void run(),
      },
    ]
    if (!dirty()) return kept
    return [...kept, { id: 'discard', title: 'Discard unsaved changes', group, icon: Undo, run: discard }]
  })
}
