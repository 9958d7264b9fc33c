import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { queueMail } from '../mail/actions.ts'
import { listOutbox } from '../mail/store.ts'
import { defineMail } from '../mail/templates.ts'
import { createPerson, editPerson, erasePerson, exportPerson, findOrCreatePerson } from './actions.ts'
import { giveConsent, listHeldConsents, withdrawConsent } from './consent.ts'
import { findPeopleByContact, findPerson, listContactPoints, listPeopleByIds } from './store.ts'

const here = '11111111-1111-7111-8111-111111111111'
const elsewhere = '22222222-2222-7222-8222-222222222222'
let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

const act = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => transact(app.ctx, work)
const yao = {
  name: '黄峣',
  displayName: 'Yao 👩‍💻',
  phone: '138-0013-8000 (微信同号)',
  email: 'Yao@Example.org',
  affiliation: { zh: '南宁' },
}

test('keeps a person with normal contacts, initials and an emoji in the display name', async () => {
  const made = await act((tx) => createPerson(app.ctx, tx, here, yao))
  expect(await findPerson(app.db, here, made.id)).toEqual({
    communityId: here,
    id: made.id,
    name: '黄峣',
    displayName: 'Yao 👩‍💻',
    about: {},
    affiliation: { zh: '南宁' },
    pinyin: 'huangyao',
    initials: 'hy',
    accountId: null,
    linkVersion: 1,
    createdAt: app.clock.now(),
    erasedAt: null,
  })
  const points = await listContactPoints(app.db, here, [made.id])
  expect(points.map(({ kind, value }) => [kind, value])).toEqual([
    ['phone', '+8613800138000'],
    ['email', 'yao@example.org'],
  ])
  expect(await listPeopleByIds(app.db, elsewhere, [made.id])).toEqual([])
  expect(await findPeopleByContact(app.db, elsewhere, 'phone', '+8613800138000')).toEqual([])
})

test.each([
  [{ name: '' }, [{ path: 'name', code: 'field.required' }]],
  [{ name: 'x'.repeat(500) }, [{ path: 'name', code: 'field.too_long', params: { maximum: 60 } }]],
  [{ name: '\u202e\u200b ' }, [{ path: 'name', code: 'field.required' }]],
  [
    { name: '黄峣', phone: '12345', email: 'yao' },
    [
      { path: 'phone', code: 'field.phone' },
      { path: 'email', code: 'field.email' },
    ],
  ],
])('says field by field what is wrong with %j', async (input, issues) => {
  await expect(act((tx) => createPerson(app.ctx, tx, here, input))).rejects.toMatchObject({ code: 'input.invalid', issues })
})

test('keeps formulas, markup and direction marks of a name as harmless text', async () => {
  const made = await act((tx) => createPerson(app.ctx, tx, here, { name: '=HYPERLINK("x") <script>\u202egpj' }))
  expect((await findPerson(app.db, here, made.id))?.name).toBe('=HYPERLINK("x") <script>gpj')
})

test('finds the same person again, and companions on one phone as two', async () => {
  const community = '33333333-3333-7333-8333-333333333333'
  const find = (input: Parameters<typeof findOrCreatePerson>[3], trusted: boolean) =>
    act((tx) => findOrCreatePerson(app.ctx, tx, community, input, { trusted }))
  const first = await find(yao, false)
  const again = await find({ name: '黄 峣', phone: '+86 138 0013 8000' }, false)
  const companion = await find({ name: '李四', phone: '13800138000' }, false)
  expect([first.created, again.created, companion.created]).toEqual([true, false, true])
  expect(again.person.id).toBe(first.person.id)

  const stranger = await find({ name: '黄峣', phone: '13800138000', email: 'stranger@example.org' }, false)
  expect(stranger.created).toBe(true)
  expect((await listContactPoints(app.db, community, [first.person.id])).map((p) => p.value)).toEqual(['+8613800138000', 'yao@example.org'])

  const imported = await find({ name: '黄峣', email: 'yao@example.org', wechat: 'yao_wx' }, true)
  expect([imported.created, imported.person.id]).toEqual([false, first.person.id])
  expect((await listContactPoints(app.db, community, [first.person.id])).map((p) => p.kind)).toEqual(['wechat', 'phone', 'email'])
})

