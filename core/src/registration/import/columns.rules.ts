import { normaliseEmail, normalisePhone } from '#core/people/person/rules.ts'
import type { Column, Reason, Target } from './model.ts'

/** Headings as registration platforms, forms and chat lists write them, the surest first. */
const HEADINGS: Partial<Record<Target, readonly string[]>> = {
  name: [
    '姓名',
    '真实姓名',
    '报名者姓名',
    '参会人姓名',
    '参会者姓名',
    '参会人',
    '参会者',
    '报名人',
    '购票人',
    '购票人姓名',
    '联系人',
    '联系人姓名',
    '名字',
    'name',
    'fullname',
    '接龙人',
    '昵称',
    '微信昵称',
    'nickname',
  ],
  phone: [
    '手机',
    '手机号',
    '手机号码',
    '报名者手机',
    '报名者手机号',
    '参会人手机',
    '联系手机',
    '微信手机号',
    '联系电话',
    '电话',
    '电话号码',
    '联系方式',
    'mobile',
    'mobilephone',
    'phone',
    'phonenumber',
    'cellphone',
    'tel',
    'telephone',
  ],
  email: [
    '邮箱',
    '电子邮箱',
    '电子邮件',
    '邮件',
    '邮箱地址',
    '联系邮箱',
    '报名者邮箱',
    'e-mail',
    'email',
    'mail',
    'emailaddress',
    'e-mailaddress',
  ],
  organisation: [
    '公司',
    '单位',
    '所在公司',
    '所在单位',
    '工作单位',
    '公司/学校',
    '公司名称',
    '单位名称',
    '报名者公司',
    '学校',
    '组织',
    '机构',
    'organization',
    'organisation',
    'company',
    'school',
    'affiliation',
  ],
  title: ['职位', '职务', '岗位', '报名者职位', 'title', 'jobtitle', 'position'],
  wechat: ['微信', '微信号', 'wechat', 'wechatid', 'weixin'],
  ticket: ['票种', '票名', '门票', '票券名称', '门票类型', '门票名称', '票类', 'ticket', 'tickettype'],
  quantity: ['数量', '购票数量', '张数', '票数', '人数', 'quantity', 'qty'],
  order: ['订单号', '订单编号', '报名编号', '票号', '签到码', '电子票号', '序列号', '编号', 'order', 'orderid', 'ordernumber', 'code'],
  status: ['审核状态', '报名状态', '订单状态', '状态', '支付状态', 'status', 'state'],
  registeredAt: [
    '报名时间',
    '提交时间',
    '创建时间',
    '下单时间',
    '填写时间',
    '提交答卷时间',
    '接龙时间',
    'registeredat',
    'submittedat',
    'createdat',
    'time',
  ],
  paidAt: ['支付时间', '付款时间', 'paidat'],
  fee: ['金额', '实付金额', '票价', '支付金额', '订单金额', 'fee', 'price', 'amount'],
  checkedIn: ['签到状态', '是否签到', '签到时间', '核销状态', 'checkedin', 'checkin'],
  source: ['来源', '渠道', '推广渠道', '从哪里得知', '报名渠道', 'source', 'channel'],
  food: ['饮食', '忌口', '饮食禁忌', 'diet', 'food'],
  size: ['衣服尺码', 't恤尺码', '尺码', 'shirtsize', 'size'],
  remark: ['备注', '留言', '说明', 'remark', 'remarks', 'note', 'notes', 'comment'],
}

/** Columns that other software numbers lines with: nobody asked for them. */
const USELESS = new Set(['序号', 'no', 'no.', '#', 'id', '答题时长', '所用时间', '来自ip', 'ip', '提交者ip', 'ip地址'])

const known = new Map<string, { target: Target; rank: number }>(
  Object.entries(HEADINGS).flatMap(([target, words]) =>
    words.map((word, rank): [string, { target: Target; rank: number }] => [word, { target: asTarget(target), rank }]),
  ),
)

