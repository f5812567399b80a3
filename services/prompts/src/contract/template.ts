/** Pure and free of any runtime's API: the web form finds and renders placeholders with the same functions. */
export * from '../template/grammar.ts'
export * from '../template/placeholders.ts'
export * from '../template/variables.ts'
export * from '../template/values.ts'
export * from '../template/limits.ts'
export * from '../template/resolve-values.ts'
export * from '../template/render.ts'
export * from '../template/checks.ts'
