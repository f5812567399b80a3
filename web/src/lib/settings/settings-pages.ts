import Braces from '@lucide/svelte/icons/braces'
import Building from '@lucide/svelte/icons/building-2'
import CircleUser from '@lucide/svelte/icons/circle-user'
import Cpu from '@lucide/svelte/icons/cpu'
import Folder from '@lucide/svelte/icons/folder'
import KeyRound from '@lucide/svelte/icons/key-round'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import Users from '@lucide/svelte/icons/users'
import type { Component } from 'svelte'
import { routesIn, type SettingsPart } from '../routes.ts'
import { placeOf } from '../place.ts'

/** One page of the settings, as its navigation names it. */
export interface SettingsPage {
  part: SettingsPart
  name: string
  icon: Component<{ size?: number; class?: string }>
}

/** What is one's own, then what belongs to the organization. */
export const settingsGroups: { name: string; pages: SettingsPage[] }[] = [
  {
    name: 'Yours',
    pages: [{ part: 'account', name: 'Account', icon: CircleUser }],
  },
  {
    name: 'Organization',
    pages: [
      { part: 'organization', name: 'General', icon: Building },
      { part: 'members', name: 'Members', icon: Users },
      { part: 'projects', name: 'Projects', icon: Folder },
      { part: 'variables', name: 'Variables', icon: Braces },
      { part: 'models', name: 'Models', icon: Cpu },
      { part: 'keys', name: 'API keys', icon: KeyRound },
      { part: 'audit', name: 'Audit log', icon: ScrollText },
    ],
  },
]

/** All of them, in that order. */
export const settingsPages = settingsGroups.flatMap(({ pages }) => pages)

/** The way to a page of the settings, for its load. */
export function settingsCrumbs(
  params: Readonly<Record<string, string | undefined>>,
  part: SettingsPart,
): { name: string; href: string }[] {
  const routes = routesIn(placeOf(params))
  const name = settingsPages.find((page) => page.part === part)?.name ?? 'Settings'
  return [
    { name: 'Settings', href: routes.settings() },
    { name, href: routes.settings(part) },
  ]
}
