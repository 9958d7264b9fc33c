/** What surrounds an article for a WeChat official account. */
export interface WechatMeta {
  title: string
  author: string
  /** '' takes the first 54 characters of the text, as WeChat does. */
  digest: string
  /** The address of the published page: "阅读原文", the one outside link that every account has. */
  source: string
  /** Address of this installation, for links to our own pages. */
  origin: string
}

export interface WechatCounter {
  what: 'title' | 'author' | 'digest' | 'content'
  length: number
  limit: number
}

export type WechatProblem =
  | { code: 'too_long'; what: WechatCounter['what']; length: number; limit: number }
  | { code: 'too_heavy'; bytes: number; limit: number }
  | { code: 'tag'; tag: string }
  | { code: 'attribute'; attribute: string }
  | { code: 'style'; property: string }
  | { code: 'image'; src: string }
  | { code: 'link'; href: string }

/** A picture that has to be uploaded in WeChat's editor at its place. */
export interface WechatImage {
  slot: number
  alt: string
  src: string
}

export interface WechatArticle {
  html: string
  plain: string
  footnotes: string[]
  images: WechatImage[]
  counters: WechatCounter[]
  problems: WechatProblem[]
}
