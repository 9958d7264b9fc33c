// What the commands tell the person at the terminal, in the language that it is set to.

const set = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || ''

/** One sentence: Chinese, English, or both when the terminal names neither. */
export function sentence({ zh, en }) {
  if (set.startsWith('zh')) return zh
  if (set.startsWith('en')) return en
  return `${zh} · ${en}`
}

/** Prints one sentence as a line. */
export function say(text) {
  process.stderr.write(`${sentence(text)}\n`)
}

/** Prints one sentence and ends with a failure. */
export function giveUp(text) {
  say(text)
  process.exit(1)
}
