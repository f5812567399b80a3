import { AppError } from '@quillworks/service-kit/errors'
import { mostViews } from './saved-view.ts'

export const nameTaken = (name: string) =>
  new AppError('view.name_taken', `You have a view “${name}” already. Give this one another name.`, {
    issues: [{ path: ['name'], message: 'You have a view of this name.' }],
  })

export const tooManyViews = () =>
  new AppError('view.too_many', `At most ${mostViews} views of a list are kept. Delete one first.`)

export const readOnly = () => new AppError('auth.forbidden', 'This key may only read: it changes no views.')
