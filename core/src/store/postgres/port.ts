import { createServer } from 'node:net'
import { createHash } from 'node:crypto'

/** Whether a program could listen on `port` of the loopback address now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/**
 * The port of a cluster: the remembered one while it is free, else the next free one from a number
 * that follows from the folder. These lie below the range that systems give to outgoing
 * connections, so that a port stays ours between two starts.
 */
export async function choosePort(folder: string, remembered: number | undefined): Promise<number> {
  if (remembered !== undefined && (await isFree(remembered))) return remembered
  const first = createHash('sha256').update(folder).digest().readUInt16BE(0) % 10_000
  for (let step = 0; step < 200; step += 1) {
    const port = 20_000 + ((first + step) % 10_000)
    if (port !== remembered && (await isFree(port))) return port
  }
  return remembered ?? 20_000 + first
}
