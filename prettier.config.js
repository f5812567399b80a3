export default {
  printWidth: 110,
  singleQuote: true,
  semi: false,
  plugins: ['prettier-plugin-svelte'],
  overrides: [{ files: '*.svelte', options: { parser: 'svelte' } }],
}
