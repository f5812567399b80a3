import type { RatedVersion } from './versions.documents.ts'

/** How what a version made was rated. */
export interface RatingCounts {
  up: number
  down: number
}

export interface VersionRatings extends RatingCounts {
  /** By model, the most rated first; null where the model is not known. */
  models: ({ model: string | null } & RatingCounts)[]
}

const count = ({ up, down }: RatingCounts) => up + down

/** By number of the version; a version that nobody rated is left out. */
export function ratingsByVersion(rows: readonly RatedVersion[]): Map<number, VersionRatings> {
  const versions = Map.groupBy(rows, ({ version }) => version)
  return new Map(
    [...versions].map(([version, ofVersion]) => {
      const models = ofVersion
        .map(({ model, up, down }) => ({ model, up, down }))
        .toSorted((a, b) => count(b) - count(a))
      const sum = (of: (counts: RatingCounts) => number) => models.reduce((all, one) => all + of(one), 0)
      return [version, { up: sum(({ up }) => up), down: sum(({ down }) => down), models }]
    }),
  )
}

/** How one model's answers were rated; undefined where nobody rated them, or the model is not known. */
export function ofModel(ratings: VersionRatings | undefined, model: string | null): RatingCounts | undefined {
  return model === null ? undefined : ratings?.models.find((one) => one.model === model)
}

/** `3 good, 1 bad`: for those who do not see the thumbs. */
export function ratingWords({ up, down }: RatingCounts): string {
  return `${up} good, ${down} bad`
}
