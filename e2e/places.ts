import { signLink } from '@kaichang/core/kernel/links.ts'
import { visitor as visitorActor, type LinkPurpose } from '@kaichang/core/kernel/actor.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { openQuestions } from '@kaichang/core/registration/questions/actions.ts'
import { askAll } from '../tests/setup/questions.ts'
import { newId } from '@kaichang/core/kernel/ids.ts'
import { waitingPath } from '@kaichang/core/registration/waiting/path.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { cancelOrder, fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { setMapping, startImport } from '@kaichang/core/registration/import/actions.ts'
import { readMails, sendTest } from '@kaichang/core/registration/messages/actions.ts'
import { createSignInLink } from '@kaichang/core/people/sign-in.ts'
import type { Site } from '../tests/setup/server.ts'
import { sellingAt } from './places.selling.ts'
import { makeTickets } from '../tests/setup/tickets.ts'

/** One example event and the personal links of some of its people. */
export interface Place {
  community: string
  event: string
  /** Slugs of the talks, ids of all sessions. */
  talks: string[]
  sessions: string[]
  registration: string
  ticket: string
  volunteer: string
  partner: string
}

/** Both example events, Nanning first. */
export async function examplePlaces(site: Site): Promise<Place[]> {
  const { db, secret } = site.app
  const events = await db
    .selectFrom('event')
    .innerJoin('community', 'community.communityId', 'event.communityId')
    .select(['event.communityId', 'event.id', 'event.slug', 'community.slug as community', 'community.no'])
    .orderBy('event.startsAt', 'desc')
    .execute()
  return Promise.all(
    events.map(async ({ communityId, id, slug, community, no }) => {
      const token = (purpose: LinkPurpose, subject: { id: string; linkVersion: number } | undefined): string =>
        subject ? signLink(secret, { purpose, communityNo: no, subjectId: subject.id, version: subject.linkVersion }) : ''
      const one = (table: 'registration' | 'volunteer' | 'pledge') =>
        db
          .selectFrom(table)
          .select(['id', 'linkVersion'])
          .where('communityId', '=', communityId)
          .where('eventId', '=', id)
          .orderBy('id')
          .limit(1)
          .executeTakeFirst()
      const sessions = await db
        .selectFrom('session')
        .select(['id', 'slug', 'kind'])
        .where('communityId', '=', communityId)
        .where('eventId', '=', id)
        .orderBy('no')
        .execute()
      const lead = await db
        .selectFrom('volunteer')
        .select(['id', 'linkVersion'])
        .where('communityId', '=', communityId)
        .where('eventId', '=', id)
        .where('duty', '=', 'lead')
        .orderBy('id')
        .executeTakeFirst()
      return {
        community,
        event: slug,
        talks: sessions.filter(({ kind }) => kind === 'talk').map((talk) => talk.slug),
        sessions: sessions.map((session) => session.id),
        registration: (await one('registration'))?.id ?? '',
        ticket: token('t', await one('registration')),
        volunteer: token('v', lead),
        partner: token('p', await one('pledge')),
      }
    }),
  )
}

/** The preview of a list from elsewhere with a row of each fate. */
async function listOf(site: Site, { community, event }: Place): Promise<string> {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { event: it } = await openEvent(ctx, community, event)
  const rows = [
    '报名者姓名,手机号码,公司,审核状态,想听什么,票种',
    '一位名字特别特别长的参会者同学,13900139000,一家名字也特别特别长的软件与信息服务股份有限公司,已通过,AI,一种名字特别特别长的闭门研讨会门票',
    '重名,13900139001,甲公司,已通过,,早鸟双人联票（含午餐和纪念衫，凭学生证领取）',
    '重名,13900139002,甲公司,已通过,',
    '被截断,1.39E+10,,已通过,',
    '不来了,13900139003,,已退款,',
  ]
  const bytes = new TextEncoder().encode(rows.join('\n'))
  const id = await startImport(ctx, it.communityId, it.id, { name: '活动行导出.csv', bytes }, { source: '活动行', basis: 'ours' })
  await setMapping(ctx, it.communityId, it.id, id, ['name', 'phone', 'organisation', 'status', 'answer', 'ticket'])
  return `/console/${community}/${event}/registration/import/${id}`
}

/** The questions of an event, made once: one of each kind, one that hangs on another, the first one being edited. */
async function questionsOf(site: Site, { community, event }: Place): Promise<string> {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { event: it } = await openEvent(ctx, community, event)
  const { questions } = await openQuestions(ctx, it.communityId, it.id)
  const edited = questions[0]?.id ?? (await askAll(ctx, it.communityId, it.id))
  return `/console/${community}/${event}/registration/questions?edit=${edited}`
}

