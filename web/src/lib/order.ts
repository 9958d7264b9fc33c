/** One thing that can be chosen, in the reader's language. Amounts are fen. */
export interface ShownChoice {
  /** The core's id; `plain` for the seat of an event without types. */
  id: string
  name: string
  about: string
  open: boolean
  priceFen: number
  usualFen: number | null
  early: { until: Date | null; left: number | null } | null
  sale: 'now' | 'not_yet' | 'over'
  sellsFrom: Date | null
  sellsUntil: Date | null
  review: boolean
  room: number
  /** How many there are at all, when they are few. */
  left: number | null
  /** full: none left · waited: others have waited for it. */
  lack: 'full' | 'waited' | null
  variants: ShownChoice[]
}

/** A way to pay; `value` says provider and method to the form. */
export interface Way {
  name: 'wechatpay' | 'wechatpay_qr' | 'alipay' | 'alipay_qr' | 'stripe' | 'offline'
  value: string
}

/** A payment under way, as the order's page shows it. */
export interface ShownPayment {
  id: string
  provider: string
  /** As `Way.value`. */
  way: string
  kind: 'redirect' | 'qr' | 'jsapi' | 'transfer' | 'none'
  url: string
  /** The code to scan, as SVG. */
  qr: string
  parameters: Record<string, string>
  sandbox: boolean
  /** Begun by this very press: with script one goes on at once. */
  fresh: boolean
  proofName: string
  note: string
}
