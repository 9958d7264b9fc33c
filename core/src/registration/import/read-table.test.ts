import { describe, expect, test } from 'vitest'
import { guessColumns, plainHeading } from './columns.rules.ts'
import { readTable } from './read-table.ts'
import { readRow } from './row.rules.ts'
import { readMoment, serialMoment } from './serial.ts'
import { makeXlsx, makeZip } from './xlsx.testing.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'))
const code = (name: string) => expect.objectContaining({ code: `registration.${name}` })
/** A table's rows as they are understood. */
async function understood(bytes: Uint8Array) {
  const table = await readTable(bytes)
  const columns = guessColumns(table.headings, table.rows)
  return { table, columns, rows: table.rows.map((row) => readRow({ ...row, hash: '' }, columns, 'Asia/Shanghai')) }
}

describe('separated text', () => {
  test('UTF-8 with and without a mark, commas, Windows line ends', async () => {
    const plain = '姓名,手机号\r\n张三,13800138000\r\n'
    const marked = await readTable(utf8(`\ufeff${plain}`))
    expect(marked).toEqual({
      format: 'csv',
      encoding: 'utf-8',
      headerLine: 1,
      headings: ['姓名', '手机号'],
      rows: [{ line: 2, cells: ['张三', '13800138000'] }],
    })
    expect(await readTable(utf8(plain))).toEqual(marked)
  })

  test('GB18030, as Chinese Excel writes it', async () => {
    // 姓名,手机 / 张三,13800138000 / 镕㙍 with a four-byte letter
    const table = await readTable(
      hex('d0d5 c3fb 2c ca d6 bb fa 0d0a d5 c5 c8 fd 2c 3133383030313338303030 0a e9468230ab33 2c 3133383030313338303031'),
    )
    expect(table.encoding).toBe('gb18030')
    expect(table.headings).toEqual(['姓名', '手机'])
    expect(table.rows[0]).toEqual({ line: 2, cells: ['张三', '13800138000'] })
    expect(table.rows[1]?.cells[0]).toBe('镕㙍')
  })

  test('UTF-16 with a mark, as “Unicode text”', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('姓名\t手机\r\n张三\t13800138000\r\n', 'utf16le')])
    expect((await readTable(bytes)).rows).toEqual([{ line: 2, cells: ['张三', '13800138000'] }])
  })

  test.each([['\t'], [';'], ['，'], ['|']])('cells parted by %j, also when commas stand in them', async (sign) => {
    const table = await readTable(
      utf8(`姓名${sign}手机${sign}备注\n张三${sign}13800138000${sign}素食,谢谢,好\n李四${sign}13800138001${sign}\n`),
    )
    expect(table.headings).toEqual(['姓名', '手机', '备注'])
    expect(table.rows.map((row) => row.cells)).toEqual([
      ['张三', '13800138000', '素食,谢谢,好'],
      ['李四', '13800138001', ''],
    ])
  })

  test('quoted cells with line breaks, quotes and commas keep the file’s lines', async () => {
    const table = await readTable(utf8('姓名,手机,备注\n张三,13800138000,"第一行\n第二行,""引号"""\n李四,13800138001,好\n'))
    expect(table.rows).toEqual([
      { line: 2, cells: ['张三', '13800138000', '第一行\n第二行,"引号"'] },
      { line: 4, cells: ['李四', '13800138001', '好'] },
    ])
  })

  test('merged titles, notes and blank lines above the headings, and headings printed once more', async () => {
    const table = await readTable(
      utf8('2026 南宁场报名表,,\n,,\n导出时间：,2026-11-01,\n姓名,手机,公司\n张三,13800138000,甲\n姓名,手机,公司\n\n李四,13800138001,乙\n'),
    )
    expect(table.headerLine).toBe(4)
    expect(table.rows.map((row) => [row.line, row.cells[0]])).toEqual([
      [5, '张三'],
      [8, '李四'],
    ])
  })

  test('headings that nobody knows: the first row with two cells is taken for them', async () => {
    expect((await readTable(utf8('甲列,乙列\n张三,1\n'))).headings).toEqual(['甲列', '乙列'])
  })

  test('a quote that is never closed, an empty file, only headings', async () => {
    await expect(readTable(utf8('姓名,手机\n"张三,13800138000\n'))).rejects.toEqual(code('list_broken'))
    await expect(readTable(utf8(''))).rejects.toEqual(code('list_empty'))
    await expect(readTable(utf8('姓名,手机\n'))).rejects.toEqual(code('list_empty'))
  })

  test('old Excel, a web page called .xls, a picture, a file that is too large', async () => {
    await expect(readTable(hex('d0cf11e0a1b11ae1'))).rejects.toEqual(code('list_old_excel'))
    await expect(readTable(utf8('<html><table><tr><td>姓名</td></tr></table>'))).rejects.toEqual(code('list_old_excel'))
    await expect(readTable(hex('89504e470d0a1a0a 00000000'))).rejects.toEqual(code('list_format'))
    await expect(readTable(new Uint8Array(20_000_001))).rejects.toEqual(code('list_too_large'))
  })

  test('more rows than are taken at once', async () => {
    await expect(readTable(utf8(`姓名,手机\n${'张三,13800138000\n李四,1\n'.repeat(25_001)}`))).rejects.toEqual(code('list_too_many'))
  })
})

