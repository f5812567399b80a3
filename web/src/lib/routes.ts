import type { Place } from './place.ts'

/** Every address of the pages in one place; none leads to the short paths, which find their way by themselves. */
export function routesIn(place: Place | undefined) {
  const at = place ? `/${place.organization}/${place.project}` : ''
  return {
    home: () => at || '/',
    prompts: () => `${at}/prompts`,
    prompt: (promptId: string) => `${at}/prompts/${promptId}`,
    promptVersions: (promptId: string) => `${at}/prompts/${promptId}/versions`,
    comparePrompt: (promptId: string) => `${at}/prompts/${promptId}/compare`,
    promptLibrary: () => `${at}/prompts/library`,
    newPrompt: () => `${at}/prompts/new`,
    runPrompt: (promptId: string) => `${at}/prompts/${promptId}/run`,
    snippets: () => `${at}/context`,
    newSnippet: () => `${at}/context/new`,
    snippet: (snippetId: string) => `${at}/context/${snippetId}`,
    executions: () => `${at}/executions`,
    execution: (executionId: string) => `${at}/executions/${executionId}`,
    settings: (part: SettingsPart = 'account') => `${at}/settings/${part}`,
  }
}

export type SettingsPart =
  'account' | 'organization' | 'members' | 'projects' | 'keys' | 'models' | 'variables' | 'audit'
export type Routes = ReturnType<typeof routesIn>

export function signInRoute(to?: string): string {
  return to && to !== '/' ? `/sign-in?to=${encodeURIComponent(to)}` : '/sign-in'
}

/** A path of this site to go to after signing in; anything else becomes home. */
export function safeTarget(to: string | null): string {
  return to?.startsWith('/') && !/^\/[/\\]/.test(to) ? to : '/'
}