test('changes a person and tells the journal which fields, never what was in them', async () => {
  const community = '44444444-4444-7444-8444-444444444444'
  const made = await act((tx) => createPerson(app.ctx, tx, community, yao))
  await act((tx) => editPerson(app.ctx, tx, community, made.id, { ...yao, name: '黄小峣', email: '' }))
  expect(await findPerson(app.db, community, made.id)).toMatchObject({ name: '黄小峣', initials: 'hxy', displayName: 'Yao 👩‍💻' })
  expect((await listContactPoints(app.db, community, [made.id])).map((p) => p.kind)).toEqual(['phone'])
  await act((tx) => editPerson(app.ctx, tx, community, made.id, { ...yao, name: '黄小峣', email: '' }))
  const entries = await listEntries(app.db, { communityId: community })
  expect(entries.map(({ kind, facts, subjectId }) => [kind, facts, subjectId])).toEqual([
    ['people.changed', { fields: ['name', 'email'] }, made.id],
  ])
})

test('keeps each consent with its version, and takes it back', async () => {
  const made = await act((tx) => createPerson(app.ctx, tx, here, { name: '同意者' }))
  const place = { communityId: here, personId: made.id, eventId: null }
  await act((tx) => giveConsent(app.ctx, tx, place, ['registration', 'photos'], '1'))
  await act((tx) => giveConsent(app.ctx, tx, place, ['registration'], '1'))
  await act((tx) => giveConsent(app.ctx, tx, place, ['registration'], '2'))
  const held = async () => (await listHeldConsents(app.db, place)).map((one) => `${one.purpose} ${one.noticeVersion}`).sort()
  expect(await held()).toEqual(['photos 1', 'registration 1', 'registration 2'])
  await act((tx) => withdrawConsent(app.ctx, tx, place, 'photos'))
  await act((tx) => withdrawConsent(app.ctx, tx, place, 'photos'))
  expect(await held()).toEqual(['registration 1', 'registration 2'])
  const entries = await listEntries(app.db, { communityId: here, kinds: ['people.consent_withdrawn'] })
  expect(entries.map((entry) => entry.facts)).toEqual([{ purposes: ['photos'] }])
})

test('gives a copy of what is held, and erases it all but the row and the journal', async () => {
  const community = '55555555-5555-7555-8555-555555555555'
  const mail = defineMail({ name: 'test.hello', zh: { subject: '你好', body: '{name}' }, en: { subject: 'Hello', body: '{name}' } })
  const write = (to: string) =>
    act((tx) => queueMail(app.ctx, tx, { communityId: community, mail, values: { name: '黄峣' }, to, locale: 'zh' }))
  const made = await act((tx) => createPerson(app.ctx, tx, community, yao))
  const shared = await act((tx) => createPerson(app.ctx, tx, community, { name: '李四', email: 'shared@example.org' }))
  const other = await act((tx) => createPerson(app.ctx, tx, community, { name: '王五', email: 'shared@example.org' }))
  await act((tx) => giveConsent(app.ctx, tx, { communityId: community, personId: made.id, eventId: null }, ['registration'], '1'))
  await write('yao@example.org')
  await write('shared@example.org')

  const copy = await act((tx) => exportPerson(app.ctx, tx, community, made.id))
  expect([
    copy.person.name,
    copy.contacts.map((c) => c.value),
    copy.consents.map((c) => c.purpose),
    copy.mails.map((m) => m.subject),
  ]).toEqual(['黄峣', ['+8613800138000', 'yao@example.org'], ['registration'], ['你好']])

  for (const id of [made.id, made.id, shared.id]) await act((tx) => erasePerson(app.ctx, tx, community, id))
  expect(await findPerson(app.db, community, made.id)).toMatchObject({
    name: '',
    displayName: '',
    affiliation: {},
    pinyin: '',
    initials: '',
    linkVersion: 2,
    erasedAt: app.clock.now(),
  })
  expect(await listContactPoints(app.db, community, [made.id])).toEqual([])
  expect((await listOutbox(app.db, { communityId: community })).map((m) => m.toAddress)).toEqual(['shared@example.org'])
  await expect(act((tx) => exportPerson(app.ctx, tx, community, made.id))).rejects.toMatchObject({ code: 'thing.not_found' })
  const entries = await listEntries(app.db, { communityId: community })
  expect(entries.map((entry) => entry.kind)).toEqual(['people.exported', 'people.erased', 'people.erased'])
  expect(JSON.stringify(entries)).not.toMatch(/黄峣|yao@|138/)
  expect(other.name).toBe('王五')
})
