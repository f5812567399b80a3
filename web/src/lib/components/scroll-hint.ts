import type { Attachment } from 'svelte/attachments'

const fadePx = 56

/** Fades a row that scrolls sideways where it is cut off, so that one sees that there is more. */
export const scrollHint: Attachment<HTMLElement> = (element) => {
  function look(): void {
    const { scrollLeft, scrollWidth, clientWidth } = element
    const left = scrollLeft > 1 ? `transparent, black ${fadePx}px` : 'black'
    const right =
      scrollLeft + clientWidth < scrollWidth - 1 ? `black calc(100% - ${fadePx}px), transparent` : 'black'
    element.style.maskImage = `linear-gradient(to right, ${left}, ${right})`
  }
  const sizes = new ResizeObserver(look)
  sizes.observe(element)
  element.addEventListener('scroll', look, { passive: true })
  return () => {
    sizes.disconnect()
    element.removeEventListener('scroll', look)
  }
}
