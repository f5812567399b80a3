import type { NatsGrants } from './connect.ts'

const requests = { publish: ['_INBOX.>'], subscribe: ['_INBOX.>'] }
const events = ['$JS.API.INFO', '$JS.API.STREAM.INFO.EVENTS', '$JS.API.STREAM.CREATE.EVENTS']

/** A service publishes its own events, asks any activity and answers its own. */
export function serviceGrants(service: string): NatsGrants {
  return {
    publish: [...requests.publish, ...events, `qw.*.${service}.>`, 'qw-act.>', `qw-wake.${service}`],
    subscribe: [...requests.subscribe, `qw-act.${service}.>`, `qw-wake.${service}`],
  }
}

/** The engine also sends live text and answers snapshots of it. */
export function engineGrants(service: string): NatsGrants {
  const base = serviceGrants(service)
  return {
    publish: [...base.publish, 'qw-live.>'],
    subscribe: [...base.subscribe, 'qw-live-snapshot.>'],
  }
}

/** The gateway watches events and live text, asks for snapshots, and reads the stream for taps. */
export function gatewayGrants(): NatsGrants {
  return {
    publish: [...requests.publish, ...events, 'qw-live-snapshot.>', 'qw.*.identity.>', 'qw-act.>'],
    subscribe: [...requests.subscribe, 'qw.>', 'qw-live.>'],
  }
}

/** Where a tap hears answers to its own requests: its prefix for inboxes, without the last dot. */
export function tapInbox(organizationId: string): string {
  return `_INBOX_${organizationId}`
}

/**
 * A tap reads its organization's events live. With `consumer`, which was made for it and filters its organization's
 * subjects, it also reads those of the stream; it can make no consumer itself, since a consumer may deliver to any subject.
 */
export function tapGrants(organizationId: string, consumer?: string): NatsGrants {
  const stream = consumer
    ? [
        `$JS.API.CONSUMER.INFO.EVENTS.${consumer}`,
        `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${consumer}`,
        `$JS.ACK.EVENTS.${consumer}.>`,
      ]
    : []
  return { publish: stream, subscribe: [`qw.${organizationId}.>`, `${tapInbox(organizationId)}.>`] }
}

/** Makes and removes the consumers of taps; for whoever holds the secret, never for a tap. */
export function tapKeeperGrants(): NatsGrants {
  return {
    publish: [
      '$JS.API.STREAM.INFO.EVENTS',
      '$JS.API.CONSUMER.CREATE.EVENTS.>',
      '$JS.API.CONSUMER.DELETE.EVENTS.>',
    ],
    subscribe: ['_INBOX.>'],
  }
}
