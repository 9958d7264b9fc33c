/** One step of the path shown on top of a page; the last one is the page itself. */
export interface Crumb {
  label: string
  href: string
}

/** What a page tells the layout that it stands in; returned by its load as `frame`. */
export interface Frame {
  /** Community · edition · event, outermost first. */
  crumbs?: Crumb[]
  /** The community's own accent, `#rrggbb`. */
  accent?: string | null
  /** Where the live stream of this page is: `/live/{community}/{event}`. */
  live?: string
  /** The address of the community's data notice. */
  notice?: string
}

/** The signed-in account as pages may show it. */
export interface Account {
  name: string
  email: string
  administrator: boolean
}
