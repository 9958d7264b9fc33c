import { statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, type OpenPageOptions } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { FOLDER, picture, takesPictures } from './pictures.ts'

const NANNING = '/pychina/nanning'
const CHANGSHA = '/dotnet-changsha/founding-2019'

interface Shot {
  name: string
  path: string
  as?: OpenPageOptions
  /** What stands at the top of the picture; the whole page's top otherwise. */
  at?: string
}

const phone: OpenPageOptions = { phone: true, deviceScaleFactor: 2 }
const shots: Shot[] = [
  { name: 'event', path: CHANGSHA },
  { name: 'schedule', path: `${NANNING}/schedule` },
  { name: 'recap-phone', path: `${NANNING}/recap`, as: { ...phone, colorScheme: 'dark' }, at: 'main h2:has-text("流水帐")' },
  { name: 'today', path: `/console${CHANGSHA}` },
  { name: 'today-phone', path: `/console${CHANGSHA}`, as: phone },
  { name: 'plan', path: `/console${CHANGSHA}/plan` },
  { name: 'introductions', path: `/console${CHANGSHA}/partners/introductions` },
  { name: 'registration', path: `/console${CHANGSHA}/registration` },
]

// Only when the README's pictures are renewed: KAICHANG_PICTURES=1 npm test -- e2e/pictures e2e/life
describe.runIf(takesPictures)('pictures for the README', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite({ examples: true, now: '2019-04-22T21:30:00+08:00' })
  })
  afterAll(() => site.close())

  test.each(shots)('$name', async ({ name, path, as = {}, at }) => {
    const { page, close } = await openPage({ ...as, reducedMotion: 'reduce' })
    if (path.startsWith('/console')) await signIn(site, page)
    site.clock.set(new Date(path.includes('nanning') ? '2019-10-30T12:00:00+08:00' : '2019-04-22T21:30:00+08:00'))
    await page.goto(site.url + path)
    if (at)
      await page
        .locator(at)
        .first()
        .evaluate((element) => element.scrollIntoView({ block: 'start' }))
    await picture(page, name)
    expect(statSync(join(FOLDER, `${name}.png`)).size).toBeLessThan(200_000)
    await close()
  })

  test('poster', async () => {
    // Its code and address are those of a public site.
    const elsewhere = await openSite({ examples: true, env: { KAICHANG_URL: 'https://kaichang.example' } })
    const answer = await fetch(`http://127.0.0.1:${elsewhere.http.port}${NANNING}/poster.png`)
    await writeFile(join(FOLDER, 'poster.png'), Buffer.from(await answer.arrayBuffer()))
    expect(statSync(join(FOLDER, 'poster.png')).size).toBeLessThan(200_000)
    await elsewhere.close()
  })
})
