/** A text in both languages out of a nested form: `name.zh` and `name.en`. What is missing is ''. */
export function pairOf(data: Record<string, unknown>, name: string): { zh: string; en: string } {
  const value = data[name]
  const parts = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  const part = (lang: string): string => {
    const typed: unknown = parts.get(lang)
    return typeof typed === 'string' ? typed : ''
  }
  return { zh: part('zh'), en: part('en') }
}
