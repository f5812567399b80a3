export * from './plan.ts'
export * from './status.ts'
export * from './commands.ts'
export * from './live.ts'
