/** The part of a URL that names a project: its name in plain letters, with a number from the second of that name on. */
export function slugOf(name: string, number: number): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  const base = plain || 'project'
  return number > 1 ? `${base}-${number}` : base
}
