import { page } from '$app/state'
import { placeOf, type Place } from '../place.ts'
import { routesIn, type Routes } from '../routes.ts'
import { mayWrite } from '../settings/roles.ts'

/** Where the page on screen is. In components and, in the browser, anywhere. */
export function here(): Place | undefined {
  return placeOf(page.params)
}

/** Whether who looks at the page on screen may make, change and run things in its organization. */
export function writesHere(): boolean {
  const role = page.data.viewer?.organization.role
  return role === undefined || mayWrite(role)
}

/** The addresses as seen from the page on screen. */
export const routes = new Proxy({} as Routes, {
  get: (_target, name) => Reflect.get(routesIn(here()), name) as unknown,
})
