import ArrowLeft from '@lucide/svelte/icons/arrow-left'
import { afterNavigate, goto } from '$app/navigation'
import { isTyping } from '../frame/keys.ts'
import { useCommands } from './commands.svelte.ts'

interface StepBack {
  /** As the palette calls it: `Back to the prompts`. */
  title: string
  /** Address of the list. */
  list: () => string
  /** Something on the page is written and not saved. */
  unsaved: () => boolean
}

/**
 * Lets Esc lead back to the list that a page belongs to, as it was left. From a field with something unsaved on the page
 * it leads out of the field first. Call it while a component is made.
 */
export function useStepBack({ title, list, unsaved }: StepBack): void {
  let cameFromList = false
  afterNavigate(({ from }) => {
    cameFromList = from?.url.pathname === list()
  })

  function leave(): void {
    // Back, and not to a list without its filters.
    if (cameFromList) history.back()
    else void goto(list())
  }

  useCommands(() => [{ id: 'step-back', title, group: 'Here', icon: ArrowLeft, keys: 'Escape', run: leave }])

  // The command's keys are silent in text.
  $effect(() => {
    const listen = (event: KeyboardEvent) => {
      const { target } = event
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented || !isTyping(target)) return
      if (document.querySelector('[role=dialog], [role=menu], [role=listbox]')) return
      if (!unsaved()) leave()
      else if (target instanceof HTMLElement) target.blur()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  })
}
