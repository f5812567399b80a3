const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/**
 * Reads an RFC 3339 instant: a day that the calendar has, a time, and its zone; undefined for anything else. A plain
 * `new Date` takes the 30th of February for the 2nd of March, and a time without zone for one of the server's.
 */
export function parseInstant(text: string): Date | undefined {
  const [, year = '', month = '', day = ''] = RFC_3339.exec(text) ?? []
  if (year === '') return undefined
  const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate()
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > lastDay) return undefined
  const date = new Date(text.toUpperCase())
  // The zone may move the first and the last day of all out of what Postgres and RFC 3339 can write.
  const written = date.getUTCFullYear()
  return written >= 1 && written <= 9999 ? date : undefined
}
