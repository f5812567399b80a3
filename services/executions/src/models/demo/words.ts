const stopWords = new Set(
  `a about above after again all also am an and any are as at be because been before being between both but by can could
  did do does doing down each even few for from further get give given had has have having he her here hers him his how i
  if in into is it its just let like make may me more most much must my no nor not now of off on once one only or other
  our out over own please put same she should so some such tell than that the their them then there these they this those
  through to too under until up us use very want was we were what when where which while who whom why will with would
  write you your`.split(/\s+/),
)

/** The words of a text that carry its meaning, in lower case and in order. */
export function contentWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []
  return words.filter((word) => word.length > 1 && !stopWords.has(word))
}

/** The sentences of a text; list items and headings count as sentences of their own. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/\n+/)
    .map((line) => line.replace(/^\s*(?:#{1,6}|[-*•>]|\d+[.)])\s+/, '').trim())
    .flatMap(
      (line) =>
        line.match(/[^.!?…]+(?:[.!?…]+["'”’)\]]*(?=\s|$)|[.!?…](?=\S)[^.!?…]*)*[.!?…]*["'”’)\]]*/g) ?? [],
    )
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\p{L}|\p{N}/u.test(sentence))
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `Sea, sun and sand` as a heading: capitals on the words that carry meaning. */
export function titleCase(text: string): string {
  // A placeholder that nobody filled stays as it is written.
  if (text.includes('{{')) return text
  return capitalize(
    text.replace(/[\p{L}][\p{L}'’-]*/gu, (word) =>
      stopWords.has(word.toLowerCase()) || /[A-Z]/.test(word) ? word : capitalize(word),
    ),
  )
}

export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}

/** A number that is the same for the same text, to choose among phrasings. */
export function seedOf(text: string): number {
  let hash = 2_166_136_261
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0
  return hash
}

/** The element that a seed falls on. */
export function pick<T>(options: readonly [T, ...T[]], seed: number): T {
  return options[seed % options.length] ?? options[0]
}
