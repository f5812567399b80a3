import { onMount } from 'svelte'

const awake = $state({ now: false })

/** Whether scripts have the page in hand; false on the server and until its first page is hydrated. */
export function waking(): { readonly now: boolean } {
  onMount(() => {
    awake.now = true
  })
  return awake
}
