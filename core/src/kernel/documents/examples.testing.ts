import type { PosterData } from './model.ts'

interface Entry {
  time: string
  title: string
  who: string
  quiet: boolean
}

const items = (rows: readonly (readonly [time: string, title: string, who?: string, quiet?: boolean])[]): Entry[] =>
  rows.map(([time, title, who = '', quiet = false]) => ({ time, title, who, quiet }))

/** The Nanning venue of 2019 as a poster. */
export const nanning = {
  locale: 'zh',
  community: 'PyChina 社区',
  edition: '2019 PyCon 中国',
  title: 'PyCon China 2019 南宁场',
  otherTitle: 'PyCon China 2019, Nanning',
  when: { start: '2019-10-26', time: '13:30 – 18:30' },
  place: '南宁 · 赞助商提供的会议室',
  items: items([
    ['13:38', '暖场', '', true],
    ['13:42', '自我介绍', '', true],
    ['13:57', '主持人开场', 'river', true],
    ['14:11', '使用 Pytorch 和 Yolo 进行人流量分析', '姜原 · 优趣天下研发工程师'],
    ['14:42', 'MicroPython 在硬件开发中的应用', '黄盈樟 · 硬件极客、个人开发者'],
    ['15:13', '基于 Python 构建 DevOps 体系', '小罗 · 北方激光研究院广西分公司云计算基础设施负责人'],
    ['15:59', '高龄程序猿自救指北', '大妈 (Zoom.Quiet)'],
    ['16:40', 'Python 在企业自主研发大型管理系统中的实践', '石继志 · 广西松宇企业投资集团信息总监'],
    ['', '闪电演讲', '沈崴 · 湖州迅普信息技术有限公司执行董事'],
    ['', 'Django 项目的自动化构建项目管理'],
    ['18:04', '基于 Python 的 Odoo 的信息化平台框架'],
  ]),
  partners: [
    { gave: '场地与设备', names: ['南宁本地企业'] },
    { gave: '合作社区', names: ['GDG 南宁'] },
  ],
  url: 'https://kaichang.example/pychina/nanning',
  link: 'kaichang.example/pychina/nanning',
  seats: '上限 50 席',
  price: '免费',
} satisfies PosterData

/** The founding conference of the Changsha .NET community as a poster: halves of a day in place of times. */
export const changsha = {
  locale: 'zh',
  accent: '#512BD4',
  community: '长沙 .NET 技术社区',
  title: '长沙 .NET 技术社区成立大会',
  otherTitle: 'Founding conference of the Changsha .NET community',
  when: { start: '2019-04-21' },
  place: '腾讯众创空间（中电软件园）',
  items: items([
    ['上午', '.NET Core、容器与 Kubernetes', '张善友'],
    ['', '对 .NET Core 的理解', '梁桐铭'],
    ['', 'IdentityServer4 详解', '汪鹏'],
    ['下午', '腾讯云 AI 产品', '卓伟'],
    ['', '腾讯云物联网产品', '胡李伟'],
  ]),
  partners: [
    {
      gave: '资金',
      names: [
        '华邦互联',
        '微软 Azure 云技术社区',
        '百师通教育长沙分公司',
        '校管家',
        '深圳纵网湖南分公司',
        '岳阳北大青鸟',
        '王轲',
        '心莱科技',
      ],
    },
    { gave: '礼品', names: ['长沙冉星科技'] },
    { gave: '人力', names: ['心莱科技'] },
    { gave: '场地 · 讲师 · 直播', names: ['腾讯云+社区'] },
    { gave: '宣传', names: ['岳阳北大青鸟', '腾讯云+社区'] },
    { gave: '主意', names: ['王轲'] },
  ],
  url: 'https://kaichang.example/dotnet-changsha/founding-2019',
  link: 'kaichang.example/dotnet-changsha/founding-2019',
  seats: '上限 400 席',
} satisfies PosterData

/** A name of every kind that a badge meets, for the badges of an event of `count` people. */
export function manyBadges(
  count: number,
): { name: string; organisation: string; role: 'attendee' | 'volunteer'; qr: string; code: string }[] {
  const names = ['王小明', '欧阳铁柱', 'Guillermo Rauch', '石继志', '黄盈樟', '阿卜杜热西提·麦麦提']
  return Array.from({ length: count }, (_, i) => ({
    name: `${names[i % names.length] ?? ''}${i}`,
    organisation: `某某科技（南宁）有限公司 ${i % 50}`,
    role: i % 20 === 0 ? ('volunteer' as const) : ('attendee' as const),
    qr: `https://kaichang.example/t/${(i * 7919).toString(36).padStart(16, 'q')}`,
    code: `K${i}`,
  }))
}
