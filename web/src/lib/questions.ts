/** A question as a form shows it, in the reader's language. */
export interface ShownQuestion {
  key: string
  kind: 'short' | 'long' | 'choice' | 'choices' | 'number' | 'date' | 'file' | 'consent'
  askedOf: 'person' | 'order'
  label: string
  help: string
  options: { value: string; label: string }[]
  lowest: number | null
  highest: number | null
  unit: string
  required: boolean
  purpose: string
  /** When the answers are deleted. */
  endsAt: Date
  /** Shown when the other question's answer is, or contains, one of these; its own words say so without script. */
  shownIf: { key: string; question: string; agreed: boolean; anyOf: string[]; labels: string[] } | null
}

/** What stands in a question's field at first: an answer, or for a file its id and name. */
export type ShownValue = string | string[] | number | true | { id: string; name: string }

/** An answer as it is read: chosen options by their words. */
export interface ToldAnswer {
  id: string
  label: string
  purpose: string
  archived: boolean
  text: string
  /** A consent that was given. */
  agreed: boolean
  file: { id: string; name: string } | null
  endsAt: Date
}
