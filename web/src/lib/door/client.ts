/** Where the desk's requests go and what proves that it may ask. */
export interface DeskAccess {
  /** `/api/v1/communities/{community}/events/{event}/door` */
  api: string
  /** A volunteer's token; in the console the session's cookie does. */
  token?: string | undefined
}

export interface ScanAnswer {
  scanId: string
  verdict: 'admitted' | 'again' | 'cancelled' | 'unknown' | 'other_event' | 'undone'
  colour: 'green' | 'amber' | 'red'
  at: Date
  desk: string
  attendee: { registrationId: string; name: string; displayName: string; code: string } | null
  first: { at: Date; desk: string } | null
  persons?: number
}

export interface Found {
  registrationId: string
  name: string
  displayName: string
  code: string
  phone: string
  state: 'registered' | 'cancelled'
  admittedAt: Date | null
}

/** A version 4 UUID; `randomUUID` is missing on pages opened over plain http on a local network. */
export function newScanId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

async function ask(access: DeskAccess, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = {
    ...(init.body ? { 'content-type': 'application/json' } : {}),
    ...(access.token ? { authorization: `Bearer ${access.token}` } : {}),
  }
  const response = await fetch(access.api + path, { ...init, headers, credentials: access.token ? 'omit' : 'same-origin' })
  const body: unknown = response.status === 204 ? null : await response.json()
  if (!response.ok) throw new Error(messageOf(body))
  return body
}

function messageOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('error' in body)) return ''
  const { error } = body
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string' ? error.message : ''
}

/** Sends a scan; tried again with the same id while the network is away for a moment, so it counts once. */
export async function sendScan(
  access: DeskAccess,
  scan: { scanId: string; code?: string; registrationId?: string; desk: string },
): Promise<ScanAnswer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = (await ask(access, '/scans', { method: 'POST', body: JSON.stringify(scan) })) as ScanAnswer
      return { ...answer, at: new Date(answer.at), first: answer.first && { ...answer.first, at: new Date(answer.first.at) } }
    } catch (error) {
      // fetch itself fails with a TypeError; an answer that says no is final.
      if (!(error instanceof TypeError) || attempt >= 3) throw error
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** attempt))
    }
  }
}

export async function takeBack(access: DeskAccess, scanId: string): Promise<void> {
  await ask(access, `/scans/${scanId}`, { method: 'DELETE' })
}

export async function searchFor(access: DeskAccess, query: string): Promise<Found[]> {
  const { attendees } = (await ask(access, `/search?q=${encodeURIComponent(query)}`)) as { attendees: Found[] }
  return attendees.map((one) => ({ ...one, admittedAt: one.admittedAt && new Date(one.admittedAt) }))
}

/** The counts as of now; other desks count, too. */
export async function readCounts(
  access: DeskAccess,
): Promise<{ registered: number; persons: number; byList: { list: string; count: number }[] }> {
  return (await ask(access, '/attendance')) as { registered: number; persons: number; byList: { list: string; count: number }[] }
}
