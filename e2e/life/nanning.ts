/** The afternoon of 26 October 2019 as it was planned, and as its recordings tell it. */
export interface Item {
  no: number
  slug: string
  kind: string
  title: string
  starts: string
  minutes: number
  speaker?: string
  affiliation?: string
  /** When somebody pressed next, and, where it was noted, when the item ended. */
  began: string
  ended?: string
}

export const programme: Item[] = [
  { no: 0, slug: 'start', kind: 'warm-up', title: '暖场', starts: '13:40', minutes: 4, began: '13:38:49' },
  { no: 1, slug: 'introself', kind: 'warm-up', title: '自我介绍', starts: '13:44', minutes: 15, began: '13:42:31' },
  { no: 3, slug: 'opening', kind: 'opening', title: '主持人开场', starts: '13:59', minutes: 11, speaker: 'river', began: '13:57:16' },
  {
    no: 4,
    slug: 'yolo',
    kind: 'talk',
    title: '使用 Pytorch 和 Yolo 进行人流量分析',
    starts: '14:10',
    minutes: 30,
    speaker: '姜原',
    affiliation: '优趣天下研发工程师',
    began: '14:11:04',
  },
  {
    no: 6,
    slug: 'micropython',
    kind: 'talk',
    title: 'MicroPython 在硬件开发中的应用',
    starts: '14:42',
    minutes: 30,
    speaker: '黄盈樟',
    affiliation: '硬件极客、个人开发者',
    began: '14:42:27',
  },
  {
    no: 7,
    slug: 'devops',
    kind: 'talk',
    title: '基于 Python 构建 DevOps 体系',
    starts: '15:13',
    minutes: 30,
    speaker: '小罗',
    affiliation: '北方激光研究院广西分公司云计算基础设施负责人',
    began: '15:13:03',
  },
  { no: 13, slug: 'tea', kind: 'break', title: '茶歇', starts: '15:43', minutes: 15, began: '15:44:10' },
  {
    no: 8,
    slug: '101camp',
    kind: 'talk',
    title: '高龄程序猿自救指北',
    starts: '15:58',
    minutes: 30,
    speaker: '大妈 (Zoom.Quiet)',
    affiliation: 'PyChina.org',
    began: '15:59:08',
    ended: '16:35:50',
  },
  {
    no: 9,
    slug: 'erp',
    kind: 'talk',
    title: 'Python 在企业自主研发大型管理系统中的实践',
    starts: '16:40',
    minutes: 70,
    speaker: '石继志',
    affiliation: '广西松宇企业投资集团信息总监',
    began: '16:40:43',
  },
  {
    no: 10,
    slug: 'ltalk-1',
    kind: 'lightning',
    title: '闪电演讲',
    starts: '17:50',
    minutes: 7,
    speaker: '沈崴',
    affiliation: '湖州迅普信息技术有限公司执行董事',
    began: '17:50:40',
  },
  { no: 11, slug: 'ltalk-2', kind: 'lightning', title: 'Django 项目的自动化构建项目管理', starts: '17:57', minutes: 7, began: '17:57:30' },
  {
    no: 12,
    slug: 'ltalk-3',
    kind: 'lightning',
    title: '基于 Python 的 Odoo 的信息化平台框架',
    starts: '18:04',
    minutes: 7,
    began: '18:04:07',
  },
  { no: 14, slug: 'unite', kind: 'photo', title: '合影', starts: '18:15', minutes: 10, began: '18:12:20', ended: '18:20:00' },
]

/** What came off the recording phone: no 02 and no 05, two without a time, one misspelt. */
export const recordings = [
  '191026-00-start-133849.MP3',
  '191026-01-introself-134231.MP3',
  '191026-03-openning-135716.MP3',
  '191026-04-yolo-141104.MP3',
  '191026-06-micropython-144227.MP3',
  '191026-07-devops-py-151303.MP3',
  '191026-08-101camp-155908.MP3',
  '191026-09-ERP-py-164043.MP3',
  '191026-10-ltalk-1-.MP3',
  '191026-11-ltalk-2-.MP3',
  '191026-12-ltalk-3-180407.MP3',
]
