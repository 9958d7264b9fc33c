import { fail, isKaichangError } from '#core/kernel/errors.ts'

/** A provider that does not answer within this time is away, in milliseconds. */
const PATIENCE = 10_000
/** No answer of a provider is larger, in bytes; a day's statement of a large community has a few hundred thousand. */
const LARGEST = 32 * 1024 * 1024

export interface Answer {
  status: number
  headers: Headers
  body: Buffer
}

/** One request to a provider; redirects are not followed. Errors: payment.provider_away. Nothing of it is logged. */
export async function askProvider(provider: string, url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) })
    const body = await readBody(response)
    if (response.status >= 500) throw fail('payment.provider_away', { provider })
    return { status: response.status, headers: response.headers, body }
  } catch (error) {
    if (isKaichangError(error)) throw error
    throw fail('payment.provider_away', { provider })
  }
}

async function readBody(response: Response): Promise<Buffer> {
  if (!response.body) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body) {
    size += part.length
    if (size > LARGEST) throw new RangeError('answer too large')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
