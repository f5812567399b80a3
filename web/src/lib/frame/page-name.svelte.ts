interface Named {
  name: string
  /** Gives it another name; rejects with a `Failure`. Absent where the reader may not. */
  rename?: ((name: string) => Promise<void>) | undefined
}

/** The name of what the page shows, where it can change while the page is on screen. */
class PageName {
  /** Stands in place of the last crumb; undefined where that is right. */
  now = $state.raw<Named>()
}

export const pageName = new PageName()

/** Keeps the page's title at this name while the page is on screen. Call it while a component is made. */
export function useName(named: () => Named | undefined): void {
  $effect(() => {
    pageName.now = named()
    return () => (pageName.now = undefined)
  })
}