describe('workbooks', () => {
  test('shared strings with readings, numbers written by powers of ten, dates, gaps and a title row', async () => {
    const { table, rows } = await understood(
      makeXlsx([
        [
          ['南宁场 & 名单'],
          ['姓名', '手机号', null, '提交时间'],
          ['张三', 13800138000, null, { date: 46328.84375 }],
          [null, null, null, null],
          ['李<四>', '13800138001', null, { date: 46329 }],
        ],
      ]),
    )
    expect(table).toMatchObject({ format: 'xlsx', headerLine: 2, headings: ['姓名', '手机号', '#3', '提交时间'] })
    expect(table.rows.map((row) => [row.line, ...row.cells])).toEqual([
      [3, '张三', '13800138000', '', '2026-11-02 20:15:00'],
      [5, '李<四>', '13800138001', '', '2026-11-03 00:00:00'],
    ])
    expect(rows.map((row) => [row.name, row.phone, row.registeredAt?.toISOString()])).toEqual([
      ['张三', '+8613800138000', '2026-11-02T12:15:00.000Z'],
      ['李<四>', '+8613800138001', '2026-11-02T16:00:00.000Z'],
    ])
  })

  test('a cover before the list, and the other calendar', async () => {
    const { rows } = await understood(
      makeXlsx(
        [
          [['说明'], ['请勿外传']],
          [
            ['姓名', '手机', '报名时间'],
            ['张三', '13800138000', { date: 44866.5 }],
          ],
        ],
        { date1904: true },
      ),
    )
    expect(rows[0]).toMatchObject({ name: '张三', registeredAt: new Date('2026-11-02T12:00:00+08:00') })
  })

  test('a zip that unfolds enormously is refused, also when it lies about its size', async () => {
    const zeros = Buffer.alloc(5_000_000, 0x20)
    const bomb = makeZip({ 'xl/workbook.xml': zeros }, 210_000_000)
    expect(bomb.length).toBeLessThan(10_000)
    await expect(readTable(bomb)).rejects.toEqual(code('list_bomb'))
    await expect(readTable(makeZip({ 'xl/workbook.xml': zeros }, 1_000))).rejects.toEqual(code('list_format'))
  })

  test('a zip that is no workbook, a cut one, names that climb out of the folder', async () => {
    await expect(readTable(makeZip({ 'a.txt': '姓名' }))).rejects.toEqual(code('list_empty'))
    await expect(
      readTable(
        makeXlsx([
          [
            ['姓名', '手机'],
            ['张三', '1'],
          ],
        ]).subarray(0, 200),
      ),
    ).rejects.toEqual(code('list_format'))
    await expect(readTable(makeZip({ '../../etc/x': '姓名' }))).rejects.toEqual(code('list_format'))
  })

  test('entities of a document type are not unfolded', async () => {
    const evil = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    await expect(readTable(makeZip({ 'xl/workbook.xml': evil }))).rejects.toEqual(code('list_format'))
  })
})

