import { connect, type Socket } from 'node:net'

/** An answer as it came: its status and its body, each byte as one letter. */
export interface Told {
  status: string
  body: string
}

/** A connection that carries one request at a time. */
export interface Wire {
  /** Sends a whole HTTP request, as text of one byte a letter. */
  send(message: string): void
  end(): void
}

/**
 * Opens a keep-alive connection to a server here. A load generator shares the machine with what it measures: Node's own
 * client costs several times as much as this, which knows answers with a length only. `told` gets each whole answer,
 * `lost` is called once when the connection breaks or the server closes it.
 */
export function openWire(port: number, on: { ready: () => void; told: (answer: Told) => void; lost: () => void }): Wire {
  let [held, closed] = ['', false]
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.setEncoding('latin1')
  socket.on('connect', on.ready)
  socket.on('data', (data: string) => {
    held += data
    const head = held.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(held.slice(0, head))?.[1] ?? -1)
    if (length < 0) throw new Error(`an answer without a length: ${held.slice(0, 300)}`)
    const end = head + 4 + length
    if (held.length < end) return
    const answer = { status: held.slice(9, 12), body: held.slice(head + 4, end) }
    held = held.slice(end)
    on.told(answer)
  })
  const lost = (): void => {
    if (closed) return
    closed = true
    on.lost()
  }
  socket.on('error', lost)
  socket.on('close', lost)
  return {
    send: (message) => void socket.write(message, 'latin1'),
    end: () => {
      closed = true
      socket.end()
    },
  }
}
