import { AppError, notFound } from '@quillworks/service-kit/errors'

export function snippetNotFound(): AppError {
  return notFound('snippet')
}

export function snippetConflict({ base, current }: { base: number; current: number }): AppError {
  return new AppError(
    'snippet.conflict',
    `Somebody saved version ${current} of this snippet after version ${base} was read. Compare both, then save again.`,
    { issues: [{ path: ['baseVersion'], message: `The newest version is ${current}.` }] },
  )
}

/** `by` says whose snippet has the name already. */
export function nameTaken(name: string, by: 'you' | 'organization'): AppError {
  const message =
    by === 'you'
      ? `You have a snippet named ${name} already.`
      : `The organization has a shared snippet named ${name} already. Keep this one private, or give it another name.`
  return new AppError('snippet.name_taken', message, { issues: [{ path: ['name'], message }] })
}

export function ownersToDecide(): AppError {
  return new AppError(
    'auth.forbidden',
    'Only its owner can say what a snippet is called and who sees it. Its text can be changed.',
  )
}

export function notYoursToDelete(): AppError {
  return new AppError(
    'auth.forbidden',
    "Only the snippet's owner or an admin of the organization can do this.",
  )
}
