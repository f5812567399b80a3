import { defineCommand } from 'citty'
import { runCommandLine } from './command-line.ts'

const quillworks = defineCommand({
  meta: {
    name: 'quillworks',
    version: '0.1.0',
    description: 'Prompts, documents, workflows and agents that run durably',
  },
  subCommands: {
    'database-password': () => import('./commands/database-password.ts').then((module) => module.default),
    doctor: () => import('./commands/doctor.ts').then((module) => module.default),
    key: () => import('./commands/key.ts').then((module) => module.default),
    migrate: () => import('./commands/migrate.ts').then((module) => module.default),
    'nats-config': () => import('./commands/nats-config.ts').then((module) => module.default),
    run: () => import('./commands/run.ts').then((module) => module.default),
    'sign-in': () => import('./commands/sign-in.ts').then((module) => module.default),
    start: () => import('./start/command.ts').then((module) => module.default),
    tap: () => import('./commands/tap.ts').then((module) => module.default),
    watch: () => import('./commands/watch.ts').then((module) => module.default),
  },
})

// The exit code is set rather than exited with, so that what was written to a pipe is not cut off.
process.exitCode = await runCommandLine(quillworks, process.argv.slice(2))