describe('columns', () => {
  test.each([
    ['1、您的姓名', '姓名'],
    ['Q3. 手机号码（必填）', '手机号码'],
    ['*公司/学校', '公司/学校'],
    ['请填写您的邮箱：', '您的邮箱'],
    ['Ｅ-ｍａｉｌ', 'e-mail'],
  ])('%s is compared as %s', (heading, plain) => expect(plainHeading(heading).replace(/^您的/, '')).toBe(plain.replace(/^您的/, '')))

  test('the headings of a registration platform', () => {
    const guessed = guessColumns(
      [
        '报名者姓名',
        '报名者手机',
        '报名者公司',
        '报名者职位',
        '审核状态',
        '签到状态',
        '票种',
        '购票数量',
        '订单号',
        '报名时间',
        '您最想听的话题',
      ],
      [{ cells: ['张三', '138', '甲', '工程师', '已通过', '未签到', '普通', '1', 'A1', '2026-11-01', 'Rust'] }],
    )
    expect(guessed.map((column) => column.target)).toEqual([
      'name',
      'phone',
      'organisation',
      'title',
      'status',
      'checkedIn',
      'ticket',
      'quantity',
      'order',
      'registeredAt',
      'answer',
    ])
    expect(guessed.every((column) => column.reason === (column.target === 'answer' ? 'none' : 'heading'))).toBe(true)
    expect(guessed[10]?.samples).toEqual(['Rust'])
  })

  test('questions of a form, the surest of two alike, a fallback, a column known by its values', () => {
    const of = (headings: string[], cells: string[]) => guessColumns(headings, [{ cells }]).map((column) => [column.target, column.reason])
    expect(
      of(['序号', '昵称', '1、您的姓名', '2、您的手机号是？', '3、参会人的电子邮箱地址'], ['1', '小三', '张三', '138', 'x@y.z']),
    ).toEqual([
      ['ignore', 'none'],
      ['answer', 'none'],
      ['name', 'heading'],
      ['phone', 'heading'],
      ['email', 'part'],
    ])
    expect(of(['昵称', '怎么找到你'], ['小三', '13800138000'])).toEqual([
      ['name', 'heading'],
      ['phone', 'values'],
    ])
  })
})

describe('rows', () => {
  const read = async (line: string, head = '姓名,手机,邮箱,状态,数量,备注') => (await understood(utf8(`${head}\n${line}\n`))).rows[0]

  test('full-width digits, an apostrophe, a tab and notes in a phone number', async () => {
    for (const typed of ['１３８００１３８０００', "'13800138000", '"\t13800138000"', '+86 138-0013-8000（微信同号）', '’13800138000'])
      expect(await read(`张三,${typed}`)).toMatchObject({ phone: '+8613800138000', refused: '' })
  })

  test('a phone number that was cut to a power of ten is refused, with or without an address', async () => {
    expect(await read('张三,1.38E+10')).toMatchObject({ refused: 'cut_phone' })
    expect(await read('张三,1.3800138e10,x@example.org')).toMatchObject({ refused: 'cut_phone' })
  })

  test('no name, no contact, contacts that are none, and one good contact beside a bad one', async () => {
    expect(await read(',13800138000')).toMatchObject({ refused: 'no_name' })
    expect(await read('张三')).toMatchObject({ refused: 'no_contact' })
    expect(await read('张三,12345')).toMatchObject({ refused: 'bad_phone' })
    expect(await read('张三,,没有')).toMatchObject({ refused: 'bad_email' })
    expect(await read('张三,12345,X@Example.org')).toMatchObject({
      refused: '',
      phone: '',
      email: 'x@example.org',
      answers: { 手机: '12345' },
      note: 'phone_as_typed',
    })
    expect(await read('张三,13800138000,没有')).toMatchObject({ refused: '', email: '', note: 'email_as_typed' })
    expect(await read(`${'长'.repeat(61)},13800138000`)).toMatchObject({ refused: 'long_name' })
  })

  test.each([
    ['已通过', ''],
    ['已支付', ''],
    ['', ''],
    ['已取消', 'status_off'],
    ['已退款', 'status_off'],
    ['未通过', 'status_off'],
    ['待审核', 'status_waiting'],
    ['未支付', 'status_waiting'],
    ['Refunded', 'status_off'],
  ])('status %s', async (status, refused) => expect(await read(`张三,13800138000,,${status}`)).toMatchObject({ refused }))

  test('several tickets are noted, other columns are kept as answers', async () => {
    expect(await read('张三,13800138000,,已通过,3,素食')).toMatchObject({
      note: 'several_tickets',
      answers: { 状态: '已通过', 数量: '3', 备注: '素食' },
    })
  })

  test.each([
    ['2026-11-02 20:15', '2026-11-02T12:15:00.000Z'],
    ['2026/11/2', '2026-11-01T16:00:00.000Z'],
    ['2026年11月2日 20:15:30', '2026-11-02T12:15:30.000Z'],
    ['46328.84375', '2026-11-02T12:15:00.000Z'],
  ])('moment %s', (typed, iso) => expect(readMoment(typed, 'Asia/Shanghai')?.toISOString()).toBe(iso))
  test.each([['昨天'], ['2026-02-31'], ['12'], ['']])('no moment: %s', (typed) => expect(readMoment(typed, 'Asia/Shanghai')).toBeNull())
  test('day numbers of spreadsheets', () =>
    expect([serialMoment(1), serialMoment(61), serialMoment(46328.5), serialMoment(0)]).toEqual([
      '1900-01-01 00:00:00',
      '1900-03-01 00:00:00',
      '2026-11-02 12:00:00',
      null,
    ]))
})
