import { renderSVG } from 'uqr'

/** A door code as an SVG for pages, with the quiet zone that scanners need; black on white in any mode. */
export function doorCodeSvg(doorCode: string): string {
  return renderSVG(doorCode, { ecc: 'M', border: 2, pixelSize: 4 })
}

/** Any text as a QR code of the same make: an address to pay at. */
export function qrSvg(content: string): string {
  return renderSVG(content, { ecc: 'M', border: 2, pixelSize: 4 })
}
