/** Every address of the web in one place. */
export const routes = {
  home: () => '/',
  signIn: (to?: string) => (to && to !== '/' ? `/sign-in?to=${encodeURIComponent(to)}` : '/sign-in'),
  prompts: () => '/prompts',
  runPrompt: (promptId: string) => `/prompts/${promptId}/run`,
  executions: () => '/executions',
  execution: (executionId: string) => `/executions/${executionId}`,
}

/** A path of this site to go to after signing in; anything else becomes home. */
export function safeTarget(to: string | null): string {
  return to?.startsWith('/') && !/^\/[/\\]/.test(to) ? to : routes.home()
}
