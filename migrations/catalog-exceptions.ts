/** Tables that stand outside row level security, each with its reason; the catalog test accepts no other. */
export const withoutRowSecurity: Record<string, string> = {
  'identity.users':
    'A person belongs to several organizations, and is found before it is known which one acts.',
  'identity.sessions': 'Read by the token of a cookie, before any organization is known.',
  'identity.accounts': 'Read at sign-in, before any organization is known.',
  'identity.verifications': 'Single-use values of sign-in, found by their hash.',
  'identity.sign_in_limits': 'Counts per client address; they belong to no organization.',
  'identity.organizations': 'Looked up by id or slug to find out in which organization a request acts.',
  'identity.members': 'Says which organizations a user belongs to: what the tenant context is made from.',
  'identity.invitations': 'Accepted by someone who is not in the organization yet.',
  'identity.api_keys': 'Found by their hash, which tells the organization in the first place.',
}
