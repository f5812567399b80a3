export * from './events.ts'
export * from './examples.ts'
export * from './template.ts'
