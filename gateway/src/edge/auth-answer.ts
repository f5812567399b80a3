import { AppError, invalidInput } from '@quillworks/service-kit/errors'

function refusal(response: Response, path: string): AppError {
  switch (response.status) {
    case 401:
      return new AppError(
        'auth.wrong_password',
        'E-mail and password do not belong together. Check both and try again.',
      )
    case 403:
      return new AppError(
        'auth.foreign_origin',
        'Send this from a page of this deployment, or without a cookie.',
      )
    case 404:
      return new AppError('route.not_found', 'There is nothing here.')
    case 405:
      return new AppError('method.not_allowed', 'This method is not for this path.')
    case 415:
      return new AppError('body.not_json', 'Send the body as application/json.')
    case 429: {
      const seconds = Number(response.headers.get('x-retry-after') ?? 60)
      const retryAfterSeconds = Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : 60
      return new AppError('rate.limited', `Too many attempts. Try again in ${retryAfterSeconds} s.`, {
        retryAfterSeconds,
      })
    }
    default:
      return path.endsWith('/sign-in/email')
        ? invalidInput([
            {
              path: ['email'],
              message:
                'Send a full e-mail address, such as ada@example.org, and the password, both as texts.',
            },
          ])
        : invalidInput([], 'The request is not valid.')
  }
}

/** An answer of better-auth: as it is, or with a refusal thrown as the coded error that all of the edge has. */
export async function codedAuthAnswer(response: Response, path: string): Promise<Response> {
  if (response.status < 400) return response
  const said = await response.text()
  if (response.status >= 500)
    throw new Error(`better-auth answered ${response.status}: ${said.slice(0, 200)}`)
  throw refusal(response, path)
}
