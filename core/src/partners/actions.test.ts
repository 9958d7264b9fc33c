import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { seenOf } from '../../../tests/setup/seen.ts'
import {
  addIntroduction,
  addPledge,
  editPledge,
  introductionGraph,
  movePledge,
  openPartnerPage,
  openPartners,
  partnerSupport,
  publicPartnersOf,
  removeIntroduction,
  renewPartnerLink,
  waitingPartners,
} from './actions.ts'
import type { PledgeInput } from './model.ts'
import { thanksFor } from './rules.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const pledge = (name: string, over: Partial<PledgeInput> = {}): PledgeInput => ({
  name,
  kinds: ['cash'],
  what: {},
  inReturn: {},
  url: '',
  ...over,
})

test('a promise is not money: only what was received counts', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'money' })
  const first = await addPledge(app.ctx, communityId, event.id, pledge('华邦互联', { state: 'pledged', amountFen: 200_000 }))
  await addPledge(app.ctx, communityId, event.id, pledge('校管家', { state: 'talking', amountFen: 100_000 }))
  expect(await partnerSupport(app.ctx, communityId, event.id)).toEqual({ promisedFen: 200_000, receivedFen: 0 })
  await movePledge(app.ctx, communityId, event.id, first, 'received')
  expect(await partnerSupport(app.ctx, communityId, event.id)).toEqual({ promisedFen: 200_000, receivedFen: 200_000 })
  expect(await waitingPartners(app.ctx, communityId, event.id)).toEqual(['校管家'])
  await expect(addPledge(app.ctx, communityId, event.id, pledge('校管家'))).rejects.toMatchObject({ code: 'partners.already' })
  await expect(openPartners(app.as('editor', communityId), communityId, event.id)).rejects.toMatchObject({ code: 'access.denied' })
})

test('the public sees who said yes, without amounts', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'public' })
  await addPledge(
    app.ctx,
    communityId,
    event.id,
    pledge('腾讯云+社区', { kinds: ['stream', 'venue'], state: 'received', what: { zh: '场地和直播' } }),
  )
  await addPledge(app.ctx, communityId, event.id, pledge('还在谈', { state: 'talking', amountFen: 5 }))
  expect(await publicPartnersOf(app.db, communityId, event.id)).toEqual([
    { name: '腾讯云+社区', kinds: ['venue', 'stream'], what: { zh: '场地和直播' }, url: '' },
  ])
})

test('two organisers save one partner: other fields merge, one field shows both', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'two' })
  const id = await addPledge(app.ctx, communityId, event.id, pledge('心莱科技'))
  await editPledge(app.ctx, communityId, event.id, id, { ...pledge('心莱科技', { kinds: ['cash', 'labour'] }), revision: 1 })
  await editPledge(app.ctx, communityId, event.id, id, { ...pledge('心莱科技', { what: { zh: '海报' } }), revision: 1 })
  expect(await openPartners(app.ctx, communityId, event.id)).toMatchObject([
    { kinds: ['cash', 'labour'], what: { zh: '海报' }, revision: 3 },
  ])
  const mine = { ...pledge('心莱科技', { kinds: ['gifts'], inReturn: { zh: '展位' } }), revision: 1 }
  const seen = await seenOf(editPledge(app.ctx, communityId, event.id, id, mine))
  expect(seen).toEqual({ revision: 3, fields: ['kinds'] })
  await editPledge(app.ctx, communityId, event.id, id, { ...mine, seen })
  expect(await openPartners(app.ctx, communityId, event.id)).toMatchObject([
    { kinds: ['gifts'], what: { zh: '海报' }, inReturn: { zh: '展位' } },
  ])
})

test('thanks are by what was given, a sentence each, hands as well as money', () => {
  const given = [
    { name: '华邦互联', kinds: ['cash'], state: 'received' },
    { name: '心莱科技', kinds: ['cash', 'labour'], state: 'received' },
    { name: '没谈成', kinds: ['cash'], state: 'declined' },
  ] as const
  const list = given.map((one) => ({ ...one, kinds: [...one.kinds] }))
  expect(thanksFor(list, 'zh').map((t) => t.text)).toEqual([
    '谢谢 华邦互联和心莱科技 出钱，让这件事办得起来。',
    '谢谢 心莱科技 出人出力，把自己的时间给了大家。',
  ])
  expect(thanksFor(list, 'en').map((t) => [t.kind, t.names])).toEqual([
    ['cash', ['华邦互联', '心莱科技']],
    ['labour', ['心莱科技']],
  ])
})

