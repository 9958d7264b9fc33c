import type { WechatCounter, WechatMeta, WechatProblem } from './wechat.model.ts'

/** Limits of the draft interface, field by field (characters, as WeChat counts them: code points). */
export const WECHAT_LIMITS = { title: 32, author: 16, digest: 128, content: 20_000, bytes: 1024 * 1024 } as const

/** Tags that survive the editor; `div` does not. */
export const WECHAT_TAGS: ReadonlySet<string> = new Set([
  'section',
  'p',
  'span',
  'strong',
  'em',
  'a',
  'img',
  'br',
  'table',
  'thead',
  'tbody',
  'tr',
  'td',
  'th',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'pre',
  'code',
  'hr',
])
const ATTRIBUTES: ReadonlySet<string> = new Set(['style', 'href', 'src', 'alt', 'colspan', 'rowspan'])
/** Properties that the editor drops or that move things away. */
const STYLES: ReadonlySet<string> = new Set([
  'position',
  'top',
  'left',
  'right',
  'bottom',
  'float',
  'grid',
  'grid-template',
  'grid-template-columns',
  'background-image',
  'z-index',
])

/** Letters as WeChat counts them. */
export const countLetters = (text: string): number => [...text].length

export function countersOf(html: string, meta: Pick<WechatMeta, 'title' | 'author' | 'digest'>): WechatCounter[] {
  return [
    { what: 'title', length: countLetters(meta.title), limit: WECHAT_LIMITS.title },
    { what: 'author', length: countLetters(meta.author), limit: WECHAT_LIMITS.author },
    { what: 'digest', length: countLetters(meta.digest), limit: WECHAT_LIMITS.digest },
    { what: 'content', length: countLetters(html), limit: WECHAT_LIMITS.content },
  ]
}

/** Everything in an article's HTML and fields that WeChat's editor would refuse, strip or cut; each once. */
export function checkWechat(html: string, meta: Pick<WechatMeta, 'title' | 'author' | 'digest'>): WechatProblem[] {
  const problems: WechatProblem[] = countersOf(html, meta).flatMap((c) => (c.length > c.limit ? [{ code: 'too_long' as const, ...c }] : []))
  const bytes = new TextEncoder().encode(html).length
  if (bytes > WECHAT_LIMITS.bytes) problems.push({ code: 'too_heavy', bytes, limit: WECHAT_LIMITS.bytes })
  for (const [, closing, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi)) {
    const tag = name.toLowerCase()
    if (!WECHAT_TAGS.has(tag)) problems.push({ code: 'tag', tag })
    if (closing === '') problems.push(...attributeProblems(tag, rest))
  }
  return [...new Map(problems.map((p) => [JSON.stringify(p), p])).values()]
}

function attributeProblems(tag: string, text: string): WechatProblem[] {
  return [...text.matchAll(/([\w:-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g)].flatMap(
    ([, written = '', quoted = '']): WechatProblem[] => {
      const attribute = written.toLowerCase()
      const value = quoted.replace(/^["']|["']$/g, '')
      if (!ATTRIBUTES.has(attribute)) return [{ code: 'attribute', attribute }]
      if (attribute === 'style') return styleProblems(value)
      if (attribute === 'src' && tag === 'img' && !isWechatImage(value)) return [{ code: 'image', src: value }]
      return attribute === 'href' && !isWechatLink(value) ? [{ code: 'link', href: value }] : []
    },
  )
}

function styleProblems(style: string): WechatProblem[] {
  const properties = style.split(';').map((part) => (part.split(':')[0] ?? '').trim().toLowerCase())
  const unknown = properties.filter((p) => STYLES.has(p)).map((property) => ({ code: 'style' as const, property }))
  return /\bvar\s*\(/.test(style) ? [...unknown, { code: 'style', property: 'var()' }] : unknown
}

/** Only links to other WeChat articles can be followed. */
export const isWechatLink = (href: string): boolean => /^https?:\/\/mp\.weixin\.qq\.com\//.test(href)
/** Only pictures uploaded to WeChat are kept. */
export const isWechatImage = (src: string): boolean => /^https?:\/\/mmbiz\.qpic\.cn\//.test(src)
