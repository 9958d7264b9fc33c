/** A sentence for the person at the terminal, in both languages. */
export interface Sentence {
  zh: string
  en: string
}

const language = process.env['KAICHANG_LANG'] ?? process.env['LC_ALL'] ?? process.env['LANG'] ?? ''

/** Chinese where the terminal is Chinese, English elsewhere. */
export const terminalLocale = /^zh/i.test(language) ? 'zh' : 'en'

export function say(sentence: Sentence): void {
  process.stdout.write(`${sentence[terminalLocale]}\n`)
}

export function complain(sentence: Sentence): void {
  process.stderr.write(`${sentence[terminalLocale]}\n`)
}

/** Says what is being done as soon as it has taken a second. */
export async function step<T>(sentence: Sentence, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => say({ zh: `${sentence.zh} …`, en: `${sentence.en} …` }), 1000)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}
