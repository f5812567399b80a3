import { AppError, notFound } from '@quillworks/service-kit/errors'

export function promptNotFound(): AppError {
  return notFound('prompt')
}

export function versionNotFound(number: number): AppError {
  return new AppError('prompt.version_not_found', `This prompt has no version ${number}.`)
}

export function promptConflict({ base, current }: { base: number; current: number }): AppError {
  return new AppError(
    'prompt.conflict',
    `Somebody saved version ${current} of this prompt after version ${base} was read. Compare both, then save again.`,
    { issues: [{ path: ['baseVersion'], message: `The newest version is ${current}.` }] },
  )
}

export function notYoursToDecide(): AppError {
  return new AppError(
    'auth.forbidden',
    "Only the prompt's owner or an admin of the organization can do this.",
  )
}

export function ownersToHide(): AppError {
  return new AppError('auth.forbidden', 'Only its owner can make a prompt private again.')
}
