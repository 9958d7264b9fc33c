import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface CuttableLink {
  url: string
  /** Cuts it right after a COMMIT has gone through (the next, or one behind it), before its answer comes back. */
  cutAfterCommit: (behind?: number) => void
  cuts: () => number
  /** Once these words have been asked, no answer comes back until they have been asked so many times. */
  holdUntilAsked: (words: string, times: number) => void
  close: () => void
}

/** A link to the database that can be cut or hold its answers back. */
export async function cuttableLink(databaseUrl: string): Promise<CuttableLink> {
  const target = new URL(databaseUrl)
  let [words, missing] = ['', 0]
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
    let held: Buffer[] | undefined
    near.on('data', (data: Buffer) => {
      const asked = missing > 0 ? data.toString('latin1').split(words).length - 1 : 0
      if (asked > 0) {
        missing -= asked
        held ??= []
      }
      if (held && missing <= 0) {
        near.write(Buffer.concat(held))
        held = undefined
      }
      if (left >= 0 && data.includes('commit')) {
        silent = left === 0
        left -= 1
        if (silent) cuts += 1
      }
      far.write(data)
    })
    far.on('data', (data: Buffer) => {
      // The server has answered the commit: the client never hears of it.
      if (silent) near.destroy()
      else if (held) held.push(data)
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
    holdUntilAsked: (some, times) => void ([words, missing] = [some, times]),
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}
