/** Tells the words before the slash of the models that an organization can ask. */
export type ProvidersOf = (organizationId: string) => Promise<readonly string[]>

/**
 * Why a model cannot be asked here, or undefined. Only the provider before the slash is looked at: which models it has
 * its own server knows.
 */
export function providerProblem(model: string, providers: readonly string[]): string | undefined {
  const provider = model.slice(0, model.indexOf('/'))
  if (providers.includes(provider)) return undefined
  return `There is no model provider ${provider}. Model ids are provider/name, with one of the providers ${providers.join(', ')}.`
}
