import Play from '@lucide/svelte/icons/play'
import type { Command } from '../commands/commands.svelte.ts'

/** The prompt that is run in a dialog, over the page on screen; the dialog itself comes when it is asked for. */
class RunDialogState {
  asked = $state.raw<{ id: string; title: string }>()
}

export const runDialog = new RunDialogState()

/** Opens the runner of a prompt over the page on screen. Browser only. */
export function openRunner({ id, title }: { id: string; title: string }): void {
  runDialog.asked = { id, title }
}

/** For links to a prompt's run page: a plain click opens it as a dialog, any other click is the browser's. */
export function runHere(event: MouseEvent, prompt: { id: string; title: string }): void {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  openRunner(prompt)
}

/**
 * Tells which of these prompts has the focus in its row, also while a dialog or a menu stands over the list; undefined
 * where none has. Call it while a component is made.
 */
export function useFocusedPrompt<Prompt extends { id: string }>(
  prompts: () => readonly Prompt[],
): () => Prompt | undefined {
  let path = $state.raw<string[]>([])

  function note(target: EventTarget | null): void {
    const at = target instanceof Element ? target : null
    if (at?.closest('[role=dialog], [role=menu]')) return
    const row = at?.closest('[data-row]') ?? at?.closest('[role=row]')?.querySelector('[data-row]')
    const next = row?.getAttribute('href')?.split('/') ?? []
    // What is taken off the page loses the focus while the page is being made: too early for what is shown.
    queueMicrotask(() => (path = next))
  }

  $effect(() => {
    const came = ({ target }: FocusEvent) => note(target)
    // To nothing, as with a press beside the list; whatever else has it now says so by itself.
    const left = ({ relatedTarget }: FocusEvent) => relatedTarget ?? note(null)
    document.addEventListener('focusin', came)
    document.addEventListener('focusout', left)
    return () => {
      document.removeEventListener('focusin', came)
      document.removeEventListener('focusout', left)
    }
  })

  return () => prompts().find(({ id }) => path.includes(id))
}

/** The command that runs the prompt in focus, where one is. */
export function runFocused(prompt: { id: string; title: string } | undefined): Command[] {
  if (!prompt) return []
  const run = () => openRunner(prompt)
  return [{ id: 'run-row', title: `Run “${prompt.title}”`, group: 'Here', icon: Play, keys: 'r', run }]
}
