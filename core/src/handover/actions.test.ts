import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { createCommunity } from '#core/community/actions.ts'
import { addIntroduction, addPledge } from '#core/partners/actions.ts'
import { addBudgetLine, addTask, assignTask, openPlan, tickTask } from '#core/plan/actions.ts'
import { addHall } from '#core/programme/release.actions.ts'
import { addSession, openProgramme } from '#core/programme/actions.ts'
import { registerAttendee, openRegistration } from '#core/registration/actions.ts'
import { addVolunteer } from '#core/team/actions.ts'
import { openTeam } from '#core/team/actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { copyEvent, originOf, previewCopy } from './actions.ts'
import { scrubber } from './scrub.rules.ts'
import { openPlaces } from './shape.rules.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const at = (time: string) => new Date(`2026-12-05T${time}:00+08:00`)

/** An event in whose every text somebody's name, phone or address was written. */
async function nanning(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, {
    community,
    purpose: { zh: '请张善友来讲', en: 'Dora asked for an adorable day' },
    venueNote: { zh: '找前台 海鑫（13800138000）开门' },
    summary: { zh: '问 hx@example.org' },
  })
  const eventId = event.id
  const emcee = await addVolunteer(app.ctx, communityId, eventId, {
    name: '海鑫',
    phone: '13800138000',
    email: 'hx@example.org',
    duty: 'emcee',
  })
  const personId = (await openTeam(app.ctx, communityId, eventId)).find((v) => v.id === emcee)?.personId ?? ''
  const task = await addTask(app.ctx, communityId, eventId, {
    title: { zh: '和张善友对稿' },
    detail: { zh: '微信：zsy_2019，电话 139-1234-5678' },
    room: 'programme',
    dayOffset: -7,
  })
  await assignTask(app.ctx, communityId, eventId, task, personId)
  await tickTask(app.ctx, communityId, eventId, task)
  await addTask(app.ctx, communityId, eventId, { title: { zh: '贴海报' }, detail: {}, room: 'story', dayOffset: -2 })
  await addPledge(app.ctx, communityId, eventId, {
    name: '华邦互联',
    kinds: ['cash'],
    state: 'received',
    amountFen: 200_000,
    receivedFen: 200_000,
    url: 'https://huabang.example',
  })
  await addPledge(app.ctx, communityId, eventId, { name: '王轲', kinds: ['cash'], state: 'pledged', url: '' })
  await addPledge(app.ctx, communityId, eventId, { name: '云加', kinds: ['stream', 'venue'], state: 'received', url: '' })
  await addPledge(app.ctx, communityId, eventId, { name: '没谈成', kinds: ['gifts'], state: 'declined', url: '' })
  await addIntroduction(app.ctx, communityId, eventId, { from: { name: '李文强' }, to: { name: 'Dora' } })
  await addBudgetLine(app.ctx, communityId, eventId, {
    kind: 'expense',
    title: { zh: '茶歇（李文强垫付）' },
    plannedFen: 300_000,
    actualFen: 281_000,
  })
  const hall = await addHall(app.ctx, communityId, eventId, { name: { zh: '主会场' }, seats: 60 })
  const speaker = { personId: null, name: '张善友', affiliation: { zh: '腾讯' } }
  await addSession(app.ctx, communityId, eventId, {
    title: { zh: '海鑫开场' },
    kind: 'opening',
    startsAt: at('13:30'),
    minutes: 10,
    hallId: hall.id,
    slidesUrl: '',
    no: null,
    slug: null,
  })
  await addSession(app.ctx, communityId, eventId, {
    title: { zh: '.NET Core、容器与 Kubernetes' },
    kind: 'talk',
    startsAt: at('13:40'),
    minutes: 40,
    hallId: hall.id,
    slidesUrl: 'https://slides.example/zsy',
    speakers: [speaker],
    no: null,
    slug: null,
  })
  await openRegistration(app.ctx, communityId, eventId)
  const attendee = { name: '单雄信', phone: '13712345678', email: 'shan@example.org', locale: 'zh', consents: { registration: true } }
  return { communityId, eventId, attendee }
}

test('a copy brings tasks, open places, the shape, texts and planned money, moved to the new day', async () => {
  const from = await nanning('source')
  const { event, counts } = await copyEvent(app.ctx, from, {
    slug: 'guilin',
    name: { zh: '桂林场' },
    city: { zh: '桂林' },
    startsAt: new Date('2027-03-07T14:00:00+08:00'),
  })
  expect(counts).toEqual({ tasks: 2, partners: 3, programme: 2, texts: 3, budget: 1, tickets: 0, questions: 0, messages: 0 })
  expect(event).toMatchObject({
    slug: 'guilin',
    state: 'draft',
    name: { zh: '桂林场' },
    venue: {},
    seats: null,
    cap: 50,
    endsAt: new Date('2027-03-07T19:00:00+08:00'),
  })
  const { tasks } = await openPlan(app.ctx, event.communityId, event.id)
  expect(tasks.map((t) => [t.dayOffset, t.title.zh, t.state, t.ownerId])).toEqual([
    [-7, '和（某位）对稿', 'open', null],
    [-2, '贴海报', 'open', null],
  ])
  const pledges = await app.db
    .selectFrom('pledge')
    .select(['name', 'kinds', 'state', 'amountFen', 'receivedFen', 'url'])
    .where('eventId', '=', event.id)
    .orderBy('position')
    .execute()
  const open = { state: 'lead', amountFen: 0, receivedFen: 0, url: '' }
  expect(pledges).toEqual([
    { name: '资金 · 待找 1', kinds: ['cash'], ...open },
    { name: '资金 · 待找 2', kinds: ['cash'], ...open },
    { name: '场地、直播 · 待找', kinds: ['venue', 'stream'], ...open },
  ])
  const programme = await openProgramme(app.ctx, event.communityId, event.id)
  expect(programme.halls.map((h) => [h.name, h.seats])).toEqual([[{ zh: '主会场' }, null]])
  expect(
    programme.sessions.map((s) => [s.startsAt?.toISOString(), s.minutes, s.kind, s.title.zh, s.state, s.slidesUrl, s.speakers]),
  ).toEqual([
    ['2027-03-07T06:00:00.000Z', 10, 'opening', '（某位）开场', 'confirmed', '', []],
    ['2027-03-07T06:10:00.000Z', 40, 'talk', '议题 · 待定', 'draft', '', []],
  ])
  const budget = await app.db
    .selectFrom('budgetLine')
    .select(['title', 'plannedFen', 'actualFen'])
    .where('eventId', '=', event.id)
    .execute()
  expect(budget).toEqual([{ title: { zh: '茶歇（（某位）垫付）' }, plannedFen: 300_000, actualFen: null }])
  expect(await originOf(app.ctx, { communityId: event.communityId, eventId: event.id })).toMatchObject({
    fromName: { zh: '南宁场' },
    counts,
  })
  const kinds = async (eventId: string) =>
    (await listEntries(app.db, { communityId: from.communityId, eventId, rooms: ['handover'] })).map((e) => e.kind)
  expect([await kinds(event.id), await kinds(from.eventId)]).toEqual([['handover.received'], ['handover.given']])
})

