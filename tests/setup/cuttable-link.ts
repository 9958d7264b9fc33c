import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A link to the database that can be cut right after a COMMIT has gone through, before its answer comes back. */
export async function cuttableLink(
  databaseUrl: string,
): Promise<{ url: string; cutAfterCommit: () => void; cuts: () => number; close: () => void }> {
  const target = new URL(databaseUrl)
  let [armed, cuts] = [false, 0]
  const sockets = new Set<Socket>()
  const proxy = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    let silent = false
    near.on('data', (data) => {
      if (armed && data.includes('commit')) {
        ;[armed, silent] = [false, true]
        cuts += 1
      }
      far.write(data)
    })
    far.on('data', (data) => {
      // The server has answered the commit: the client never hears of it.
      if (silent) near.destroy()
      else near.write(data)
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((proxy.address() as AddressInfo).port)
  url.hostname = '127.0.0.1'
  return {
    url: url.href,
    cutAfterCommit: () => (armed = true),
    cuts: () => cuts,
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}
