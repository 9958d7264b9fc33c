import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const ROUTES = join(import.meta.dirname, '..', 'web', 'src', 'routes')

/** Every page route of the web as its address with parameters in brackets: `/[community]/[event]`. */
export function pageRoutes(): string[] {
  return routesWith('+page.svelte')
}

/** Every route that answers without a page: feeds, files, pictures. */
export function endpointRoutes(): string[] {
  return routesWith('+server.ts')
}

function routesWith(file: string): string[] {
  return readdirSync(ROUTES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === file)
    .map((entry) => entry.parentPath.slice(ROUTES.length).replaceAll(/\/\([^/]+\)/g, '') || '/')
    .toSorted()
}