test('no row of the copy holds a name, a phone number or an address of anybody at the source', async () => {
  const from = await nanning('private')
  await registerAttendee(app.context({ kind: 'visitor' }), from.communityId, from.eventId, from.attendee)
  const { communityId: toCommunityId } = await createCommunity(app.ctx, {
    slug: 'elsewhere',
    name: { zh: '别处' },
    about: {},
    city: {},
    site: '',
    contact: '',
    accent: '',
  })
  const { event } = await copyEvent(app.ctx, from, {
    toCommunityId,
    slug: 'copy',
    name: { zh: '别处场' },
    city: {},
    startsAt: new Date('2027-03-07T14:00:00+08:00'),
  })
  expect(event.purpose).toEqual({ zh: '请（某位）来讲', en: '(somebody) asked for an adorable day' })
  const tables = await sql<{
    table: string
  }>`select table_name as table from information_schema.columns where table_schema = 'public' and column_name = 'community_id'`.execute(
    app.db,
  )
  let text = ''
  for (const { table } of tables.rows) {
    const { rows } = await sql<{
      text: string
    }>`select row_to_json(t)::text as text from ${sql.table(table)} t where community_id = ${toCommunityId}`.execute(app.db)
    text += rows.map((row) => row.text).join('\n')
  }
  expect(text).toContain('别处场')
  const secrets = [
    '海鑫',
    '张善友',
    '李文强',
    'Dora ',
    '王轲',
    '华邦互联',
    '单雄信',
    '13800138000',
    '13712345678',
    '139-1234-5678',
    'hx@example.org',
    'shan@example.org',
    'zsy_2019',
    'slides.example',
    '腾讯',
  ]
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
})

test('only the chosen parts come along, and only for those who may give and take', async () => {
  const from = await nanning('chosen')
  const to = { slug: 'less', name: { zh: '小场' }, city: {}, startsAt: new Date('2027-03-07T14:00:00+08:00') }
  expect(await previewCopy(app.ctx, from)).toEqual({
    tasks: 2,
    partners: 3,
    programme: 2,
    texts: 3,
    budget: 1,
    tickets: 0,
    questions: 0,
    messages: 0,
  })
  const { counts, event } = await copyEvent(app.ctx, from, { ...to, parts: ['tasks'] })
  expect(counts).toEqual({ tasks: 2, partners: 0, programme: 0, texts: 0, budget: 0, tickets: 0, questions: 0, messages: 0 })
  expect([event.purpose, (await openProgramme(app.ctx, event.communityId, event.id)).sessions]).toEqual([{}, []])
  await expect(copyEvent(app.ctx, from, { ...to, slug: 'none', parts: [] })).rejects.toMatchObject({
    issues: [{ path: 'parts', code: 'handover.nothing' }],
  })
  await expect(copyEvent(app.ctx, from, to)).rejects.toMatchObject({ code: 'event.slug_taken' })
  await expect(copyEvent(app.as('editor', from.communityId), from, to)).rejects.toMatchObject({ code: 'access.denied' })
  const other = await createCommunity(app.ctx, {
    slug: 'closed',
    name: { zh: '别家' },
    about: {},
    city: {},
    site: '',
    contact: '',
    accent: '',
  })
  await expect(copyEvent(app.as('organiser', from.communityId), from, { ...to, toCommunityId: other.communityId })).rejects.toMatchObject({
    code: 'access.denied',
  })
})

test('names are taken out as whole words, the longest first', () => {
  const clean = scrubber(['王', '李文', '李文强', 'Ann', 'a.b'])
  expect(clean({ zh: '李文强和小王', en: 'Ann announced: Ann, a.b, axb' })).toEqual({
    zh: '（某位）和小王',
    en: '(somebody) announced: (somebody), (somebody), axb',
  })
})

test('places wanted more than once are numbered', () => {
  expect(
    openPlaces(
      [
        { kinds: ['cash'], state: 'received' },
        { kinds: ['venue'], state: 'lead' },
        { kinds: ['cash'], state: 'pledged' },
      ],
      'en',
    ).map((p) => p.name),
  ).toEqual(['money · wanted 1', 'venue · wanted', 'money · wanted 2'])
})
