import type { ProposalState } from './model.ts'

/** From which states a proposal may go where. A shelved one is revived before it goes on. */
const ROADS: Record<ProposalState, readonly ProposalState[]> = {
  open: ['shelved', 'accepted', 'done'],
  shelved: ['revived'],
  revived: ['shelved', 'accepted', 'done'],
  accepted: ['shelved', 'done'],
  done: [],
}

export function mayGo(from: ProposalState, to: ProposalState): boolean {
  return ROADS[from].includes(to)
}
