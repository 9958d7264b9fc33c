import { createServer, type Server, type Socket } from 'node:net'
import type { Event, EventInput } from '#core/community/model.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { registerMany } from '../register.actions.ts'

/** An event on 5 December at 13:30 in Nanning whose people have registered by 20 November. */
export async function crowd(
  app: TestApp,
  people: number,
  overrides: Partial<EventInput> & { community?: string } = {},
): Promise<{ communityId: string; communitySlug: string; event: Event; tokens: string[]; ids: string[] }> {
  const made = await makeEvent(app.ctx, { cap: 5_000, seats: 5_000, ...overrides })
  const answers = await registerMany(
    app.ctx,
    made.communityId,
    made.event.id,
    Array.from({ length: people }, (_, n) => ({
      name: `参会者 ${n}`,
      email: `a${n}@example.org`,
      locale: n % 3 === 2 ? 'en' : 'zh',
      consents: { registration: true },
      at: new Date('2026-11-19T12:00:00+08:00'),
    })),
  )
  const booked = answers.flatMap((answer) => (answer.ok ? [answer] : []))
  return { ...made, tokens: booked.map(({ links }) => links.token), ids: booked.map(({ registrationId }) => registrationId) }
}

export async function open(env: Record<string, string> = {}): Promise<TestApp> {
  return testApp({ env })
}

/** Mails of an event as they were written: kind and address, in the order of addresses. */
export async function mailsOf(app: TestApp, communityId: string): Promise<{ template: string; to: string; notBefore: string | null }[]> {
  const rows = await app.db
    .selectFrom('outbox')
    .select(['template', 'toAddress', 'notBefore'])
    .where('communityId', '=', communityId)
    .orderBy('template')
    .orderBy('toAddress')
    .execute()
  return rows.map((row) => ({ template: row.template, to: row.toAddress, notBefore: row.notBefore?.toISOString() ?? null }))
}

/** An SMTP server (RFC 5321) on loopback that takes everything but what `refuse` names. */
export async function smtpServer(
  refuse: (to: string) => boolean = () => false,
): Promise<{ url: string; to: string[]; texts: string[]; close(): void }> {
  const [to, texts]: [string[], string[]] = [[], []]
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    let data: string | undefined
    let rest = ''
    let rcpt = ''
    const say = (line: string): void => void socket.write(`${line}\r\n`)
    const hear = (line: string): void => {
      if (data !== undefined) {
        if (line !== '.') return void (data += `${line}\n`)
        to.push(rcpt)
        texts.push(data)
        data = undefined
        return say('250 kept')
      }
      rcpt = /^RCPT TO:<(.+?)>/i.exec(line)?.[1] ?? rcpt
      if (/^RCPT/i.test(line) && refuse(rcpt)) return say(`550 5.1.1 <${rcpt}>: no such user`)
      if (/^DATA/i.test(line)) {
        data = ''
        return say('354 go on')
      }
      if (/^QUIT/i.test(line)) return void socket.end('221 bye\r\n')
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
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    to,
    texts,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
