export const statusModes = ['auto', 'push', 'poll'] as const
/** How clients follow what runs: by subscriptions, by polling, or by polling only while subscriptions fail. */
export type StatusMode = (typeof statusModes)[number]
