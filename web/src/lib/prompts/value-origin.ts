const origins: Record<string, string> = {
  call: 'filled in the form',
  user: 'your own default',
  project: 'the project’s default',
  organization: 'the organization’s default',
  default: 'its default',
}

/** In words, where a value comes from. */
export function originWords(from: string): string {
  return origins[from] ?? from
}
