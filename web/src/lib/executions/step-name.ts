/** What a person calls a step: its name, its place in the conversation, or else its key. */
export function stepName({ name, key }: { name?: string | null; key: string }): string {
  if (name) return name
  const [, message, again] = /^message\[(\d+)\](?:\/again\[(\d+)\])?$/.exec(key) ?? []
  if (message === undefined) return key
  const said = `Message ${Number(message) + 1}`
  return again === undefined ? said : `${said}, again${Number(again) > 1 ? ` (${again})` : ''}`
}
