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

export function movePending(label: string): AppError {
  return new AppError(
    'label_move.pending',
    `Another move of the label ${label} waits for its review. It has to be decided or withdrawn first.`,
  )
}

export function moveDecided(): AppError {
  return new AppError('label_move.decided', 'This move is decided already.')
}

export function moveOfAnother(): AppError {
  return new AppError('auth.forbidden', 'Only whoever asked for a move takes it back.')
}

export function othersToDecide(): AppError {
  return new AppError('auth.forbidden', 'Somebody else than whoever asked for a move reviews it.')
}

export function labelMovedMeanwhile(label: string): AppError {
  return new AppError(
    'label_move.outdated',
    `The label ${label} has been moved since this was asked for. Reject it, and ask again.`,
  )
}
