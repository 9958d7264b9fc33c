import { receiveRecording } from '@kaichang/core/archive/intake.actions.ts'
import { publishRecordings } from '@kaichang/core/archive/actions.ts'
import { silentMp3 } from '@kaichang/core/archive/silence.ts'
import { createCommunity, createEvent, setEventState } from '@kaichang/core/community/actions.ts'
import { inviteMember } from '@kaichang/core/community/members.ts'
import { signLink } from '@kaichang/core/kernel/links.ts'
import type { LinkPurpose } from '@kaichang/core/kernel/actor.ts'
import { addIntroduction, addPledge } from '@kaichang/core/partners/actions.ts'
import { addBudgetLine, addNote, addTask, considerDate, writeProposal } from '@kaichang/core/plan/actions.ts'
import { addSession } from '@kaichang/core/programme/actions.ts'
import { addHall, releaseSchedule } from '@kaichang/core/programme/release.actions.ts'
import { addChannel, openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
import { addQuestion } from '@kaichang/core/registration/questions/actions.ts'
import { uploadAnswer } from '@kaichang/core/registration/questions/upload.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { addType } from '@kaichang/core/registration/types/actions.ts'
import { addQuota } from '@kaichang/core/registration/types/quota.actions.ts'
import { makeVouchers, openVouchers } from '@kaichang/core/registration/vouchers/actions.ts'
import { setMapping, startImport } from '@kaichang/core/registration/import/actions.ts'
import { writeFree } from '@kaichang/core/registration/messages/actions.ts'
import { noteFigure } from '@kaichang/core/stage/actions.ts'
import { publishArticle, saveArticle } from '@kaichang/core/story/actions.ts'
import { addVolunteer } from '@kaichang/core/team/actions.ts'
import { joinWaiting } from '@kaichang/core/registration/waiting/join.actions.ts'
import { queueMail } from '@kaichang/core/people/mail/actions.ts'
import { signInCodeMail } from '@kaichang/core/people/mail/templates.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { transact } from '@kaichang/core/store/transaction.ts'
import { eventInput } from '../../tests/setup/samples.ts'
import type { Site } from '../../tests/setup/server.ts'

/** An event with one thing of each kind in it, and the ids of all of them. */
export interface Furnished {
  community: string
  communityId: string
  event: string
  eventId: string
  ids: Record<
    | 'session'
    | 'spare'
    | 'hall'
    | 'task'
    | 'note'
    | 'proposal'
    | 'date'
    | 'line'
    | 'pledge'
    | 'contact'
    | 'introduction'
    | 'channel'
    | 'member'
    | 'registration'
    | 'seat'
    | 'door'
    | 'stage'
    | 'recording'
    | 'hidden'
    | 'person'
    | 'mail'
    | 'list'
    | 'waiting'
    | 'message'
    | 'letter'
    | 'type'
    | 'quota'
    | 'voucher'
    | 'placed'
    | 'question'
    | 'file'
    | 'handedIn',
    string
  >
  talk: string
  links: Record<'ticket' | 'order' | 'code' | 'door' | 'stage' | 'partner' | 'waiting', string>
}

/** A community with nothing in it. */
export async function foundCommunity(site: Site, slug: string): Promise<{ communityId: string; slug: string }> {
  return createCommunity(asSystem(site), { slug, name: { zh: `${slug} 社区`, en: slug } })
}

/** An event in which every room holds something; its words begin with `mark`, so that they are found where they should not be. */
export async function furnish(
  site: Site,
  of: { communityId: string; slug: string },
  slug: string,
  options: { state?: 'draft' | 'published'; mark?: string } = {},
): Promise<Furnished> {
  const ctx = asSystem(site)
  const { communityId } = of
  const mark = options.mark ?? slug
  const text = (what: string): { zh: string } => ({ zh: `${mark} ${what}` })
  const { id: eventId } = await createEvent(
    ctx,
    communityId,
    eventInput({ slug, name: text('活动'), summary: text('简介'), startsAt: new Date('2026-12-05T13:30:00+08:00') }),
  )
  const here = [communityId, eventId] as const
  const hall = await addHall(ctx, ...here, { name: text('厅'), seats: 80 })
  const session = await addSession(ctx, ...here, {
    title: text('议题'),
    abstract: text('摘要'),
    hallId: hall.id,
    startsAt: '2026-12-05T14:00:00+08:00',
    minutes: 30,
    slug: 'talk',
    no: 1,
    speakers: [{ personId: null, name: `${mark} 讲者`, affiliation: text('单位') }],
  })
  const spare = await addSession(ctx, ...here, {
    title: text('备用议题'),
    hallId: hall.id,
    startsAt: '2026-12-05T16:00:00+08:00',
    minutes: 30,
    slug: 'spare',
    no: 2,
  })
  await releaseSchedule(ctx, ...here)
  const task = await addTask(ctx, ...here, { title: text('任务'), dayOffset: -7 })
  const note = await addNote(ctx, ...here, { kind: 'decision', day: '2026-11-10', title: text('决定') })
  const proposal = await writeProposal(ctx, ...here, { title: text('策划'), howMany: 50, plannedFor: null })
  const date = await considerDate(ctx, ...here, '2026-12-12')
  const line = await addBudgetLine(ctx, ...here, { kind: 'expense', title: text('茶歇'), plannedFen: 120_000 })
  const pledge = await addPledge(ctx, ...here, { name: `${mark} 伙伴`, kinds: ['venue'], what: text('场地'), state: 'pledged' })
  await addIntroduction(ctx, ...here, { from: { name: `${mark} 甲` }, to: { name: `${mark} 乙` }, ledTo: text('结果') })
  const door = await addVolunteer(ctx, ...here, { name: `${mark} 签到`, duty: 'door' })
  const stage = await addVolunteer(ctx, ...here, { name: `${mark} 控时`, duty: 'stage' })
  await addChannel(ctx, ...here, { slug: 'entrance', name: text('渠道'), share: null })
  await noteFigure(ctx, ...here, { metric: 'head_count', platform: '', value: 12, at: '2026-11-20T10:00:00+08:00' })
  await saveArticle(ctx, ...here, { locale: 'zh', title: `${mark} 纪实`, body: `${mark} 正文` })
  const recording = await receiveRecording(ctx, ...here, { name: '261205-01-talk-140000.mp3', content: once(silentMp3(2, `${mark} 1`)) })
  const hidden = await receiveRecording(ctx, ...here, { name: '261205-02-spare-160000.mp3', content: once(silentMp3(2, `${mark} 2`)) })
  if (options.state !== 'draft') {
    await setEventState(ctx, ...here, 'published')
    await openRegistration(ctx, ...here)
    await publishArticle(ctx, ...here, { locale: 'zh' })
    await publishRecordings(ctx, ...here, { recordingIds: [recording.recordingId] })
  }
  const asked = { purpose: text('用途'), keepDays: 30 }
  const question = await addQuestion(ctx, ...here, { ...asked, key: 'note', kind: 'short', label: text('备注') })
  await addQuestion(ctx, ...here, { ...asked, key: 'card', kind: 'file', label: text('证件') })
  const file = await uploadAnswer(ctx, ...here, 'card', { name: `${mark} 证件.pdf`, bytes: Buffer.from(`%PDF-1.7 ${mark}`) })
  const phone = `138${String([...`${of.slug}${slug}`].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 100_000_000, 7)).padStart(8, '0')}`
  const ticket = await registerAttendee(ctx, ...here, {
    name: `${mark} 观众`,
    phone,
    email: `${of.slug}-${slug}@example.org`,
    answers: { note: `${mark} 回答`, card: file.id },
    consents: { registration: true },
  })
  const order = await holdSeats(ctx, ...here, { lines: [{ typeId: '', seats: 1 }] })
  const handedIn = await uploadAnswer(ctx, ...here, 'card', { name: `${mark} 证明.pdf`, bytes: Buffer.from(`%PDF-1.7 ${mark} 证明`) })
  await site.app.db
    .updateTable('answerFile')
    .set({ orderId: order.order.id })
    .where('communityId', '=', communityId)
    .where('id', '=', handedIn.id)
    .execute()
  // Nothing comes by this entrance, so that whoever comes by it waits; a draft takes nobody.
  await addChannel(ctx, ...here, { slug: 'full', name: text('满的渠道'), share: 0 })
  const waits = async (who: string) =>
    options.state === 'draft'
      ? null
      : joinWaiting(ctx, ...here, {
          name: `${mark} ${who}`,
          email: `${of.slug}-${slug}-${who}@example.org`,
          channel: 'full',
          consents: { registration: true },
        })
  const waiting = await waits('wei')
  const waitsToo = await waits('hou')
  // Hidden, so that registering stays as short as it is without types.
  const type = await addType(ctx, ...here, { kind: 'addon', name: text('衣服'), about: text('说明'), hidden: true, priceFen: 3000 })
  const quota = await addQuota(ctx, ...here, { name: text('名额'), size: 9, typeIds: [type] })
  await makeVouchers(ctx, ...here, { effect: 'percent', value: 20, ticketTypeId: type, note: `${mark} 备注`, batch: `${mark} 批次` })
  const vouchers = await openVouchers(ctx, ...here)
  await inviteMember(ctx, communityId, { email: `helper-${slug}@example.org`, role: 'viewer', eventId }, 'zh')
  const mail = await sendMail(ctx, communityId)
  const words = { zh: { subject: `${mark} 停车`, body: `${mark} 信` }, en: {} }
  // A draft writes to nobody.
  const message = options.state === 'draft' ? '' : await writeFree(ctx, ...here, words)
  const letter = await site.app.db
    .selectFrom('outbox')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst()
  const bytes = new TextEncoder().encode(`姓名,手机\n${mark} 别处报名,13900139000\n`)
  const list = await startImport(ctx, ...here, { name: 'list.csv', bytes }, { source: `${mark} 平台`, basis: 'ours' })
  await setMapping(ctx, ...here, list, ['name', 'phone'])
  const { no } = await site.app.db.selectFrom('community').select('no').where('communityId', '=', communityId).executeTakeFirstOrThrow()
  const link = (purpose: LinkPurpose, subjectId: string): string =>
    signLink(site.app.secret, { purpose, communityNo: no, subjectId, version: 1 })
  const one = async (table: 'introduction' | 'channel' | 'membership'): Promise<string> =>
    (
      await site.app.db
        .selectFrom(table)
        .select('id')
        .where('communityId', '=', communityId)
        .where('eventId', '=', eventId)
        .executeTakeFirstOrThrow()
    ).id
  const contact = await site.app.db
    .selectFrom('contact')
    .select('id')
    .where('communityId', '=', communityId)
    .where('name', '=', `${mark} 甲`)
    .executeTakeFirstOrThrow()
  return {
    community: of.slug,
    communityId,
    event: slug,
    eventId,
    talk: session.slug,
    ids: {
      session: session.id,
      spare: spare.id,
      hall: hall.id,
      task,
      note,
      proposal,
      date,
      line,
      pledge,
      contact: contact.id,
      introduction: await one('introduction'),
      channel: await one('channel'),
      member: await one('membership'),
      registration: ticket.registration.id,
      seat: order.lines[0]?.id ?? '',
      person: ticket.person.id,
      door,
      stage,
      recording: recording.recordingId,
      hidden: hidden.recordingId,
      mail,
      list,
      waiting: waitsToo?.waiting.id ?? '',
      message,
      letter: letter?.id ?? '',
      type,
      quota,
      voucher: vouchers.rows[0]?.id ?? '',
      placed: order.order.id,
      question,
      file: file.id,
      handedIn: handedIn.id,
    },
    links: {
      ticket: ticket.links.token,
      order: order.path.slice('/o/'.length),
      code: ticket.links.doorCode,
      door: link('v', door),
      stage: link('v', stage),
      partner: link('p', pledge),
      waiting: waiting?.path.slice(3) ?? '',
    },
  }
}

/** What the command line may do. */
export function asSystem(site: Site): Context {
  return site.app.context({ kind: 'system', name: 'test' })
}

function sendMail(ctx: Context, communityId: string): Promise<string> {
  const values = { code: '123456', minutes: 10, page: 'http://localhost/' }
  return transact(ctx, (tx) => queueMail(ctx, tx, { communityId, mail: signInCodeMail, values, to: 'somebody@example.org', locale: 'zh' }))
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes)
}
