import type { Viewer } from '#lib/frame/viewer.documents.ts'

declare global {
  namespace App {
    interface Error {
      code?: string
    }
    interface PageState {
      /** The runner is open over the page; going back closes it. */
      runner?: boolean
    }
    interface PageData {
      /** Who is signed in and where, on pages that need it. */
      viewer?: Viewer
      /** The way to this page; the last is its title. */
      crumbs?: { name: string; href: string }[]
      /** The inspector of the run page was left folded. */
      inspectorFolded?: boolean
    }
  }
}

export {}
