import { expect } from 'bun:test'
import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { type Answer, secretOf } from '../support/api.ts'
import type { Start } from '../support/quillworks.ts'

/** Sends one request in somebody's name, as plain requests or as server-sent events, of which the first counts. */
export type Caller = (query: string, variables?: object, headers?: Record<string, string>) => Promise<Answer>

function callerWith(running: Start, headers: () => Promise<Record<string, string>>): Caller {
  return async (query, variables = {}, more = {}) => {
    const streams = query.startsWith('subscription')
    const response = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(streams ? { accept: 'text/event-stream' } : {}),
        ...(await headers()),
        ...more,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    })
    const body = streams ? await firstEvent(response) : ((await response.json()) as Partial<Answer>)
    return { data: body.data, errors: body.errors ?? [] }
  }
}

async function firstEvent(response: Response): Promise<Partial<Answer>> {
  let received = ''
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    received += decoder.decode(bytes, { stream: true })
    const found = /^data: ?(\{.*\})$/m.exec(received)?.[1]
    if (found) return JSON.parse(found) as Partial<Answer>
  }
  return JSON.parse(received) as Partial<Answer>
}

/** The local owner, in one of their organizations. */
export function ownerIn(running: Start, organization?: string): Caller {
  return callerWith(running, async () => ({
    authorization: `Bearer ${await signLocalAdmin({ secret: secretOf(running) })}`,
    ...(organization ? { 'x-organization': organization } : {}),
  }))
}

async function made(
  caller: Caller,
  query: string,
  variables: object = {},
): Promise<Record<string, { id: string }>> {
  const answer = await caller(query, variables)
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors))
  return answer.data as Record<string, { id: string }>
}

/** Invites somebody into an organization and lets them sign in. */
export async function join(running: Start, inviter: Caller, email: string, role: string): Promise<Caller> {
  const password = 'correct horse battery staple'
  const { inviteMember } = await made(
    inviter,
    'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { id url } }',
    { input: { email, role } },
  )
  const token = new URL((inviteMember as unknown as { url: string }).url).pathname.split('/').at(-1)
  await made(
    callerWith(running, async () => ({})),
    'mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { id } }',
    { input: { token, name: email, password } },
  )
  const signedIn = await fetch(`${running.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: running.url },
    body: JSON.stringify({ email, password }),
  })
  expect(signedIn.status).toBe(200)
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return callerWith(running, async () => ({ cookie, origin: running.url }))
}
