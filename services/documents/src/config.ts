import { defineConfig } from '@quillworks/service-kit/config'
import { serviceConfigEntries } from '@quillworks/service-kit/service-config'

/** The settings of this process. */
export const readConfig = defineConfig(serviceConfigEntries)
