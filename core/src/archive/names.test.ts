import { expect, test } from 'vitest'
import { parseRecordingName } from './names.ts'
import { correctSpelling, editDistance } from './spelling.ts'

const read = (name: string): unknown[] => {
  const { pattern, day, no, slug, time, problems } = parseRecordingName(name)
  return [pattern, day, no, slug, time, problems]
}

test.each([
  ['191026-00-start-133849.MP3', ['numbered', '2019-10-26', 0, 'start', '13:38:49', []]],
  ['191026-01-introself-134231.MP3', ['numbered', '2019-10-26', 1, 'introself', '13:42:31', []]],
  ['191026-03-openning-135716.MP3', ['numbered', '2019-10-26', 3, 'openning', '13:57:16', []]],
  ['191026-04-yolo-141104.MP3', ['numbered', '2019-10-26', 4, 'yolo', '14:11:04', []]],
  ['191026-06-micropython-144227.MP3', ['numbered', '2019-10-26', 6, 'micropython', '14:42:27', []]],
  ['191026-07-devops-py-151303.MP3', ['numbered', '2019-10-26', 7, 'devops-py', '15:13:03', []]],
  ['191026-08-101camp-155908.MP3', ['numbered', '2019-10-26', 8, '101camp', '15:59:08', []]],
  ['191026-09-ERP-py-164043.MP3', ['numbered', '2019-10-26', 9, 'ERP-py', '16:40:43', []]],
  ['191026-10-ltalk-1-.MP3', ['numbered', '2019-10-26', 10, 'ltalk-1', null, ['missing_time']]],
  ['191026-11-ltalk-2-.MP3', ['numbered', '2019-10-26', 11, 'ltalk-2', null, ['missing_time']]],
  ['191026-12-ltalk-3-180407.MP3', ['numbered', '2019-10-26', 12, 'ltalk-3', '18:04:07', []]],
  ['191026--04--yolo-141104.MP3', ['numbered', '2019-10-26', 4, 'yolo', '14:11:04', ['doubled_hyphen']]],
  ['191026-04-yolo-146104.MP3', ['numbered', '2019-10-26', 4, 'yolo', null, ['bad_time']]],
  ['191326-04-yolo-141104.MP3', ['numbered', null, 4, 'yolo', '14:11:04', ['bad_day']]],
  ['20191026_04_yolo_141104.m4a', ['numbered', '2019-10-26', 4, 'yolo', '14:11:04', []]],
  ['141115zh-am2.5-qa.MP3', ['half-day', '2014-11-15', null, 'qa', null, ['missing_time']]],
  ['姜原-人流量分析-A.mp4', ['titled', null, null, '', null, ['missing_time']]],
  ['REC0001.mp3', ['unknown', null, null, 'REC0001', null, ['unknown_pattern']]],
  ['.mp3', ['unknown', null, null, '.mp3', null, ['unknown_pattern']]],
  ['', ['unknown', null, null, '', null, ['unknown_pattern']]],
])('%s', (name, expected) => {
  expect(read(name)).toEqual(expected)
})

test('half-day names keep the half, titled names their three parts, paths only the last part', () => {
  expect(parseRecordingName('141115zh-am2.5-qa.MP3')).toMatchObject({ half: 'am', extension: 'MP3' })
  expect(parseRecordingName('姜原-Python-人流量分析-A.mp4')).toMatchObject({ speaker: '姜原', title: 'Python-人流量分析', track: 'A' })
  expect(parseRecordingName('C:\\day\\../191026-04-yolo-141104.MP3').name).toBe('191026-04-yolo-141104.MP3')
})

test('misspelt words are put right, names and abbreviations are left alone', () => {
  expect(correctSpelling('openning', [])).toBe('opening')
  expect(correctSpelling('micropyhton', ['micropython'])).toBe('micropython')
  expect(correctSpelling('devops-pyhton', [])).toBe('devops-python')
  for (const slug of ['start', 'introself', 'opening', 'yolo', 'ltalk-1', '101camp', 'ERP-py', 'devops-py'])
    expect(correctSpelling(slug, [])).toBe(null)
  expect([editDistance('', 'abc'), editDistance('openning', 'opening'), editDistance('pyhton', 'python')]).toEqual([3, 1, 1])
})
