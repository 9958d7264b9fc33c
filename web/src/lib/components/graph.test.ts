import fc from 'fast-check'
import { expect, it } from 'vitest'
import { branches, layoutGraph, type GraphBranch } from './graph.ts'

const people = ['作者', '李文强', '张善友', '邹琼俊', '周尹', '潘淳', '叶老师', '许总'].map((label) => ({ id: label, label }))
const introductions = [
  { from: '作者', to: '李文强' },
  { from: '李文强', to: '张善友' },
  { from: '作者', to: '邹琼俊' },
  { from: '邹琼俊', to: '周尹' },
  { from: '张善友', to: '潘淳' },
  { from: '张善友', to: '叶老师' },
  { from: '张善友', to: '许总' },
]

it('stands everybody to the right of who introduced them, families together', () => {
  const { nodes, layers, rows } = layoutGraph(people, introductions)
  const at = Object.fromEntries(nodes.map((n) => [n.id, `${n.layer}.${n.row}`]))
  expect(at).toEqual({ 作者: '0.0', 李文强: '1.0', 邹琼俊: '1.1', 张善友: '2.0', 周尹: '2.1', 潘淳: '3.0', 叶老师: '3.1', 许总: '3.2' })
  expect([layers, rows]).toEqual([4, 3])
})

it('reads as a tree', () => {
  const say = (b: GraphBranch): string =>
    `${b.node.label}${b.again ? '…' : ''}${b.children.length > 0 ? `(${b.children.map(say).join(' ')})` : ''}`
  expect(branches(people, introductions).map(say)).toEqual(['作者(李文强(张善友(潘淳 叶老师 许总)) 邹琼俊(周尹))'])
  expect(branches(people.slice(0, 3), [...introductions.slice(0, 3), { from: '作者', to: '张善友' }]).map(say)).toEqual([
    '作者(李文强(张善友) 张善友…)',
  ])
})

it('stands any edges: circles, unknown ends, repetitions', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 30 }), (count, pairs) => {
      const nodes = Array.from({ length: count }, (_, i) => ({ id: String(i), label: String(i) }))
      const edges = pairs.map(([from, to]) => ({ from: String(from), to: String(to) }))
      const layout = layoutGraph(nodes, edges)
      expect(layout.nodes).toHaveLength(count)
      const places = new Set(layout.nodes.map((n) => `${n.layer}.${n.row}`))
      expect(places.size).toBe(count)
      const named = new Set<string>()
      const walk = (list: GraphBranch[]): void => list.forEach((b) => (named.add(b.node.id), walk(b.children)))
      walk(branches(nodes, edges))
      expect(named.size).toBe(count)
    }),
  )
})
