import { ServerResponse, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http'

/** The header by which a page says that everybody may see it: `*`, `{community}/` or `{community}/{event}`. */
export const PUBLIC_HEADER = 'x-kaichang-public'

/** A whole answer, held in memory. */
export interface Whole {
  status: number
  headers: OutgoingHttpHeaders
  body: Buffer
}

type Done = (error?: Error | null) => void

/**
 * Stands in for a response while nobody knows yet whether the answer may be shared. When the headers are
 * there, `mayKeep` decides: either the answer is collected whole, or everything goes through to `real`.
 * Without `real` it is always collected.
 */
export class CapturedResponse extends ServerResponse {
  readonly #real: ServerResponse | null
  readonly #mayKeep: (status: number, headers: OutgoingHttpHeaders) => boolean
  readonly #settle: (whole: Whole | null) => void
  readonly #chunks: Buffer[] = []
  #mode: 'open' | 'keep' | 'pass' = 'open'
  #over = false

  /** `settle` is called once: with the whole answer, or with null as soon as it goes through. */
  constructor(
    request: IncomingMessage,
    real: ServerResponse | null,
    mayKeep: (status: number, headers: OutgoingHttpHeaders) => boolean,
    settle: (whole: Whole | null) => void,
  ) {
    super(request)
    this.#real = real
    this.#mayKeep = mayKeep
    this.#settle = settle
  }

  override writeHead(status: number, ...rest: (string | OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined)[]): this {
    this.statusCode = status
    const given = rest.find((r) => typeof r === 'object')
    if (given && !Array.isArray(given)) {
      for (const [name, value] of Object.entries(given)) if (value !== undefined) this.setHeader(name, value)
    }
    this.#decide()
    return this
  }

  override flushHeaders(): void {
    this.#decide()
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    this.#decide()
    const done = rest.find((r): r is Done => typeof r === 'function')
    if (this.#mode === 'pass' && this.#real) return this.#real.write(bytes(chunk), (error) => done?.(error))
    this.#chunks.push(bytes(chunk))
    done?.()
    return true
  }

  override end(...args: unknown[]): this {
    if (this.#over) return this
    this.#over = true
    this.#decide()
    const chunk = args[0]
    const last = typeof chunk === 'string' || chunk instanceof Uint8Array ? bytes(chunk) : undefined
    const done = args.find((a): a is () => void => typeof a === 'function')
    if (this.#mode === 'pass' && this.#real) {
      this.#real.end(last, done)
      return this
    }
    if (last) this.#chunks.push(last)
    this.#settle({ status: this.statusCode, headers: this.getHeaders(), body: Buffer.concat(this.#chunks) })
    done?.()
    this.emit('finish')
    this.emit('close')
    return this
  }

  override destroy(error?: Error): this {
    if (this.#mode !== 'pass' && !this.#over) this.#settle(null)
    this.#over = true
    this.#real?.destroy(error)
    return this
  }

  #decide(): void {
    if (this.#mode !== 'open') return
    const real = this.#real
    if (!real || this.#mayKeep(this.statusCode, this.getHeaders())) {
      this.#mode = 'keep'
      return
    }
    this.#mode = 'pass'
    real.on('drain', () => this.emit('drain'))
    real.on('close', () => this.emit('close'))
    real.on('finish', () => this.emit('finish'))
    real.on('error', (error) => this.emit('error', error))
    for (const [name, value] of Object.entries(this.getHeaders())) {
      if (value !== undefined && name !== PUBLIC_HEADER) real.setHeader(name, value)
    }
    real.writeHead(this.statusCode)
    this.#settle(null)
  }
}

function bytes(chunk: unknown): Buffer {
  return chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.from(String(chunk))
}
