import type { Attachment } from 'svelte/attachments'
import { visibleRows, type Visible } from './visible-rows.ts'

/** Further down than this one reads, and nothing may move. */
const downPx = 48
/** As a row of the design; measured once there is one. */
const usualRowHeight = 38

/** Which rows of a long list are in sight, as one scrolls. */
export class RowsInSight {
  #top = $state(0)
  #height = $state(0)
  #rowHeight = $state(usualRowHeight)
  /** One has scrolled down to read. */
  isDown = $state(false)
  #scroller: HTMLElement | undefined
  #table: HTMLElement | undefined

  /** On what scrolls. */
  readonly scroller: Attachment<HTMLElement> = (element) => {
    this.#scroller = element
    const look = () => this.#look()
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    look()
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', look)
      this.#scroller = undefined
    }
  }

  /** On what holds the rows. */
  readonly table: Attachment<HTMLElement> = (element) => {
    this.#table = element
    this.#look()
    return () => (this.#table = undefined)
  }

  /** The rows to draw of `count`. */
  of(count: number): Visible {
    return visibleRows({ count, rowHeight: this.#rowHeight, top: this.#top, height: this.#height })
  }

  toTop(): void {
    this.#scroller?.scrollTo({ top: 0 })
  }

  #look(): void {
    if (!this.#scroller || !this.#table) return
    this.isDown = this.#scroller.scrollTop > downPx
    this.#height = this.#scroller.clientHeight
    this.#top = this.#table.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top
    const row = this.#table.querySelector('[role=row][data-execution]')
    if (row) this.#rowHeight = row.getBoundingClientRect().height
  }
}
