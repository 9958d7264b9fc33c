/**
 * A valid MP3 of silence (MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono): what the examples use in place of recordings
 * that may not be passed on. Different `mark`s give different files.
 */
export function silentMp3(seconds: number, mark = ''): Uint8Array {
  const frames = Math.max(1, Math.ceil((seconds * 44_100) / 1152))
  const frame = new Uint8Array(104)
  frame.set([0xff, 0xfb, 0x10, 0xc4])
  const head = id3(mark)
  const out = new Uint8Array(head.length + frames * frame.length)
  out.set(head)
  for (let i = 0; i < frames; i += 1) out.set(frame, head.length + i * frame.length)
  return out
}

/** An ID3v2.4 tag with the text as title. */
function id3(title: string): Uint8Array {
  const text = new TextEncoder().encode(title)
  const size = (n: number): number[] => [(n >> 21) & 0x7f, (n >> 14) & 0x7f, (n >> 7) & 0x7f, n & 0x7f]
  const body = [...new TextEncoder().encode('TIT2'), ...size(text.length + 1), 0, 0, 3, ...text]
  return Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, ...size(body.length), ...body])
}
