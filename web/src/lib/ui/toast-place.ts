interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** Between toasts and what is below them. */
const gap = 16

/**
 * How far from the bottom of the window toasts of this size stand: above the controls that they would cover there, such
 * as where one writes. All in CSS pixels.
 */
export function toastBottom(toasts: Box, controls: readonly Box[], windowHeight: number): number {
  const height = toasts.bottom - toasts.top
  const inTheWay = controls
    .filter((box) => box.bottom > box.top && box.left < toasts.right && box.right > toasts.left)
    .toSorted((a, b) => b.bottom - a.bottom)
  let place = gap
  for (const { top, bottom } of inTheWay) {
    const covered = bottom > windowHeight - place - height && top < windowHeight - place
    if (covered) place = windowHeight - top + gap
  }
  // Not off the page: with little height something is covered.
  return Math.min(place, windowHeight / 2)
}