/** A mail about an event: a changed confirmation, sent as a test. */
async function mailOf(site: Site, { community, event }: Place): Promise<string> {
  const { event: it } = await openEvent(site.app.context({ kind: 'system', name: 'test' }), community, event)
  const actor = {
    ...({ kind: 'account', accountId: 'test', name: '测试', email: 'test@example.org', administrator: false } as const),
    grants: [{ communityId: it.communityId, eventId: it.id, role: 'organiser' }],
  }
  const words = { zh: { subject: '一封标题特别特别长的信：{event}', body: '{name}，您好：\n\n{ticket}' }, en: {} }
  await sendTest(site.app.context(actor), it.communityId, it.id, 'registration.ticket', words)
  const { rows } = await readMails(site.app.context(actor), it.communityId, it.id)
  return `/console/${community}/${event}/messages/mails/${rows[0]?.id ?? ''}`
}

/** Somebody with a long name who waits for six seats; the events are over, so that nobody is called. */
async function waitingAt(site: Site, { community, event }: Place): Promise<string> {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { community: of, event: it } = await openEvent(ctx, community, event)
  const row = {
    communityId: it.communityId,
    id: newId(ctx),
    eventId: it.id,
    seats: 6,
    name: '一位名字特别特别长的候补同学',
    email: 'a-very-long-address-of-somebody-who-waits@example.org',
    state: 'waiting' as const,
    joinedAt: it.createdAt,
  }
  await site.app.db.insertInto('waiting').values(row).execute()
  return waitingPath(ctx, of.no, { id: row.id, linkVersion: 1 })
}

/** An order at each of its stages, at an event with tickets of all sorts. */
async function ordersOf(site: Site, locale: 'zh' | 'en'): Promise<string[]> {
  const ctx = site.app.context(visitorActor)
  const { communityId, event, ids } = await makeTickets(site.app.context({ kind: 'system', name: 'test' }), `orders-${newKey()}`)
  const hold = (typeId: string, seats: number) => holdSeats(ctx, communityId, event.id, { lines: [{ typeId, seats }], locale })
  const filled = async (typeId: string, seats: number): Promise<string> => {
    const { path, lines } = await hold(typeId, seats)
    const name = '一位名字特别特别长的参会者同学'
    await fillOrder(ctx, path.slice('/o/'.length), {
      name,
      email: `${newKey()}@example.org`,
      phone: '',
      locale,
      consents: { registration: true },
      seats: lines.map(({ id }, n) => ({ lineId: id, name: n === 0 ? name : `同行 ${n}`, phone: '', email: '' })),
    })
    return path
  }
  const given = await hold(ids.free, 1)
  await cancelOrder(ctx, given.path.slice('/o/'.length))
  return [
    (await hold(ids.standard, 2)).path,
    await filled(ids.standard, 2),
    await filled(ids.student, 1),
    await filled(ids.free, 3),
    given.path,
  ]
}

const newKey = (): string => Math.random().toString(36).slice(2, 8)

export interface Entry {
  /** Who looks: anybody, or the organiser who is signed in. */
  as: 'visitor' | 'organiser'
  /** `language`: of the reader; an order's page speaks the order's. */
  addresses: (places: Place[], site: Site, language?: 'zh' | 'en') => string[] | Promise<string[]>
}

const visitor = (addresses: Entry['addresses']): Entry => ({ as: 'visitor', addresses })
const organiser = (addresses: Entry['addresses']): Entry => ({ as: 'organiser', addresses })
/** The same page of both events. */
const both =
  (path: (place: Place) => string): Entry['addresses'] =>
  (places) =>
    places.map(path)
const room = (path: string): Entry => organiser(both(({ community, event }) => `/console/${community}/${event}${path}`))

const eventPage = (path: string): Entry => visitor(both(({ community, event }) => `/${community}/${event}${path}`))
/** A volunteer's link opens its desks until a week after the event; the later event's still does. */
const link = (path: string): Entry => visitor((places) => places.slice(0, 1).map(({ volunteer }) => `/v/${volunteer}${path}`))

