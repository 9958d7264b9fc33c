import { sql } from 'kysely'
import { catalogue } from '@kaichang/core/kernel/errors.catalogue.ts'
import type { Site } from '../../tests/setup/server.ts'

/** What a request was answered with. */
export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** How a request is sent: who asks by a session's cookie, or a program by its token. */
export interface As {
  cookie?: string
  bearer?: string
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string | URLSearchParams | FormData | Uint8Array<ArrayBuffer>
}

/** Asks the real server; redirects are not followed. Unsafe methods say that they come from our own pages unless told otherwise. */
export async function ask(site: Site, path: string, as: As = {}, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const answer = await fetch(site.url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(as.cookie ? { cookie: as.cookie } : {}),
      ...(as.bearer ? { authorization: `Bearer ${as.bearer}` } : {}),
      ...(method === 'GET' || method === 'HEAD' ? {} : { origin: site.url }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** Sends a form to an action as a page's own script does, which shows the action's answer without the page. */
export function send(
  site: Site,
  path: string,
  action: string,
  fields: Record<string, string | readonly string[]>,
  as: As = {},
): Promise<Answer> {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one)
  const address = action === 'default' ? path : `${path}${path.includes('?') ? '&' : '?'}/${action}`
  return ask(site, address, as, { method: 'POST', body, headers: { accept: 'application/json', 'x-sveltekit-action': 'true' } })
}

/**
 * shown: let in; sign-in: strangers are led there; refused: known, but not allowed; absent: not even admitted to exist.
 * Anything unforeseen stays visible as its number.
 */
export type Class = 'shown' | 'shown: nothing there' | 'sign-in' | 'refused' | 'absent' | `${number}`

/** What an answer amounts to. */
export function classOf({ status, headers, text }: Answer): Class {
  if (headers.get('content-type')?.startsWith('application/json') && /^\{"type":"(redirect|failure|error|success)"/.test(text))
    return classOfAction(text)
  if (status >= 300 && status < 400) return isSignIn(headers.get('location')) ? 'sign-in' : 'shown'
  if (status === 404 && codeIn(text) === 'thing.not_found') return 'shown: nothing there'
  return classOfStatus(status)
}

function classOfStatus(status: number): Class {
  if (status === 401) return 'sign-in'
  if (status === 403) return 'refused'
  if (status === 404 || status === 410) return 'absent'
  return status < 500 ? 'shown' : `${status}`
}

/** An action that let somebody in may still find fault with what was sent. */
function classOfAction(text: string): Class {
  const result: { type: string; status?: number; location?: string; error?: { status?: number } } = JSON.parse(text)
  if (result.type === 'redirect') return isSignIn(result.location ?? null) ? 'sign-in' : 'shown'
  if (result.type === 'success') return 'shown'
  if (codeIn(text) === 'thing.not_found') return 'shown: nothing there'
  return classOfStatus(result.status ?? result.error?.status ?? 500)
}

/** Whoever is stopped is brought back afterwards. */
const isSignIn = (location: string | null): boolean => location?.startsWith('/sign-in?next=') === true

/** The code of the catalogue that an answer names. */
export function codeIn(text: string): string | undefined {
  return Object.keys(catalogue).find((code) => text.includes(`"${code}"`) || text.includes(`\\"${code}\\"`))
}

/** Where an action leads to; undefined when it did not succeed. */
export function leadsTo({ text }: Answer): string | undefined {
  const result: { type?: string; location?: string } = JSON.parse(text)
  return result.type === 'redirect' ? result.location : undefined
}

export interface Scope {
  /** Tables that are left out. */
  without?: readonly string[]
  /** Only the rows of this community. */
  of?: string
}

/** A digest of every row of every table, once nothing goes on aside: the same before and after means that nothing was written. */
export async function fingerprint(site: Site, { without = [], of }: Scope = {}): Promise<Record<string, string>> {
  await site.app.settled()
  const { rows: tables } = await sql<{ name: string; tenant: boolean }>`select t.table_name as name, exists (
      select from information_schema.columns c where c.table_schema = 'public' and c.table_name = t.table_name and c.column_name = 'community_id') as tenant
    from information_schema.tables t where t.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1`.execute(site.app.db)
  const parts = tables
    .filter(({ name, tenant }) => !without.includes(name) && (of === undefined || tenant))
    .map(
      ({
        name,
      }) => sql`select ${sql.lit(name)} as name, count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest
      from ${sql.table(name)} t ${of === undefined ? sql`` : sql`where community_id = ${of}`}`,
    )
  const { rows } = await sql<{ name: string; digest: string }>`${sql.join(parts, sql` union all `)}`.execute(site.app.db)
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]))
}
