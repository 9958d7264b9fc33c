/** What an action answers when it did not do what was asked: typed values and sentences, ready to be shown. */
export interface FormState {
  /** Which form of the page this is about. */
  id: string
  /** The typed values by field name, so that nothing has to be typed twice. */
  values: Record<string, string | string[]>
  /** A sentence per field name. */
  issues: Record<string, string>
  /** What is wrong on the whole. */
  message: string
  /** Stable code of the catalogue. */
  code: string
  /** Facts that go with the code, such as the other person's version of a changed thing. */
  details?: Record<string, unknown>
}

/** True for the state that `submit` answers with when something could not be done. */
export function isFormState(value: unknown): value is FormState {
  return typeof value === 'object' && value !== null && 'issues' in value && 'values' in value && 'message' in value
}

/** The context key by which Field finds the Form that it stands in. */
export const FORM = Symbol('form')

/** What Form offers to the fields inside it. */
export interface FormContext {
  readonly id: string
  readonly state: FormState | null
}

/** Stable element id of a field: `name.zh` in form `event` becomes `event-name-zh`. */
export function fieldId(form: string, name: string): string {
  return `${form}-${name}`.replace(/[^\w-]+/g, '-')
}

/** A key for one showing of a form. `randomUUID` is missing on pages opened over plain http on a local network. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')
}
