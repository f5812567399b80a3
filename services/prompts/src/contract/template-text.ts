/** What an editor needs as one types, without the library that checks what comes from outside. */
export * from '../template/grammar.ts'
export * from '../template/placeholders.ts'
export * from '../template/snippet-name.ts'
export * from '../template/form-variables.ts'
