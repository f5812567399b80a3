import { defineCommand } from 'citty'

export default defineCommand({
  meta: { name: 'run', description: 'Run something and watch it' },
  subCommands: {
    prompt: () => import('./run-prompt.ts').then((module) => module.default),
  },
})
