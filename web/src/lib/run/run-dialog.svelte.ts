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

/** Of these prompts the one whose row has the focus; the first where no row has it. Browser only. */
export function focusedPrompt<Prompt extends { id: string }>(prompts: readonly Prompt[]): Prompt | undefined {
  const row = document.activeElement?.closest('[data-row]')
  const path = row?.getAttribute('href')?.split('/')
  return path ? prompts.find(({ id }) => path.includes(id)) : prompts[0]
}
