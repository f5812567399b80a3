import type { Identity } from '@quillworks/service-kit/identity'
import type { RunCase } from '../conversation/run-prompt.usecases.ts'
import { createLoaders, type Loaders } from './loaders.ts'

/** What resolvers reach, for one request. */
export interface PromptsContext {
  runCase: RunCase
  loaders: Loaders
}

/** Makes the context of each request from what the process has. */
export function createContext(
  dependencies: Omit<RunCase, 'identity'>,
): (identity: Identity) => PromptsContext {
  return (identity) => {
    const runCase = { ...dependencies, identity }
    return { runCase, loaders: createLoaders(runCase) }
  }
}
