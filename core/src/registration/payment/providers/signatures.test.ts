import { createCipheriv, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNotice, isSigned, signedPart, signedText, signRequest } from './alipay.sign.ts'
import { asFen, asYuan, cutBytes } from './common.ts'
import { authorization, doubt, openResource, signLines, verifyLines, WINDOW } from './wechatpay.sign.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })

describe('Alipay', () => {
  // A page payment as the official alipay-sdk 4.14.0 signed it, with the public half of a key that is gone.
  const official = {
    method: 'alipay.trade.page.pay',
    app_id: '2021000000000001',
    charset: 'utf-8',
    version: '1.0',
    sign_type: 'RSA2',
    timestamp: '2026-11-21 14:27:28',
    notify_url: 'https://events.example.org/api/v1/payments/alipay/notices',
    return_url: 'https://events.example.org/o/abc',
    sign: 'XlcpNZawuJaDEYaL6y7UQcjvJw4xhqlLrVxdfRLtbNiC2g4gMVcEIBp7BPrqlLXtGVrEBw8mzhrxVyUjp6HNMsZ5FPINLsWv2i4+UR6Wu49hQqGGBYSrkAJoq0py6JbDrzmBkLY3TS7dLkDKkBALAkgjsHw8xEmlzSk1t5pto1krW+rClHp63mqjirlwLvRgRgoIJOyBrCZA8uELLouB73WGYI29Q0NYidzzLb3cCOMIAdA748e3A6EdsD++QpjdEexl4Etmd2JlqoyNF53UXL6W8cV9/VhKIJEukTNImFGXuASJVomZ1xc72ZtyIpojfBXEgpF6zSrBx0jRalgv6g==',
    alipay_sdk: 'alipay-sdk-nodejs-4.0.0',
    biz_content: '{"out_trade_no":"1-ABCDEFGH","total_amount":"128.00","subject":"南宁场 K7MP2Q","product_code":"FAST_INSTANT_TRADE_PAY"}',
  }
  const key = createPublicKey(`-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4FAxjGCSPTLLUHweuhvE
Euwfv8dG4GOli8Sufggu2HhlNI5erO5u+wkUgyvKnorrobBHVDvRRGoEC+nymn+j
/f3DGOcXx4FwC9QhyN9LN4wqK1qFGVN6vMf0ppDEklzs5dPkmeUdJUv2QaQx2xh1
hhdeMglRs65cpvrVtSktPCwc7zLyPrGEvO1tIRrD5ZGqcCZkme7YgtopxLANiWrT
HJTQefRrcHJBJlQmOplYHjj5G16+Jf2Vt+bzy87yiV7GXBmQG+4DxGp5qhVtS/ki
m+9DCpai95OrbcM7hXD3l3VqjX65vZLGUuqJ2PJX5ul7AybUhkgFu2I+deLOe6hm
tQIDAQAB
-----END PUBLIC KEY-----`)

  test('what the official package signs is what we would have signed', () => {
    expect(isSigned(key, signedText(official, ['sign']), official.sign)).toBe(true)
    for (const name of Object.keys(official)) {
      if (name === 'sign') continue
      expect(isSigned(key, signedText({ ...official, [name]: 'x' }, ['sign']), official.sign)).toBe(false)
    }
  })

  test('a notice holds as it came, and not once anything of it is changed, added or taken away', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string(), { minKeys: 1, maxKeys: 8 }), (given) => {
        const fields: Record<string, string> = { ...given, sign_type: 'RSA2' }
        delete fields['sign']
        const text = signedText(fields, ['sign', 'sign_type'])
        const signed = { ...fields, sign: signLinesPlain(text) }
        expect(isNotice(pair.publicKey, signed)).toBe(true)
        expect(isNotice(other.publicKey, signed)).toBe(false)
        expect(isNotice(pair.publicKey, { ...signed, added: 'x' })).toBe(false)
        expect(isNotice(pair.publicKey, { ...signed, sign_type: 'RSA' })).toBe(false)
        expect(isNotice(pair.publicKey, { ...signed, sign: '' })).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  test('the signed part of an answer is taken as it came', () => {
    const body = '{"alipay_trade_query_response":{"code":"10000","note":"\\"sign\\":"},"sign":"abc"}'
    expect(signedPart(body, 'alipay_trade_query_response')).toBe('{"code":"10000","note":"\\"sign\\":"}')
    expect(signedPart('{"error":1}', 'alipay_trade_query_response')).toBeNull()
  })

  const signLinesPlain = (text: string): string => signRequest(pair.privateKey, asParameters(text))
  /** The text again as parameters: signing them signs this text. */
  const asParameters = (text: string): Record<string, string> => ({ [text.split('=')[0] ?? '']: text.slice(text.indexOf('=') + 1) })
})

describe('WeChat Pay', () => {
  const trusted = { id: 'PUB_KEY_ID_0112', key: pair.publicKey }
  const now = new Date('2026-11-20T12:00:00+08:00')
  const seconds = String(now.getTime() / 1000)
  const headersOf = (body: string, at = seconds): Record<string, string> => ({
    'wechatpay-timestamp': at,
    'wechatpay-nonce': 'n0nce',
    'wechatpay-serial': trusted.id,
    'wechatpay-signature': signLines(pair.privateKey, [at, 'n0nce', body]),
  })

  test('an answer is believed with its signature only, within five minutes', () => {
    const body = '{"code_url":"weixin://…"}'
    expect(doubt(trusted, headersOf(body), body, now)).toBeNull()
    expect(doubt(trusted, headersOf(body), `${body} `, now)).toBe('signature')
    expect(doubt({ ...trusted, key: other.publicKey }, headersOf(body), body, now)).toBe('signature')
    expect(doubt({ ...trusted, id: 'PUB_KEY_ID_0113' }, headersOf(body), body, now)).toBe('serial')
    expect(doubt(trusted, {}, body, now)).toBe('signature')
    expect(doubt(trusted, headersOf(body), body, new Date(now.getTime() + WINDOW))).toBeNull()
    for (const off of [WINDOW + 1, -WINDOW - 1]) expect(doubt(trusted, headersOf(body), body, new Date(now.getTime() + off))).toBe('old')
    for (const name of Object.keys(headersOf(body)))
      expect(doubt(trusted, { ...headersOf(body), [name]: undefined }, body, now)).not.toBeNull()
  })

  test('a request is signed over method, path, time, nonce and body', () => {
    const request = { method: 'POST', path: '/v3/pay/transactions/native?a=1', body: '{"a":1}' }
    const header = authorization({ mchId: '1900000001', serial: 'AB', key: pair.privateKey }, request, 1_700_000_000, 'nonce')
    const fields = Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))
    expect(header.startsWith('WECHATPAY2-SHA256-RSA2048 mchid="1900000001"')).toBe(true)
    const lines = ['POST', request.path, '1700000000', 'nonce', request.body]
    expect(verifyLines(pair.publicKey, lines, fields['signature'] ?? '')).toBe(true)
    for (let n = 0; n < lines.length; n += 1) {
      expect(verifyLines(pair.publicKey, lines.with(n, 'x'), fields['signature'] ?? '')).toBe(false)
    }
  })

  test('a resource opens with its key, nonce and data only', () => {
    const key = 'k'.repeat(32)
    const cipher = createCipheriv('aes-256-gcm', key, '0123456789ab')
    cipher.setAAD(Buffer.from('transaction'))
    const sealed = Buffer.concat([cipher.update('{"金额":1}'), cipher.final(), cipher.getAuthTag()])
    const resource = { ciphertext: sealed.toString('base64'), nonce: '0123456789ab', associated_data: 'transaction' }
    expect(openResource(key, resource)).toBe('{"金额":1}')
    expect(openResource('x'.repeat(32), resource)).toBeNull()
    expect(openResource(key, { ...resource, nonce: '0123456789ac' })).toBeNull()
    expect(openResource(key, { ...resource, nonce: 'short' })).toBeNull()
    expect(openResource(key, { ...resource, associated_data: 'refund' })).toBeNull()
    expect(openResource(key, { ...resource, ciphertext: 'AAAA' })).toBeNull()
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed)
      altered[at] = (altered[at] ?? 0) ^ 1
      expect(openResource(key, { ...resource, ciphertext: altered.toString('base64') })).toBeNull()
    }
  })

  test('keys come from PEM text as well', () =>
    expect(createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })).type).toBe('private'))
})

test('fen and yuan are the same amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (fen) => {
      expect(asFen(asYuan(fen))).toBe(fen)
    }),
  )
  expect([asFen('0.6'), asFen('0.60000'), asFen('1.005'), asFen('1e3'), asFen(''), asFen('１')]).toEqual([60, 60, null, null, null, null])
})

test('a text is cut between characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, bytes) => {
      const cut = cutBytes(text, bytes)
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes)
      expect(text.startsWith(cut)).toBe(true)
      expect(cut.isWellFormed()).toBe(true)
    }),
  )
})
