import type { LibraryPrompt } from './library.documents.ts'

type Texts = Pick<LibraryPrompt, 'system' | 'body' | 'settings'>

const settingsText = ({ settings: { temperature, topP, maxOutputTokens } }: Texts) =>
  [
    temperature !== null && `temperature ${temperature}`,
    topP !== null && `top P ${topP}`,
    maxOutputTokens !== null && `longest answer ${maxOutputTokens} tokens`,
  ]
    .filter(Boolean)
    .join('\n')

/** In what an own version differs from the built-in prompt. */
export function textChanges(before: Texts, after: Texts): { name: string; before: string; after: string }[] {
  return [
    { name: 'System', before: before.system, after: after.system },
    { name: 'Body', before: before.body, after: after.body },
    { name: 'Settings', before: settingsText(before), after: settingsText(after) },
  ].filter((change) => change.before !== change.after)
}
