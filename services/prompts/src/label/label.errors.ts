import { AppError } from '@quillworks/service-kit/errors'

export function labelNotFound(label: string): AppError {
  return new AppError('prompt.label_not_found', `No version of this prompt has the label ${label}.`, {
    issues: [
      { path: ['label'], message: 'There is no such label here; nothing else is taken in its place.' },
    ],
  })
}

export function labelProtected(label: string): AppError {
  return new AppError('auth.forbidden', `Only admins and owners of the organization move the label ${label}.`)
}

export function tooManyLabels(limit: number): AppError {
  return new AppError('prompt.too_many_labels', `A prompt has at most ${limit} labels. Take one away first.`)
}

export function adminsToDecide(): AppError {
  return new AppError('auth.forbidden', 'Only admins and owners of the organization can do this.')
}
