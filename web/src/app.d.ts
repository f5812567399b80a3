declare global {
  namespace App {
    interface Error {
      code?: string
    }
    interface PageData {
      /** Who is signed in, on pages that need it. */
      user?: { id: string }
      /** The way to this page; the last is its title. */
      crumbs?: { name: string; href: string }[]
    }
  }
}

export {}
