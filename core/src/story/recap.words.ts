import type { Locale } from '#core/kernel/text.ts'

/** The fixed words of a drafted recap. */
export interface RecapWords {
  title: string
  opening: string
  purpose: string
  chronicle: string
  lead: string
  road: string
  numbers: string
  thanks: string
  next: string
  over: string
  early: string
  slides: string
  recording: string
  skipped: string
  cancelled: string
  registered: string
  channels: string
  ownPage: string
  cancelledCount: string
  came: string
  share: string
  talks: string
  recordings: string
  counted: string
  helpers: string
  nextEvent: string
  halves: Record<string, string>
  volunteers: string
  duties: Record<string, string>
  semicolon: string
  list: string
  colon: string
  stop: string
  comma: string
}

export const recapWords: Record<Locale, RecapWords> = {
  zh: {
    title: '{name}纪实',
    opening: '{date}，{name}在{place}办成了。',
    purpose: '当初写下的目的：{purpose}',
    chronicle: '流水帐',
    lead: '按时间先后，当天的每一项都记在这里。',
    road: '怎么走到这一天',
    numbers: '数字',
    thanks: '谢谢',
    next: '接下来',
    over: '超时 {span}',
    early: '提前 {span}讲完',
    slides: '幻灯片',
    recording: '录音：',
    skipped: '「{title}」排了，当天没有讲。',
    cancelled: '「{title}」取消了。',
    registered: '报名 **{count}** 人',
    channels: '：{list}',
    ownPage: '活动页 {count} 人',
    cancelledCount: '，另有 {count} 人取消',
    came: '到场 **{count}** 人',
    share: '，占报名的 {percent}%',
    talks: '{talks} 场分享，{speakers} 位讲师',
    recordings: '公开录音 {count} 段',
    counted: '{time} 现场数到 {value} 人',
    helpers: '志愿者 {count} 位',
    nextEvent: '下一场：{name}，{date}',
    halves: { morning: '上午 {count} 人', afternoon: '下午 {count} 人', evening: '晚上 {count} 人', day: '全天 {count} 人' },
    volunteers: '志愿者：',
    semicolon: '；',
    duties: {
      lead: '总负责',
      secretary: '秘书',
      emcee: '主持',
      door: '签到',
      stage: '控时',
      recording: '录音',
      photo: '摄影',
      promotion: '宣传',
      design: '设计',
      other: '帮忙',
    },
    list: '、',
    colon: '：',
    stop: '。',
    comma: '，',
  },
  en: {
    title: '{name}: how it went',
    opening: '{name} took place on {date}, {place}.',
    purpose: 'What we wanted of it: {purpose}',
    chronicle: 'The day in order of time',
    lead: 'Every item of the day, one after the other.',
    road: 'How we got here',
    numbers: 'In numbers',
    thanks: 'Thanks',
    next: 'What comes next',
    over: 'Over by {span}',
    early: 'Done {span} early',
    slides: 'Slides',
    recording: 'Recording: ',
    skipped: '“{title}” was planned and not given.',
    cancelled: '“{title}” was cancelled.',
    registered: '**{count}** registered',
    channels: ': {list}',
    ownPage: 'event page {count}',
    cancelledCount: ', {count} more cancelled',
    came: '**{count}** came',
    share: ', {percent}% of those registered',
    talks: 'Talks: {talks}; speakers: {speakers}',
    recordings: 'Recordings to listen to: {count}',
    counted: '{value} heads counted in the hall at {time}',
    helpers: 'Volunteers: {count}',
    nextEvent: 'Next: {name}, {date}',
    halves: { morning: 'morning {count}', afternoon: 'afternoon {count}', evening: 'evening {count}', day: 'whole day {count}' },
    volunteers: 'Volunteers: ',
    semicolon: '; ',
    duties: {
      lead: 'lead',
      secretary: 'secretary',
      emcee: 'host',
      door: 'door',
      stage: 'timing',
      recording: 'recording',
      photo: 'photos',
      promotion: 'promotion',
      design: 'design',
      other: 'help',
    },
    list: ', ',
    colon: ': ',
    stop: '.',
    comma: ', ',
  },
}
