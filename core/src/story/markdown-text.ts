/**
 * A text as Markdown that shows just this text: whatever would begin a format, a link or a list is escaped.
 * Underscores inside a word stay, for they format nothing.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*[\]<]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/~~/g, '\\~\\~')
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/^([#>+-]|\d+[.)])(?=\s|$)/, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`)
    .replace(/^(---|===)/, '\\$1')
}

/** An address inside the round brackets of a link. */
export function escapeAddress(href: string): string {
  return encodeURI(decodeSafely(href)).replace(/[()]/g, (c) => (c === '(' ? '%28' : '%29'))
}

function decodeSafely(href: string): string {
  try {
    return decodeURI(href)
  } catch {
    return href
  }
}
