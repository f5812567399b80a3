function isAscii(character: string): boolean {
  return character.charCodeAt(0) < 128
}

/** An honest guess: four ASCII characters to a token, other characters one each, never less than 1 for a text. */
export function estimateTokens(text: string): number {
  let weight = 0
  for (const character of text) weight += isAscii(character) ? 0.25 : 1
  return Math.ceil(weight)
}

/** The longest beginning of whole words that has at most so many tokens. */
export function cutToTokens(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text
  let kept = ''
  for (const word of text.match(/\s*\S+/g) ?? []) {
    if (estimateTokens(kept + word) > tokens) return kept
    kept += word
  }
  return kept
}
