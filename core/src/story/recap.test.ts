import { expect, test } from 'vitest'
import type { RecapFacts, RecapItem } from './recap.model.ts'
import { writeRecap } from './recap.ts'

const at = (time: string): Date => new Date(`2019-10-26T${time}+08:00`)
const item = (more: Partial<RecapItem>): RecapItem => ({
  title: {},
  href: '',
  at: null,
  speakers: [],
  overrunSeconds: null,
  slidesUrl: '',
  note: {},
  recordings: [],
  kind: 'talk',
  ...more,
})
const bare: RecapFacts = {
  name: { zh: 'PyCon China 2019 南宁场', en: 'PyCon China 2019, Nanning' },
  city: { zh: '南宁', en: 'Nanning' },
  venue: { zh: '赞助商的会议室' },
  venueNote: {},
  purpose: {},
  startsAt: at('13:30:00'),
  endsAt: at('18:30:00'),
  timeZone: 'Asia/Shanghai',
  road: [],
  items: [],
  dropped: [],
  registered: 0,
  cancelled: 0,
  channels: [],
  came: 0,
  halves: [],
  figures: [],
  recordings: 0,
  partners: [],
  helpers: [],
  next: [],
}
const full: RecapFacts = {
  ...bare,
  venueNote: { zh: '房间不大，设备很好', en: 'Not large, well equipped' },
  purpose: { zh: '让南宁的程序员认识彼此' },
  road: [
    { day: '2018-07-15', text: { zh: '原定办「一」，后来搁置', en: 'shelved' } },
    { day: '2019-10-01', text: { zh: '碰头', en: 'Meeting' } },
  ],
  items: [
    item({
      title: { zh: '暖场' },
      at: at('13:38:49'),
      kind: 'warm-up',
      recordings: [{ name: '191026-00-start-133849.MP3', href: '/files/pychina/a/191026-00-start-133849.MP3' }],
    }),
    item({ title: { zh: '主持人开场' }, at: at('13:57:16'), kind: 'opening', speakers: [{ name: 'river', affiliation: {} }] }),
    item({
      title: { zh: '高龄程序猿自救指北' },
      at: at('15:59:08'),
      href: '/pychina/nanning/talks/self-rescue',
      overrunSeconds: 402,
      slidesUrl: 'https://slides.101.camp/pycon19nn.html#/title-slide',
      speakers: [{ name: '大妈 (Zoom.Quiet)', affiliation: {} }],
      recordings: [{ name: '191026-08-101camp-155908.MP3', href: '/files/pychina/b/x.MP3' }],
      note: { zh: '面向 *睡后收入* 而实践' },
    }),
    item({
      title: { zh: '闪电演讲' },
      kind: 'lightning',
      speakers: [{ name: '沈崴', affiliation: { zh: '湖州迅普信息技术有限公司执行董事' } }],
      overrunSeconds: -420,
    }),
  ],
  dropped: [{ title: { zh: '圆桌' }, why: 'skipped' }],
  registered: 1400,
  cancelled: 3,
  channels: [
    { name: { zh: '社区' }, registered: 1000 },
    { name: null, registered: 400 },
  ],
  came: 857,
  halves: [
    { list: 'morning', came: 857 },
    { list: 'afternoon', came: 600 },
  ],
  figures: [
    { what: { zh: '直播点击', en: 'stream clicks' }, metric: 'stream_clicks', platform: '思否', value: 1000, at: at('18:00:00') },
    { what: { zh: '现场人数', en: 'heads in the hall' }, metric: 'head_count', platform: '', value: 240, at: at('14:30:00') },
  ],
  recordings: 2,
  partners: [
    { name: '华邦互联', kinds: ['cash'], what: {} },
    { name: '心莱科技', kinds: ['cash', 'labour'], what: { zh: '设计海报' } },
    { name: 'Azure', kinds: ['venue', 'cash'], what: {} },
  ],
  helpers: [
    { duty: 'emcee', names: ['river'] },
    { duty: 'door', names: ['小王', '小李'] },
  ],
  next: [
    { text: { zh: '每月聚一次', en: 'Meet every month' }, href: '' },
    { text: { zh: '下一场：柳州场', en: 'Next: Liuzhou' }, href: '/pychina/liuzhou' },
  ],
}

test('a whole event as its organisers would tell it', () => {
  expect(writeRecap(full, 'zh')).toEqual({
    title: 'PyCon China 2019 南宁场纪实',
    body: `2019年10月26日（周六），PyCon China 2019 南宁场在南宁赞助商的会议室办成了。房间不大，设备很好。

当初写下的目的：让南宁的程序员认识彼此。

## 怎么走到这一天

- **2018年7月15日** 原定办「一」，后来搁置
- **10月1日** 碰头

## 流水帐

按时间先后，当天的每一项都记在这里。

- **13:38** 暖场
    - 录音：[191026-00-start-133849.MP3]
- **13:57** 主持人开场
    - river
- **15:59** [高龄程序猿自救指北](/pychina/nanning/talks/self-rescue)
    - 大妈 (Zoom.Quiet)
    - **超时 6 分 42 秒**
    - 面向 \\*睡后收入\\* 而实践
    - [幻灯片](https://slides.101.camp/pycon19nn.html#/title-slide)
    - 录音：[191026-08-101camp-155908.MP3]
- 闪电演讲
    - 沈崴，湖州迅普信息技术有限公司执行董事
    - 提前 7 分讲完

「圆桌」排了，当天没有讲。

## 数字

- 报名 **1,400** 人：社区 1,000 人，活动页 400 人，另有 3 人取消
- 到场 **857** 人，占报名的 61%：上午 857 人，下午 600 人
- 思否 直播点击 **1,000**
- 14:30 现场数到 240 人
- 2 场分享，2 位讲师
- 公开录音 2 段
- 志愿者 3 位

## 谢谢

- 谢谢 华邦互联、心莱科技和Azure 出钱，让这件事办得起来。
- 谢谢 Azure 给了我们一个地方。
- 谢谢 心莱科技（设计海报） 出人出力，把自己的时间给了大家。
- 志愿者：主持 river；签到 小王、小李。

## 接下来

- 每月聚一次
- [下一场：柳州场](/pychina/liuzhou)

[191026-00-start-133849.MP3]: /files/pychina/a/191026-00-start-133849.MP3
[191026-08-101camp-155908.MP3]: /files/pychina/b/x.MP3
`,
  })
})

test('in English, from the same facts, with the texts that exist', () => {
  const { title, body } = writeRecap({ ...full, road: [] }, 'en')
  expect(title).toBe('PyCon China 2019, Nanning: how it went')
  expect(body.split('\n').slice(0, 8)).toEqual([
    'PyCon China 2019, Nanning took place on Saturday 26 October 2019, Nanning, 赞助商的会议室. Not large, well equipped.',
    '',
    'What we wanted of it: 让南宁的程序员认识彼此.',
    '',
    '## The day in order of time',
    '',
    'Every item of the day, one after the other.',
    '',
  ])
  expect(body).toContain('    - **Over by 6 min 42 s**\n')
  expect(body).toContain(
    '- **1,400** registered: 社区 1,000, event page 400, 3 more cancelled\n- **857** came, 61% of those registered: morning 857, afternoon 600\n',
  )
})

test('an event of which nothing is known gets one sentence and no empty headings', () => {
  expect(writeRecap(bare, 'zh').body).toBe('2019年10月26日（周六），PyCon China 2019 南宁场在南宁赞助商的会议室办成了。\n')
})