/** Every page and where it is looked at. A test holds this against the route files. */
export const pages: Record<string, Entry> = {
  '/': visitor(() => ['/']),
  '/sign-in': visitor(() => ['/sign-in', '/sign-in?next=%2Fconsole']),
  '/sign-in/link/[token]': visitor(async (_, site) => [await createSignInLink(site.app, { email: 'guest@example.org' })]),
  '/outbox': organiser(() => ['/outbox']),
  '/t/[ticket]': visitor(both(({ ticket }) => `/t/${ticket}`)),
  '/t/erased': visitor(() => ['/t/erased']),
  '/t/handed': visitor(() => ['/t/handed']),
  '/o/[order]': visitor((_, site, language) => ordersOf(site, language ?? 'zh')),
  '/p/[partner]': visitor(both(({ partner }) => `/p/${partner}`)),
  '/v/[volunteer]': visitor(both(({ volunteer }) => `/v/${volunteer}`)),
  '/v/[volunteer]/door': link('/door'),
  '/v/[volunteer]/stage': link('/stage'),
  '/v/[volunteer]/screen': link('/screen'),
  '/v/[volunteer]/timer': link('/timer'),
  '/[community]': visitor(both(({ community }) => `/${community}`)),
  '/[community]/notice': visitor(both(({ community }) => `/${community}/notice`)),
  '/[community]/[event]': eventPage(''),
  '/[community]/[event]/recap': eventPage('/recap'),
  '/[community]/[event]/register': eventPage('/register'),
  '/[community]/[event]/schedule': eventPage('/schedule'),
  '/[community]/[event]/waiting': eventPage('/waiting'),
  '/[community]/[event]/line': eventPage('/line'),
  '/w/[waiting]': visitor((places, site) => Promise.all(places.map((place) => waitingAt(site, place)))),
  '/t/[ticket]/waiting': visitor(both(({ ticket }) => `/t/${ticket}/waiting`)),
  '/[community]/[event]/talks/[talk]': visitor((places) =>
    places.flatMap(({ community, event, talks }) => talks.slice(0, 2).map((talk) => `/${community}/${event}/talks/${talk}`)),
  ),
  '/console': organiser(() => ['/console']),
  '/console/new': organiser(() => ['/console/new']),
  '/console/[community]': organiser(both(({ community }) => `/console/${community}`)),
  '/console/[community]/new': organiser(both(({ community }) => `/console/${community}/new`)),
  '/console/[community]/[event]': room(''),
  '/console/[community]/[event]/archive': room('/archive'),
  '/console/[community]/[event]/door': room('/door'),
  '/console/[community]/[event]/handover': room('/handover'),
  '/console/[community]/[event]/journal': room('/journal'),
  '/console/[community]/[event]/partners': room('/partners'),
  '/console/[community]/[event]/partners/introductions': room('/partners/introductions'),
  '/console/[community]/[event]/plan': room('/plan'),
  '/console/[community]/[event]/plan/budget': room('/plan/budget'),
  '/console/[community]/[event]/plan/dates': room('/plan/dates'),
  '/console/[community]/[event]/plan/proposals': room('/plan/proposals'),
  '/console/[community]/[event]/programme': room('/programme'),
  '/console/[community]/[event]/programme/[session]': organiser(
    both(({ community, event, sessions }) => `/console/${community}/${event}/programme/${sessions[0] ?? ''}`),
  ),
  '/console/[community]/[event]/registration': room('/registration'),
  '/console/[community]/[event]/registration/figures': room('/registration/figures'),
  '/console/[community]/[event]/registration/import': room('/registration/import'),
  '/console/[community]/[event]/registration/import/[list]': organiser(async (places, site) => {
    const lists = places.map(async (place) => {
      await sellingAt(site, place)
      const list = await listOf(site, place)
      return [list, `${list}?step=types`]
    })
    return (await Promise.all(lists)).flat()
  }),
  '/console/[community]/[event]/registration/questions': organiser((places, site) =>
    Promise.all(places.map((place) => questionsOf(site, place))),
  ),
  '/console/[community]/[event]/registration/waiting': room('/registration/waiting'),
  '/console/[community]/[event]/registration/money': room('/registration/money'),
  '/console/[community]/[event]/registration/fapiao': room('/registration/fapiao'),
  '/console/[community]/[event]/registration/tickets': organiser(async (places, site) => [
    ...(await Promise.all(places.map((place) => sellingAt(site, place)))).map(({ tickets }) => tickets),
    ...places.map(({ community, event }) => `/console/${community}/${event}/registration/tickets?add=ticket`),
  ]),
  '/console/[community]/[event]/registration/vouchers': organiser(async (places, site) =>
    (await Promise.all(places.map((place) => sellingAt(site, place)))).map(({ vouchers }) => vouchers),
  ),
  '/console/[community]/[event]/registration/orders': organiser(async (places, site) =>
    (await Promise.all(places.map((place) => sellingAt(site, place)))).map(({ orders }) => orders),
  ),
  '/console/[community]/[event]/registration/orders/[placed]': organiser(async (places, site) =>
    (await Promise.all(places.map((place) => sellingAt(site, place)))).map(({ order }) => order),
  ),
  '/console/[community]/[event]/registration/[id]': organiser(
    both(({ community, event, registration }) => `/console/${community}/${event}/registration/${registration}`),
  ),
  '/console/[community]/[event]/messages': room('/messages'),
  '/console/[community]/[event]/messages/write': organiser((places) =>
    places.flatMap(({ community, event }) => ['', '?kind=waiting'].map((query) => `/console/${community}/${event}/messages/write${query}`)),
  ),
  '/console/[community]/[event]/messages/words': room('/messages/words'),
  '/console/[community]/[event]/messages/words/[kind]': organiser(
    both(({ community, event }) => `/console/${community}/${event}/messages/words/reconfirm`),
  ),
  '/console/[community]/[event]/messages/mails': room('/messages/mails'),
  '/console/[community]/[event]/messages/mails/[mail]': organiser((places, site) =>
    Promise.all(places.map((place) => mailOf(site, place))),
  ),
  '/console/[community]/[event]/settings': room('/settings'),
  '/console/[community]/[event]/stage': room('/stage'),
  '/console/[community]/[event]/stage/screen': room('/stage/screen'),
  '/console/[community]/[event]/stage/timer': room('/stage/timer'),
  '/console/[community]/[event]/story': room('/story'),
  '/console/[community]/[event]/story/wechat': room('/story/wechat'),
  '/console/[community]/[event]/team': room('/team'),
}
