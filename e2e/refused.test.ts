import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { makeAccount } from './doors/actors.ts'
import { ask, type As } from './doors/ask.ts'
import { foundCommunity, furnish } from './doors/furnish.ts'
import { htmlTrouble } from './doors/parse.ts'

let site: Site
let owner: As
let page: Page
let close: () => Promise<void>
const dialogs: string[] = []
beforeAll(async () => {
  site = await openSite()
  const place = await furnish(site, await foundCommunity(site, 'nasty'), 'main')
  owner = await makeAccount(site, 'owner@example.org', { role: 'owner', communityId: place.communityId })
  const opened = await openPage()
  page = opened.page
  close = opened.close
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await signIn(site, page)
})
afterAll(async () => {
  await close()
  await site.close()
})

describe('what cannot be made harmless is refused', () => {
  const save = (path: string, name: string, fields: Record<string, string>): ReturnType<typeof ask> =>
    ask(site, `/console/nasty${path}?/${name}`, owner, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { accept: 'application/json' },
    })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    '//evil.example',
    'file:///etc/passwd',
    'http://',
  ])('%s as an address', async (url) => {
    const event = { slug: 'main', 'name.zh': '活动', startsAt: '2026-11-20T09:00', endsAt: '2026-11-20T22:00', retentionDays: '90' }
    const answers = await Promise.all([
      save('', 'save', { slug: 'nasty', 'name.zh': '社区', site: url }),
      save('/main/settings', 'save', { ...event, liveUrl: url }),
      save('/main/programme', 'add', { 'title.zh': '议题', kind: 'talk', language: 'zh', minutes: '5', slidesUrl: url }),
      save('/main/partners', 'add', { name: '伙伴', 'kinds[]': 'cash', state: 'talking', url }),
    ])
    expect(answers.map(({ text }) => /请填 http/.test(text))).toEqual([true, true, true, true])
  })

  test.each(['red', 'red;background:url(//evil.example)', '#12345', '</style><script>'])('%s as a colour', async (accent) => {
    const { status } = await save('', 'save', { slug: 'nasty', 'name.zh': '社区', accent })
    expect(status).toBe(422)
  })
})

test('pages of brackets, blanks and stars are answered at once', async () => {
  const slow: string[] = []
  for (const letter of ['(', ' ', '\t', '[', '<', '*', '_', '\n', '微信', 'a@', '.', '\u0301', '!['] as const) {
    const long = `x${letter.repeat(400_000 / letter.length)}x`
    const sent: [string, string, Record<string, string>, As][] = [
      ['/nasty/main/register', 'register', { name: long, phone: long, email: long, channel: long }, {}],
      ['/nasty/main/register', 'again', { phone: long, email: long }, {}],
      ['/sign-in', 'code', { email: long }, {}],
      ['/console/nasty/main/plan', 'add', { 'title.zh': long, 'detail.zh': long, due: '2026-12-01' }, owner],
      [
        '/console/nasty/main/programme',
        'add',
        { 'title.zh': long, 'abstract.zh': long, language: long, slidesUrl: long, startsAt: long },
        owner,
      ],
      ['/console/nasty/main/story', 'save', { title: long, body: long }, owner],
    ]
    for (const [path, action, fields, as] of sent) {
      const started = performance.now()
      const { status } = await ask(site, `${path}?/${action}`, as, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { accept: 'application/json' },
      })
      const seconds = (performance.now() - started) / 1000
      if (status >= 500 || seconds > 2) slow.push(`${path} ?/${action} ${JSON.stringify(letter)}: ${status} after ${seconds.toFixed(1)} s`)
    }
    const started = performance.now()
    await ask(site, '/console/nasty/main/story/preview', owner, {
      method: 'POST',
      body: letter.repeat(60_000 / letter.length),
      headers: { 'content-type': 'text/plain' },
    })
    if (performance.now() - started > 2_000) slow.push(`preview ${JSON.stringify(letter)}: ${Math.round(performance.now() - started)} ms`)
  }
  expect(slow).toEqual([])
})

describe('files', () => {
  const send = (name: string, body: string | Uint8Array<ArrayBuffer>): ReturnType<typeof ask> =>
    ask(site, `/api/v1/communities/nasty/events/main/recordings/${encodeURIComponent(name)}`, owner, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    })
  const mp3 = (inside: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(new TextEncoder().encode(`ID3\u0004\u0000\u0000\u0000\u0000\u0000\u0000${inside}`))

  test('that a browser would run are not taken', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for (const [name, body] of [
      ['a.svg', svg],
      ['a.html', '<script>alert(1)</script>'],
      ['a.mp3', svg],
      ['a.mp3.html', mp3('x')],
      ['a.xhtml', svg],
      ['a.mp3', '<!doctype html>'],
      ['a.png', svg],
      ['a.pdf', '%PDF-1.4'],
      ['a', 'x'],
      ['a.mp3\u0000.html', svg],
    ] as const) {
      const { status } = await send(name, body)
      expect([name, status]).toEqual([name, 422])
    }
  })

  test('that are two things at once are served as the harmless one, and never leave their folder', async () => {
    for (const name of [
      '261120-02-x-093000.mp3',
      '../../../../tmp/evil.mp3',
      '..\\..\\worse.mp3',
      'a"\r\nx-evil: 1\r\n.mp3',
      '<img src=x onerror=alert(1)>.mp3',
      '\u202e3pm.mp3',
    ]) {
      const sent = await send(name, mp3(`<html><script>alert(1)</script>${name}`))
      expect([name, sent.status, sent.text.slice(0, 200)]).toEqual([name, 201, sent.text.slice(0, 200)])
      const { id, name: kept }: { id: string; name: string } = JSON.parse(sent.text)
      expect(kept).not.toMatch(/[/\\\r\n\u202e]/)
      const { status, headers } = await ask(site, `/files/nasty/${id}/page.html`, owner)
      expect([status, headers.get('content-type'), headers.get('x-content-type-options'), headers.get('x-evil')]).toEqual([
        200,
        'audio/mpeg',
        'nosniff',
        null,
      ])
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/)
    }
    expect((await page.goto(`${site.url}/console/nasty/main/archive`))?.status()).toBe(200)
    expect(await htmlTrouble(page, await page.content())).toEqual([])
    expect(dialogs).toEqual([])
  })
})
