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

/** A tap reads its organization's events, live or from the stream, and publishes nothing but acknowledgements. */
export function tapGrants(organizationId: string): NatsGrants {
  return {
    publish: ['$JS.ACK.EVENTS.>'],
    subscribe: [`qw.${organizationId}.>`, `_INBOX_${organizationId}.>`],
  }
}
