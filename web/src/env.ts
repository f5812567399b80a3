import { defineEnvVars } from '@sveltejs/kit/env'

/** Settings of the web process. */
export const variables = defineEnvVars({
  QUILLWORKS_GATEWAY_URL: {
    description: 'Where the gateway answers to the web process.',
    schema: (value) => new URL(value ?? 'http://localhost:4000').origin,
  },
})
