import type { Attachment } from 'svelte/attachments'

const nearPx = 48

/**
 * Keeps a scrolling element at its end while what it holds grows, until the reader scrolls up; tells `onChange`
 * whether it follows. Coming back to the end follows again.
 */
export function followEnd(onChange: (following: boolean) => void): Attachment<HTMLElement> {
  return (element) => {
    let following = true
    let lastTop = element.scrollTop

    function set(next: boolean): void {
      if (next === following) return
      following = next
      onChange(next)
    }

    function toEnd(): void {
      if (following) element.scrollTop = element.scrollHeight
      lastTop = element.scrollTop
    }

    function onscroll(): void {
      const { scrollTop, scrollHeight, clientHeight } = element
      if (scrollHeight - scrollTop - clientHeight < nearPx) set(true)
      else if (scrollTop < lastTop) set(false)
      lastTop = scrollTop
    }

    const sizes = new ResizeObserver(toEnd)
    for (const child of element.children) sizes.observe(child)
    sizes.observe(element)
    element.addEventListener('scroll', onscroll, { passive: true })
    toEnd()
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', onscroll)
    }
  }
}
