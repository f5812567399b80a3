import Keyboard from '@lucide/svelte/icons/keyboard'
import Moon from '@lucide/svelte/icons/moon'
import PanelLeft from '@lucide/svelte/icons/panel-left'
import Plus from '@lucide/svelte/icons/plus'
import Search from '@lucide/svelte/icons/search'
import Sparkles from '@lucide/svelte/icons/sparkles'
import Sun from '@lucide/svelte/icons/sun'
import SunMoon from '@lucide/svelte/icons/sun-moon'
import { goto } from '$app/navigation'
import { useCommands, type Command } from '../commands/commands.svelte.ts'
import type { SettingsPart } from '../routes.ts'
import { settingsPages } from '../settings/settings-pages.ts'
import { routes } from './here.ts'
import { railPages } from './pages.ts'
import { chooseTheme } from './theme.ts'

interface Doings {
  openPalette: () => void
  openShortcuts: () => void
  fold: () => void
  /** Whether the reader makes prompts and snippets. */
  writes: () => boolean
}

/** What each page of the settings is called here, and other words that find it. */
const settings: Record<SettingsPart, { title: string; words: string }> = {
  account: { title: 'Your account', words: 'password name session' },
  organization: { title: 'Organization', words: 'rename' },
  members: { title: 'Members', words: 'people invite invitation role' },
  projects: { title: 'Projects', words: 'folder' },
  variables: { title: 'Variables', words: 'default value scope' },
  models: { title: 'Models and provider keys', words: 'openai anthropic xai grok ollama' },
  keys: { title: 'API keys', words: 'token program' },
  audit: { title: 'Audit log', words: 'who did what' },
}

const to = (href: string) => () => void goto(href)

/** For those who may write. */
function making(): Command[] {
  return [
    { id: 'new-snippet', title: 'New snippet', group: 'New', icon: Plus, run: to(routes.newSnippet()) },
    {
      id: 'new-prompt',
      title: 'New prompt',
      group: 'New',
      icon: Plus,
      keys: 'c',
      run: to(routes.newPrompt()),
    },
    {
      id: 'generate-prompt',
      title: 'Generate a prompt',
      group: 'New',
      icon: Sparkles,
      words: 'describe write',
      run: to(`${routes.newPrompt()}?generate`),
    },
  ]
}

/** What can be done on every page. */
export function offerFrameCommands({ openPalette, openShortcuts, fold, writes }: Doings): void {
  useCommands((): Command[] => {
    const { work, apart } = railPages()
    return [
      ...[...work, ...apart].map(({ name, icon, href, keys }): Command => ({
        id: `go-${name}`,
        title: name,
        group: 'Go to',
        icon,
        keys,
        run: to(href),
      })),
      ...settingsPages.map(({ part, icon }): Command => ({
        id: `settings-${part}`,
        title: settings[part].title,
        group: 'Go to',
        icon,
        words: `settings ${settings[part].words}`,
        run: to(routes.settings(part)),
      })),
      ...(writes() ? making() : []),
      { id: 'light', title: 'Light theme', group: 'Appearance', icon: Sun, run: () => chooseTheme('light') },
      { id: 'dark', title: 'Dark theme', group: 'Appearance', icon: Moon, run: () => chooseTheme('dark') },
      {
        id: 'system',
        title: 'Theme of the system',
        group: 'Appearance',
        icon: SunMoon,
        run: () => chooseTheme('system'),
      },
      { id: 'fold', title: 'Fold the rail', group: 'Appearance', icon: PanelLeft, keys: '[', run: fold },
      { id: 'palette', title: 'Search or do', group: 'Help', icon: Search, keys: 'Mod+K', run: openPalette },
      {
        id: 'shortcuts',
        title: 'Keyboard shortcuts',
        group: 'Help',
        icon: Keyboard,
        keys: '?',
        run: openShortcuts,
      },
    ]
  })
}
