import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A link to the database that can be cut right after a COMMIT has gone through (the next, or one behind it), before its answer comes back. */
export async function cuttableLink(
  databaseUrl: string,
): Promise<{ url: string; cutAfterCommit: (behind?: number) => void; cuts: () => number; close: () => void }> {
  const target = new URL(databaseUrl)
  // How many commits until the cut; below nothing: none.
  let [left, cuts] = [-1, 0]
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
      if (left >= 0 && data.includes('commit')) {
        silent = left === 0
        left -= 1
        if (silent) cuts += 1
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
    cutAfterCommit: (behind = 0) => void (left = behind),
    cuts: () => cuts,
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}
