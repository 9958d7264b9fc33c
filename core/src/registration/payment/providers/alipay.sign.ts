import { createSign, createVerify, type KeyObject } from 'node:crypto'

// Alipay, RSA2 (SHA256withRSA, base64). Sources: https://opendocs.alipay.com/common/02mse3 (signing and verifying) and the
// official alipay-sdk 4.14, whose signatures are among the tests. The SDK itself is not used: it takes the time from the
// machine, brings more than sixty packages along, and of it we would need what stands here.

/** What is signed: every parameter that has a value, by name, `name=value` joined by `&`. */
export function signedText(parameters: Readonly<Record<string, string | undefined>>, without: readonly string[]): string {
  return Object.entries(parameters)
    .filter(([name, value]) => value !== undefined && value !== '' && !without.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .join('&')
}

/** The signature of a request of ours. */
export function signRequest(key: KeyObject, parameters: Readonly<Record<string, string | undefined>>): string {
  return createSign('RSA-SHA256')
    .update(signedText(parameters, ['sign']))
    .sign(key, 'base64')
}

/** True when Alipay signed this text. */
export function isSigned(key: KeyObject, text: string, signature: string): boolean {
  return signature !== '' && createVerify('RSA-SHA256').update(text).verify(key, signature, 'base64')
}

/** True for a notice of Alipay's; its values as they stand in the form, decoded once. */
export function isNotice(key: KeyObject, parameters: Readonly<Record<string, string | undefined>>): boolean {
  return parameters['sign_type'] === 'RSA2' && isSigned(key, signedText(parameters, ['sign', 'sign_type']), parameters['sign'] ?? '')
}

/** The part of an answer that is signed, as it came: from behind its name to the signature. */
export function signedPart(body: string, name: string): string | null {
  const begin = body.indexOf(`"${name}":`)
  const end = body.lastIndexOf('"sign":')
  if (begin === -1 || end < begin) return null
  return body
    .slice(begin + name.length + 3, end)
    .trim()
    .replace(/,$/, '')
    .trim()
}
