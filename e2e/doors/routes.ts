import { join } from 'node:path'
import type { Hono } from 'hono'

/** A route of the pages as the server really has it. */
export interface Route {
  /** With parameters in brackets, without the groups: `/[community]/[event]`. */
  address: string
  page: boolean
  /** How many layouts stand around the page, each with a load of its own. */
  layouts: number
  actions: string[]
  /** Of an endpoint. */
  methods: string[]
}

interface Manifest {
  manifest: {
    nodes: (() => Promise<{ server?: { actions?: Record<string, unknown> } }>)[]
    routes: { id: string; page: { layouts: unknown[]; leaf: number } | null; endpoint: (() => Promise<Record<string, unknown>>) | null }[]
  }
}

/** Every route of the built pages, from the manifest by which the server finds them. */
export async function pageRoutes(): Promise<Route[]> {
  // Made by the web's build, so it has no types of its own.
  const built = join(import.meta.dirname, '..', '..', 'web', 'build', 'server', 'manifest.js')
  const { manifest }: Manifest = await import(/* @vite-ignore */ built)
  return Promise.all(
    manifest.routes.map(async ({ id, page, endpoint }) => ({
      address: id.replaceAll(/\/\([^/]+\)/g, '') || '/',
      page: page !== null,
      layouts: page?.layouts.length ?? 0,
      actions: page ? Object.keys((await manifest.nodes[page.leaf]?.())?.server?.actions ?? {}) : [],
      methods: endpoint ? Object.keys(await endpoint()) : [],
    })),
  )
}

/** Every route of the programs' side, as `GET /api/v1/…`; the catch-alls behind them answer 404. */
export function programRoutes(api: Hono): string[] {
  return [
    ...new Set(
      api.routes.filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*')).map(({ method, path }) => `${method} ${path}`),
    ),
  ].toSorted()
}
