import { AppError } from '@quillworks/service-kit/errors'

const answers = [
  'application/graphql-response+json',
  'application/json',
  'text/event-stream',
  'multipart/mixed',
]

/** The media types of an Accept header that may be given, in lower case; all of them where there is none. */
function acceptable(headers: Headers): string[] {
  const ranges = (headers.get('accept') ?? '*/*').toLowerCase().split(',')
  return ranges.flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    const refused = parameters.some(
      (one) => /^q=0(\.0*)?$/.test(one) || (one.startsWith('charset=') && one !== 'charset=utf-8'),
    )
    return refused ? [] : [type]
  })
}

/** True where one of `types` may be given as the answer. */
export function accepts(headers: Headers, types: readonly string[]): boolean {
  const ranges = acceptable(headers)
  return types.some((type) => ranges.some((one) => ['*/*', `${type.split('/')[0]}/*`, type].includes(one)))
}

function unacceptable(types: readonly string[]): AppError {
  return new AppError('accept.unsupported', `Say in Accept one of ${types.join(', ')}.`)
}

/** Refuses with `accept.unsupported`, before anything is done, what could not be told in any accepted form. */
export function checkAccept(request: Request, options: { pages: boolean }): void {
  const types = options.pages && request.method === 'GET' ? [...answers, 'text/html'] : answers
  if (!accepts(request.headers, types)) throw unacceptable(answers)
}

/** Refuses a subscription whose client does not take a stream: its answer would have nowhere to go. */
export function checkAcceptsStream(request: Request): void {
  if (request.headers.has('upgrade') || accepts(request.headers, ['text/event-stream'])) return
  throw unacceptable(['text/event-stream'])
}
