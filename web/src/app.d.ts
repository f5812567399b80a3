declare global {
  namespace App {
    interface Error {
      code?: string
    }
    interface PageData {
      /** The way to this page; the last is its title. */
      crumbs?: { name: string; href: string }[]
    }
  }
}

export {}
