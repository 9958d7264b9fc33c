import { expect, it } from 'vitest'
import { flatFields, nestFields } from './form-data.ts'

function data(fields: [string, string][]): FormData {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  return form
}

it('nests names by dots, numbers into lists, brackets into lists', () => {
  const form = data([
    ['name.zh', '南宁场'],
    ['name.en', 'Nanning'],
    ['items.10.title', 'b'],
    ['items.2.title', 'a'],
    ['roles[]', 'speaker'],
    ['_key', 'secret'],
    ['cap', ''],
  ])
  expect(nestFields(form)).toEqual({
    name: { zh: '南宁场', en: 'Nanning' },
    items: [{ title: 'a' }, { title: 'b' }],
    roles: ['speaker'],
    cap: '',
  })
  expect(flatFields(form).has('_key')).toBe(false)
})

it('cannot reach a prototype and survives names that contradict one another', () => {
  const form = data([
    ['__proto__.polluted', '1'],
    ['a.constructor.prototype.polluted', '1'],
    ['a', 'text'],
    ['a.b', 'inside'],
    ['b.c', 'first'],
    ['b', 'later'],
    ['x..y', '1'],
  ])
  expect(nestFields(form)).toEqual({ a: 'text', b: { c: 'first' } })
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})
