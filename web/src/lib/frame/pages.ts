import Activity from '@lucide/svelte/icons/activity'
import BookText from '@lucide/svelte/icons/book-text'
import House from '@lucide/svelte/icons/house'
import Quote from '@lucide/svelte/icons/quote'
import Settings from '@lucide/svelte/icons/settings-2'
import type { Component } from 'svelte'
import { routes } from './here.ts'

/** One place of the rail. */
export interface RailPage {
  name: string
  icon: Component<{ size?: number; class?: string }>
  href: string
  /** Its address begins with this one. */
  under: string
  keys: string
}

/** The places of the rail: what one works with, then, apart, what one sets up. */
export function railPages(): { work: RailPage[]; apart: RailPage[] } {
  const page = (
    name: string,
    icon: RailPage['icon'],
    href: string,
    keys: string,
    under = href,
  ): RailPage => ({
    name,
    icon,
    href,
    keys,
    under,
  })
  const settings = routes.settings()
  return {
    work: [
      page('Home', House, routes.home(), 'g h'),
      page('Prompts', BookText, routes.prompts(), 'g p'),
      page('Executions', Activity, routes.executions(), 'g e'),
      page('Context', Quote, routes.snippets(), 'g c'),
    ],
    apart: [page('Settings', Settings, settings, 'g s', settings.slice(0, settings.lastIndexOf('/')))],
  }
}
