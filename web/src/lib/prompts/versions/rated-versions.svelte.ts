import { query } from '../../graphql/client.ts'
import { Failure } from '../../graphql/failure.ts'
import { ratingsByVersion, type VersionRatings } from './version-ratings.ts'
import { ratingSumsQuery } from './versions.documents.ts'

/** How the versions on a page were rated: read once the page is there, which is of use without it. */
export class RatedVersions {
  #ratings = $state.raw<ReadonlyMap<number, VersionRatings>>(new Map())
  #asked = ''

  of(version: number): VersionRatings | undefined {
    return this.#ratings.get(version)
  }

  /** Reads the ratings of these versions; what was asked for last counts. */
  async read(promptId: string, versions: number[]): Promise<void> {
    const asked = JSON.stringify({ promptId, versions })
    if (asked === this.#asked) return
    this.#asked = asked
    try {
      const { ratingSums } = await query({ document: ratingSumsQuery, variables: { promptId, versions } })
      if (this.#asked === asked) this.#ratings = ratingsByVersion(ratingSums)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }
}