/** Words by which a question is recognised, the longest first, without those that stand in other questions. */
const parts = [...known.keys()]
  .filter(
    (word) =>
      word.length > 1 &&
      ![
        '状态',
        '时间',
        '公司',
        '学校',
        '人数',
        '组织',
        '说明',
        '手机',
        '微信',
        '邮件',
        '金额',
        '电话',
        '渠道',
        '来源',
        'id',
        'code',
        'time',
        'mail',
        'order',
        'state',
        'tel',
        'size',
        'note',
        'name',
        'title',
        'food',
        'fee',
        'source',
        'channel',
      ].includes(word),
  )
  .sort((a, b) => b.length - a.length)

function asTarget(name: string): Target {
  const target = (Object.keys(HEADINGS) as Target[]).find((one) => one === name)
  if (!target) throw new Error(`no such column: ${name}`)
  return target
}

/** A heading as it is compared: width, case, numbering (“1、” “Q3.”), stars, “(必填)”, politeness and blanks do not count. */
export function plainHeading(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[*_\s"“”'‘’]/g, '')
    .replace(/[([【](?:必填|选填|必选|单选|多选|单选题|多选题|填空题|required|optional)[)\]】]/g, '')
    .replace(/^(?:q?\d{1,3}[.、:,)]|第\d+题[.、:,]?|\(\d+\))/, '')
    .replace(/^(?:请问|请?(?:填写|输入|留下|提供))/, '')
    .replace(/^[您你]的/, '')
    .replace(/(?:是什么|是多少|是|为)?[?:。]*$/, '')
}

/** What a heading says by itself. */
export function readHeading(heading: string): { target: Target; reason: Reason; rank: number } | null {
  const plain = plainHeading(heading)
  const exact = known.get(plain)
  if (exact) return { ...exact, reason: 'heading' }
  if (plain.length > 24) return null
  const word = parts.find((one) => plain.includes(one))
  const part = word === undefined ? undefined : known.get(word)
  return part ? { target: part.target, reason: 'part', rank: 100 + part.rank } : null
}

/** How many different things a row of headings names surely; two make it the row of headings. */
export function headingsIn(cells: readonly string[]): number {
  const found = cells.flatMap((cell) => {
    const read = readHeading(cell)
    return read?.reason === 'heading' ? [read.target] : []
  })
  return new Set(found).size
}

/** Guesses what each column is. One column per meaning: the surest heading wins, the others are kept as answers. */
export function guessColumns(headings: readonly string[], rows: readonly { cells: readonly string[] }[]): Column[] {
  const read = headings.map((heading) => readHeading(heading))
  const best = new Map<Target, number>()
  read.forEach((one, at) => {
    if (!one) return
    const before = best.get(one.target)
    if (before === undefined || one.rank < (read[before]?.rank ?? Infinity)) best.set(one.target, at)
  })
  const columns = headings.map((heading, at): Column => {
    const one = read[at]
    const samples = samplesOf(rows, at)
    if (one && best.get(one.target) === at) return { heading, target: one.target, reason: one.reason, samples }
    return { heading, target: USELESS.has(plainHeading(heading)) || samples.length === 0 ? 'ignore' : 'answer', reason: 'none', samples }
  })
  for (const [target, fits] of [
    ['phone', normalisePhone],
    ['email', normaliseEmail],
  ] as const) {
    if (columns.some((column) => column.target === target)) continue
    const column = columns.find(
      (one) => one.reason === 'none' && one.samples.length > 0 && one.samples.every((value) => fits(value) !== null),
    )
    if (column) Object.assign(column, { target, reason: 'values' })
  }
  return columns
}

/** The first three different values of a column, shortened. */
function samplesOf(rows: readonly { cells: readonly string[] }[], at: number): string[] {
  const found = new Set<string>()
  for (const { cells } of rows) {
    const value = (cells[at] ?? '').trim()
    if (value !== '') found.add(value.length > 40 ? `${value.slice(0, 39)}…` : value)
    if (found.size === 3) break
  }
  return [...found]
}
