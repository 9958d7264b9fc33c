import { expect, test } from 'vitest'
import { maskEmail, maskName, maskPhone, normaliseEmail, normalisePhone, readingsOf, sameName } from './rules.ts'

test.each([
  ['13800138000', '+8613800138000'],
  ['+86 138 0013 8000', '+8613800138000'],
  ['0086-13800138000', '+8613800138000'],
  ['8613800138000', '+8613800138000'],
  ['１３８００１３８０００', '+8613800138000'],
  ['138-0013-8000 (微信同号)', '+8613800138000'],
  ['13800138000（同微信）', '+8613800138000'],
  ['13800138000 微信同号', '+8613800138000'],
  ['手机：13800138000', '+8613800138000'],
  ["'13800138000", '+8613800138000'],
  ['\t13800138000\u200b', '+8613800138000'],
  ['\u202a13800138000\u202c', '+8613800138000'],
  ['+852 9123 4567', '+85291234567'],
  ['+886 912 345 678', '+886912345678'],
  ['+1 202 555 0123', '+12025550123'],
])('reads %s as a phone number', (typed, phone) => {
  expect(normalisePhone(typed)).toBe(phone)
})

test.each([
  '',
  '12345',
  '14000138000',
  '10012345678',
  '010-88886666',
  '1.38E+10',
  '138001380001',
  '13800138000abc',
  '1380013800o',
  '13800138000 13900139000',
  '=13800138000',
  '<script>13800138000</script>',
  '9'.repeat(500),
])('refuses %s as a phone number', (typed) => {
  expect(normalisePhone(typed)).toBeNull()
})

test('reads e-mail addresses in one form and refuses what could be two or hide something', () => {
  expect(normaliseEmail(' Yao.Huang@Example.ORG ')).toBe('yao.huang@example.org')
  expect(normaliseEmail('ｙａｏ＠example.org')).toBe('yao@example.org')
  for (const typed of [
    '',
    'yao',
    'yao@',
    'a@b@c.org',
    'a@example.org,b@example.org',
    'a@example.org\r\nBcc: b@example.org',
    'Yao <a@example.org>',
    `${'a'.repeat(250)}@example.org`,
    'а@exаmple.org',
  ])
    expect([typed, normaliseEmail(typed)]).toEqual([typed, null])
})

test('hides the middle of phones, addresses and names', () => {
  expect(maskPhone('+8613800138000')).toBe('138****8000')
  expect(maskPhone('+85291234567')).toBe('+852****4567')
  expect(maskEmail('yao@example.org')).toBe('y***@example.org')
  expect([maskName('张三丰'), maskName('李四'), maskName('欧阳娜娜'), maskName('👩‍💻小明')]).toEqual(['张*丰', '李*', '欧**娜', '👩‍💻*明'])
})

test.each([
  ['张三丰', 'zhangsanfeng', 'zsf'],
  ['单雄信', 'shanxiongxin', 'sxx'],
  ['曾国藩', 'zengguofan', 'zgf'],
  ['解缙', 'xiejin', 'xj'],
  ['欧阳娜娜', 'ouyangnana', 'oynn'],
  ['吕途', 'lvtu', 'lt'],
  ['黄峣', 'huangyao', 'hy'],
  ['买买提·吐尔逊', 'maimaitituerxun', 'mmttex'],
  ['Guido van Rossum', 'guidovanrossum', 'gvr'],
  ['张三 (Tom)', 'zhangsantom', 'zst'],
  ['José', 'jose', 'j'],
  ['🐼小明', 'xiaoming', 'xm'],
])('writes %s in Latin letters', (name, letters, initials) => {
  expect(readingsOf(name)).toEqual({ pinyin: letters, initials })
})

test('takes names for the same when only width, case, spaces or the dot differ', () => {
  expect(sameName('买买提·吐尔逊', '买买提 吐尔逊')).toBe(true)
  expect(sameName('ＴＯＭ Lee', 'tom lee')).toBe(true)
  expect(sameName('张三', '张三丰')).toBe(false)
})
