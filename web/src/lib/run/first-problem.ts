/** Puts the focus into the first field of a form whose value is missing or wrong. */
export function focusFirstProblem(form: HTMLElement | undefined): void {
  const field = form?.querySelector('[data-missing]')
  field?.querySelector<HTMLElement>('input, textarea, button')?.focus()
}