test('a personal link opens one partner’s page; altered or renewed it does not', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'links' })
  const id = await addPledge(
    app.ctx,
    communityId,
    event.id,
    pledge('冉星', { kinds: ['gifts'], state: 'received', inReturn: { zh: '口播一次' } }),
  )
  const token = (await openPartners(app.ctx, communityId, event.id))[0]?.link.replace('/p/', '') ?? ''
  const visitor = app.context({ kind: 'visitor' })
  expect((await openPartnerPage(visitor, token)).pledge).toMatchObject({ name: '冉星', inReturn: { zh: '口播一次' } })
  await expect(openPartnerPage(visitor, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).rejects.toMatchObject({
    code: 'access.link_invalid',
  })
  await renewPartnerLink(app.ctx, communityId, event.id, id)
  await expect(openPartnerPage(visitor, token)).rejects.toMatchObject({ code: 'access.link_expired' })
})

test('introductions make a graph of the community; each end is one contact however often it is named', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'chain' })
  const introduce = (from: string, to: string, kind: 'person' | 'place' = 'person') =>
    addIntroduction(app.ctx, communityId, event.id, { from: { name: from, kind }, to: { name: to }, through: {}, ledTo: {} })
  await introduce('博客园', '邹琼俊', 'place')
  app.clock.advance(1000)
  const last = await introduce('邹琼俊', '周尹')
  const graph = await introductionGraph(app.ctx, communityId)
  const name = new Map(graph.nodes.map((node) => [node.id, node.name]))
  expect(graph.nodes.map((node) => [node.name, node.kind])).toEqual([
    ['博客园', 'place'],
    ['邹琼俊', 'person'],
    ['周尹', 'person'],
  ])
  expect(graph.edges.map((edge) => [name.get(edge.fromId), name.get(edge.toId)])).toEqual([
    ['博客园', '邹琼俊'],
    ['邹琼俊', '周尹'],
  ])
  await expect(introduce('邹琼俊', '周尹')).rejects.toMatchObject({ code: 'partners.introduced_already' })
  await expect(introduce('周尹', '周尹')).rejects.toMatchObject({ code: 'partners.introduced_self' })
  await removeIntroduction(app.ctx, communityId, event.id, last)
  expect((await introductionGraph(app.ctx, communityId)).nodes.map((node) => node.name)).toEqual(['博客园', '邹琼俊'])
})

test('neither another community’s contact nor another event’s introduction is within reach', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'reach' })
  const { event: sister } = await makeEvent(app.ctx, { community: 'reach-sister' })
  await addIntroduction(app.ctx, sister.communityId, sister.id, { from: { name: '甲' }, to: { name: '乙' } })
  const foreign = (await introductionGraph(app.ctx, sister.communityId)).nodes[0]?.id ?? null
  const id = await addPledge(app.ctx, communityId, event.id, pledge('校管家'))
  await expect(addPledge(app.ctx, communityId, event.id, pledge('新来的', { contactId: foreign }))).rejects.toMatchObject({
    code: 'thing.not_found',
  })
  await expect(editPledge(app.ctx, communityId, event.id, id, pledge('校管家', { contactId: foreign }))).rejects.toMatchObject({
    code: 'thing.not_found',
  })
  const introduction = await addIntroduction(app.ctx, communityId, null, { from: { name: '丙' }, to: { name: '丁' } })
  const here = app.as('treasurer', communityId, event.id)
  await expect(removeIntroduction(here, communityId, event.id, introduction)).rejects.toMatchObject({ code: 'thing.not_found' })
  await removeIntroduction(app.as('treasurer', communityId), communityId, event.id, introduction)
  expect((await introductionGraph(app.ctx, communityId)).edges).toEqual([])
})

test('two people note the same introduction at once: one of them is told', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'at-once' })
  const note = () => addIntroduction(app.ctx, communityId, event.id, { from: { name: '甲' }, to: { name: '乙' } })
  const outcomes = await Promise.allSettled([note(), note(), note()])
  expect(outcomes.filter((one) => one.status === 'fulfilled').length).toBe(1)
  for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'partners.introduced_already' })
  expect((await introductionGraph(app.ctx, communityId)).nodes.length).toBe(2)
})
