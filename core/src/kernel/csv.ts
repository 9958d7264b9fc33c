/** What a spreadsheet would take for a formula when it stands first, full-width forms and leading blanks included. */
const FORMULA = /^[\s\u0000-\u001f]*[=+\-@＝＋－＠]|^[\t\r\n]/
/** An apostrophe that would be taken for such a mark when the file is read again. */
const MARKED = /^['’](?=['’\s\u0000-\u001f]*[\d=+\-@＝＋－＠]|['’\s]*[\t\r\n])/

/** One cell as a spreadsheet can be given it: text stays text, quotes are doubled, hidden controls go. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // The apostrophe makes Excel, WPS and LibreOffice show the text instead of reckoning it.
  const safe = FORMULA.test(value) || MARKED.test(value.trimStart()) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A cell as it was before a spreadsheet, or `csvCell`, marked it as text. */
export const withoutMark = (cell: string): string => cell.replace(MARKED, '')

/** Rows as a CSV file (RFC 4180) in UTF-8 with a byte order mark, without which Excel misreads Chinese. */
export function csvFile(rows: readonly (readonly (string | number | null)[])[]): string {
  return `\ufeff${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`
}
