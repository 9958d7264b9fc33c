import { createDecipheriv, createPrivateKey, createPublicKey, createSign, createVerify, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'

// WeChat Pay API v3, https://pay.weixin.qq.com/doc/v3/merchant/4012365342 (signing), …/4013053249 (verifying), …/4012071382 (decrypting).

/** How far a signature's time may be from ours, in milliseconds. */
export const WINDOW = 5 * 60_000

/** A key from a PEM file, or from the PEM text itself. */
export function pemOf(pathOrText: string): string {
  return pathOrText.includes('-----BEGIN') ? pathOrText : readFileSync(pathOrText, 'utf8')
}

export const privateKeyOf = (pathOrText: string): KeyObject => createPrivateKey(pemOf(pathOrText))
/** A public key; a certificate will do, too. */
export const publicKeyOf = (pathOrText: string): KeyObject => createPublicKey(pemOf(pathOrText))

/** SHA256withRSA in base64 over lines that each end with a line feed. */
export function signLines(key: KeyObject, lines: readonly string[]): string {
  return createSign('RSA-SHA256').update(asText(lines)).sign(key, 'base64')
}

export function verifyLines(key: KeyObject, lines: readonly string[], signature: string): boolean {
  return createVerify('RSA-SHA256').update(asText(lines)).verify(key, signature, 'base64')
}

const asText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** The value of `Authorization` for a request of ours. `path` with its query. */
export function authorization(
  merchant: { mchId: string; serial: string; key: KeyObject },
  request: { method: string; path: string; body: string },
  seconds: number,
  nonce: string,
): string {
  const signature = signLines(merchant.key, [request.method, request.path, String(seconds), nonce, request.body])
  const fields = { mchid: merchant.mchId, nonce_str: nonce, signature, timestamp: seconds, serial_no: merchant.serial }
  return `WECHATPAY2-SHA256-RSA2048 ${Object.entries(fields)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}`
}

export type Doubt = 'signature' | 'serial' | 'old'

/** Why an answer or a notice of WeChat's is not believed; null when it is. Header names in lower case. */
export function doubt(
  trusted: { id: string; key: KeyObject },
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  now: Date,
): Doubt | null {
  const timestamp = headers['wechatpay-timestamp'] ?? ''
  const nonce = headers['wechatpay-nonce'] ?? ''
  const signature = headers['wechatpay-signature'] ?? ''
  if (!/^\d{1,12}$/.test(timestamp) || nonce === '' || signature === '') return 'signature'
  if (headers['wechatpay-serial']?.toUpperCase() !== trusted.id.toUpperCase()) return 'serial'
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > WINDOW) return 'old'
  return verifyLines(trusted.key, [timestamp, nonce, body], signature) ? null : 'signature'
}

/** A notice's resource opened with the APIv3 key (AEAD_AES_256_GCM, the tag in the last 16 bytes); null when it was altered. */
export function openResource(apiV3Key: string, resource: { ciphertext: string; nonce: string; associated_data: string }): string | null {
  const sealed = Buffer.from(resource.ciphertext, 'base64')
  if (sealed.length <= 16 || Buffer.byteLength(resource.nonce) !== 12) return null
  try {
    const opener = createDecipheriv('aes-256-gcm', apiV3Key, resource.nonce, { authTagLength: 16 })
    opener.setAuthTag(sealed.subarray(-16))
    opener.setAAD(Buffer.from(resource.associated_data))
    return Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]).toString('utf8')
  } catch {
    return null
  }
}
