import type { Text } from '#core/kernel/text.ts'
import type { Metric } from './model.ts'

/** 6 分 42 秒 and 6 min 42 s; the sign is dropped. */
export function span(seconds: number): Required<Text> {
  const all = Math.abs(Math.round(seconds))
  const parts: [number, string, string][] = [
    [Math.floor(all / 3600), '小时', 'h'],
    [Math.floor((all % 3600) / 60), '分', 'min'],
    [all % 60, '秒', 's'],
  ]
  const there = parts.filter(([n]) => n > 0)
  if (there.length === 0) return { zh: '0 秒', en: '0 s' }
  return { zh: there.map(([n, zh]) => `${n} ${zh}`).join(' '), en: there.map(([n, , en]) => `${n} ${en}`).join(' ') }
}

/** How far from the plan something began; within half a minute is on time and not worth a word. */
export function latenessText(seconds: number | null): Required<Text> {
  if (seconds === null || Math.abs(seconds) < 30) return { zh: '', en: '' }
  const said = span(seconds)
  return seconds > 0
    ? { zh: `，比计划晚 ${said.zh}`, en: `, ${said.en} later than planned` }
    : { zh: `，提前 ${said.zh}`, en: `, ${said.en} early` }
}

/** How an item ended against its planned length. */
export function outcomeText(overrun: number | null): Required<Text> {
  if (overrun === null) return { zh: '', en: '' }
  if (overrun === 0) return { zh: '，正好准时', en: ', exactly on time' }
  const said = span(overrun)
  return overrun > 0
    ? { zh: `，超时 ${said.zh}`, en: `, over by ${said.en}` }
    : { zh: `，提前 ${said.zh}`, en: `, ${said.en} short of its time` }
}

export function extensionText(minutes: number): Required<Text> {
  return minutes >= 0
    ? { zh: `加 ${minutes} 分钟`, en: `${minutes} min added` }
    : { zh: `减 ${-minutes} 分钟`, en: `${-minutes} min taken off` }
}

export const metricNames: Readonly<Record<Metric, Required<Text>>> = {
  stream_clicks: { zh: '直播点击', en: 'stream clicks' },
  stream_viewers: { zh: '直播观看人数', en: 'stream viewers' },
  stream_peak: { zh: '直播同时在线峰值', en: 'stream peak' },
  head_count: { zh: '现场人数', en: 'heads in the hall' },
}
