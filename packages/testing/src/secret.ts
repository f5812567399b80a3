/** The one secret of all tests: Postgres's roles, and so their passwords, belong to the whole shared server. */
export const testSecret = 'quillworks-test-secret-that-protects-nothing'
