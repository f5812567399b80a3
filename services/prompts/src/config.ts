import { defineConfig, entry } from '@quillworks/service-kit/config'
import { serviceConfigEntries } from '@quillworks/service-kit/service-config'
import { z } from 'zod'

/** The settings of this process. */
export const readConfig = defineConfig({
  ...serviceConfigEntries,
  defaultModel: entry({
    env: 'QUILLWORKS_DEFAULT_MODEL',
    schema: z.string().regex(/^[a-z0-9_-]+\/\S+$/, 'needs the form provider/model'),
    default: 'demo/writer',
    doc: 'the model of a run where neither the call nor the prompt names one, as provider/model',
  }),
})
