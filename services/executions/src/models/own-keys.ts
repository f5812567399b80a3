/** What an organization has set for one provider: its key, and where it has a server of its own, the address. */
export interface OwnKey {
  /** The word before the slash of its models' ids. */
  provider: string
  /** Null where the provider's usual address is meant. */
  baseUrl: string | null
  /** Empty where the server wants none; null where it can no longer be read. */
  key: string | null
  /** Another one after each change. */
  version: string
}

/** The keys of an organization, decrypted, as they are now. */
export type OwnKeysOf = (organizationId: string) => Promise<readonly OwnKey[]>
