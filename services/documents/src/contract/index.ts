/** The service's name: its Postgres schema, its roles, its audience in signed identities, its part of NATS subjects. */
export const serviceName = 'documents'
