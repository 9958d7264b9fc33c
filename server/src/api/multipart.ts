/** One part of a form sent as multipart/form-data; `content` is to be read before the next part comes. */
export interface Part {
  name: string
  filename: string | null
  content: AsyncIterable<Uint8Array>
}

/** Headers of one part, at most; a real browser sends about two hundred bytes. */
const LONGEST_HEAD = 16 * 1024

/** The boundary of a multipart body by its content type; null when it is none. */
export function boundaryOf(contentType: string): string | null {
  const match = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2] ?? null
}

/**
 * Reads a multipart body as it comes in (RFC 7578), so that a form may carry files of any size without filling the
 * memory. Throws when the body ends before its last boundary.
 */
export async function* readParts(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const source = body[Symbol.asyncIterator]()
  // A line break in front makes the first boundary like all others.
  let buffer: Buffer = Buffer.from('\r\n')
  const more = async (): Promise<boolean> => {
    const next = await source.next()
    if (next.done) return false
    buffer = Buffer.concat([buffer, next.value])
    return true
  }
  const need = async (bytes: number): Promise<void> => {
    while (buffer.length < bytes) if (!(await more())) throw new Error('multipart body ended early')
  }
  const delimiter = Buffer.from(`\r\n--${boundary}`)

  /** Everything up to the next boundary, which is taken away. */
  async function* upToBoundary(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = buffer.indexOf(delimiter)
      if (at !== -1) {
        const rest = buffer.subarray(0, at)
        buffer = buffer.subarray(at + delimiter.length)
        if (rest.length > 0) yield rest
        return
      }
      // The end of the buffer may be the beginning of a boundary.
      const safe = buffer.length - delimiter.length + 1
      if (safe > 0) {
        const ready = buffer.subarray(0, safe)
        buffer = buffer.subarray(safe)
        yield ready
      }
      if (!(await more())) throw new Error('multipart body ended early')
    }
  }

  await drain(upToBoundary())
  for (;;) {
    await need(2)
    if (buffer.subarray(0, 2).toString('latin1') === '--') return
    const headers = await head()
    const content = upToBoundary()
    yield { ...describe(headers), content }
    await drain(content)
  }

  async function head(): Promise<string> {
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n')
      if (end > LONGEST_HEAD || (end === -1 && buffer.length > LONGEST_HEAD)) throw new Error('multipart head too long')
      if (end !== -1) {
        const text = buffer.subarray(0, end).toString('utf8')
        buffer = buffer.subarray(end + 4)
        return text
      }
      if (!(await more())) throw new Error('multipart body ended early')
    }
  }
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of content) void chunk
}

function describe(headers: string): Pick<Part, 'name' | 'filename'> {
  const line = headers.split('\r\n').find((h) => /^content-disposition:/i.test(h)) ?? ''
  const field = (name: string): string | null => {
    const value = new RegExp(`[;\\s]${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(line)?.[1]
    // Browsers write quotes as %22 and line ends as %0D%0A (WHATWG), older ones with a backslash.
    return value === undefined
      ? null
      : value
          .replace(/%22/g, '"')
          .replace(/%0D|%0A/gi, '')
          .replace(/\\(["\\])/g, '$1')
  }
  return { name: field('name') ?? '', filename: field('filename') }
}
