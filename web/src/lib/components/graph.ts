/** A person or group in a graph of introductions. */
export interface GraphNode {
  id: string
  label: string
  /** Second line: role, when and how met. */
  note?: string | undefined
}

/** `from` introduced `to`. */
export interface GraphEdge {
  from: string
  to: string
  label?: string | undefined
}

export interface PlacedNode extends GraphNode {
  layer: number
  row: number
}

export interface GraphLayout {
  nodes: PlacedNode[]
  /** The longest distance from a beginning, plus one. */
  layers: number
  /** The fullest layer. */
  rows: number
}

/** The same graph as a tree to be read: who introduced whom; somebody reached twice stands in full only once. */
export interface GraphBranch {
  node: GraphNode
  label?: string | undefined
  again: boolean
  children: GraphBranch[]
}

/**
 * Lays a graph out from left to right: everybody stands one layer right of the latest who introduced them,
 * and within a layer close to them (two sweeps by the mean of their rows). Circles and unknown ends are
 * harmless: an edge that would close a circle does not push anybody.
 */
export function layoutGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphLayout {
  const known = new Map(nodes.map((n) => [n.id, n]))
  const sound = withoutCircles(known, edges)
  const layer = new Map<string, number>()
  const depth = (id: string): number => {
    const found = layer.get(id)
    if (found !== undefined) return found
    const before = sound.filter((e) => e.to === id).map((e) => depth(e.from))
    const own = before.length === 0 ? 0 : Math.max(...before) + 1
    layer.set(id, own)
    return own
  }
  for (const id of known.keys()) depth(id)
  const layers = Math.max(0, ...[...layer.values()].map((l) => l + 1))
  const columns = Array.from({ length: layers }, (_, l) => [...known.keys()].filter((id) => layer.get(id) === l))
  const row = new Map<string, number>()
  const number = (column: readonly string[]): void => column.forEach((id, i) => row.set(id, i))
  for (const column of columns) number(column)
  for (let sweep = 0; sweep < 2; sweep += 1) {
    for (const column of columns) {
      const mean = new Map(
        column.map((id) => {
          const near = sound.flatMap((e) => (e.to === id ? [row.get(e.from) ?? 0] : sweep > 0 && e.from === id ? [row.get(e.to) ?? 0] : []))
          return [id, near.length > 0 ? near.reduce((a, b) => a + b, 0) / near.length : (row.get(id) ?? 0)]
        }),
      )
      column.sort((a, b) => (mean.get(a) ?? 0) - (mean.get(b) ?? 0))
      number(column)
    }
  }
  return {
    nodes: [...known.values()].map((n) => ({ ...n, layer: layer.get(n.id) ?? 0, row: row.get(n.id) ?? 0 })),
    layers,
    rows: Math.max(0, ...columns.map((c) => c.length)),
  }
}

/** The tree to be read instead of the picture. */
export function branches(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphBranch[] {
  const known = new Map(nodes.map((n) => [n.id, n]))
  const sound = withoutCircles(known, edges)
  const seen = new Set<string>()
  const grow = (node: GraphNode, label?: string): GraphBranch => {
    const again = seen.has(node.id)
    seen.add(node.id)
    const next = again ? [] : sound.filter((e) => e.from === node.id)
    return {
      node,
      label,
      again,
      children: next.flatMap((e) => {
        const to = known.get(e.to)
        return to ? [grow(to, e.label)] : []
      }),
    }
  }
  return [...known.values()].filter((n) => !sound.some((e) => e.to === n.id)).map((n) => grow(n))
}

/** The edges between known nodes, without those that close a circle and without repetitions, in their order. */
function withoutCircles(known: ReadonlyMap<string, GraphNode>, edges: readonly GraphEdge[]): GraphEdge[] {
  const kept: GraphEdge[] = []
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true
    if (seen.has(from)) return false
    seen.add(from)
    return kept.some((e) => e.from === from && reaches(e.to, to, seen))
  }
  for (const edge of edges) {
    if (!known.has(edge.from) || !known.has(edge.to)) continue
    if (kept.some((e) => e.from === edge.from && e.to === edge.to)) continue
    if (!reaches(edge.to, edge.from)) kept.push(edge)
  }
  return kept
}
