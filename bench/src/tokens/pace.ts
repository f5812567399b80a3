/** What the local model does: a first token after 200 ms, then one every 20 ms, 200 in all. */
export const pace = { firstMs: 200, everyMs: 20, tokens: 200 }

/** The time of sending, in microseconds since the epoch, is the token's text. */
export const tokenOf = (sentMs: number): string => `t${Math.round(sentMs * 1000)} `
export const tokenPattern = /t(\d{16}) /g
