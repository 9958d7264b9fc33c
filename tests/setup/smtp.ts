import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A small SMTP server (RFC 5321) on loopback: keeps what it is given; `refuse` answers RCPT. */
export async function smtpServer(
  refuse: (address: string) => string | undefined = () => undefined,
): Promise<{ url: string; mails: { to: string[]; data: string }[]; close(): void }> {
  const mails: { to: string[]; data: string }[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    let to: string[] = []
    let data: string | undefined
    let rest = ''
    const say = (line: string) => void socket.write(`${line}\r\n`)
    const hear = (line: string): void => {
      if (data !== undefined) {
        if (line !== '.') return void (data += `${line.replace(/^\./, '')}\n`)
        mails.push({ to, data })
        data = undefined
        to = []
        return say('250 kept')
      }
      const rcpt = /^RCPT TO:<(.+?)>/i.exec(line)?.[1]
      if (rcpt !== undefined) {
        const refusal = refuse(rcpt)
        if (refusal === undefined) to.push(rcpt)
        return say(refusal ?? '250 ok')
      }
      if (/^DATA/i.test(line)) {
        data = ''
        return say('354 go on')
      }
      if (/^QUIT/i.test(line)) return void socket.end('221 bye\r\n')
      if (/^RSET/i.test(line)) to = []
      say('250 ok')
    }
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n')
      rest = lines.pop() ?? ''
      lines.forEach(hear)
    })
    say('220 loopback')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
