const MB = 1024 * 1024
const GB = 1024 * MB

/** A kind of file that is taken in: its endings, what it begins with, how large it may be, and whether browsers show it. */
interface Media {
  type: string
  endings: readonly string[]
  limit: number
  /** Safe to be opened in the browser from our own origin; all else is handed out as a download. */
  inline: boolean
  begins(head: Uint8Array): boolean
}

const ascii = (head: Uint8Array, at: number, text: string): boolean =>
  head.length >= at + text.length && [...text].every((c, i) => head[at + i] === c.charCodeAt(0))
const bytes = (head: Uint8Array, ...wanted: number[]): boolean => head.length >= wanted.length && wanted.every((b, i) => head[i] === b)
/** A frame of MPEG audio or ADTS: eleven or twelve set bits. */
const frame = (head: Uint8Array): boolean => head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0
const isoMedia = (head: Uint8Array): boolean => ascii(head, 4, 'ftyp')
const zip = (head: Uint8Array): boolean => bytes(head, 0x50, 0x4b, 0x03, 0x04)
const utf8 = (head: Uint8Array): boolean => !head.includes(0) && !/<(!doctype|html|script|svg)/i.test(new TextDecoder().decode(head))

const MEDIA: readonly Media[] = [
  { type: 'audio/mpeg', endings: ['mp3'], limit: 2 * GB, inline: true, begins: (h) => ascii(h, 0, 'ID3') || frame(h) },
  { type: 'audio/mp4', endings: ['m4a'], limit: 2 * GB, inline: true, begins: isoMedia },
  { type: 'audio/aac', endings: ['aac'], limit: 2 * GB, inline: true, begins: (h) => ascii(h, 0, 'ID3') || frame(h) },
  { type: 'audio/wav', endings: ['wav'], limit: 4 * GB, inline: true, begins: (h) => ascii(h, 0, 'RIFF') && ascii(h, 8, 'WAVE') },
  { type: 'audio/ogg', endings: ['ogg', 'oga', 'opus'], limit: 2 * GB, inline: true, begins: (h) => ascii(h, 0, 'OggS') },
  { type: 'audio/flac', endings: ['flac'], limit: 4 * GB, inline: true, begins: (h) => ascii(h, 0, 'fLaC') },
  { type: 'audio/amr', endings: ['amr'], limit: 2 * GB, inline: false, begins: (h) => ascii(h, 0, '#!AMR') },
  { type: 'video/mp4', endings: ['mp4', 'm4v'], limit: 16 * GB, inline: true, begins: isoMedia },
  {
    type: 'video/quicktime',
    endings: ['mov'],
    limit: 16 * GB,
    inline: true,
    begins: (h) => isoMedia(h) || ascii(h, 4, 'moov') || ascii(h, 4, 'wide'),
  },
  { type: 'video/webm', endings: ['webm'], limit: 16 * GB, inline: true, begins: (h) => bytes(h, 0x1a, 0x45, 0xdf, 0xa3) },
  { type: 'video/x-matroska', endings: ['mkv'], limit: 16 * GB, inline: false, begins: (h) => bytes(h, 0x1a, 0x45, 0xdf, 0xa3) },
  { type: 'image/jpeg', endings: ['jpg', 'jpeg'], limit: 40 * MB, inline: true, begins: (h) => bytes(h, 0xff, 0xd8, 0xff) },
  {
    type: 'image/png',
    endings: ['png'],
    limit: 40 * MB,
    inline: true,
    begins: (h) => bytes(h, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  },
  { type: 'image/webp', endings: ['webp'], limit: 40 * MB, inline: true, begins: (h) => ascii(h, 0, 'RIFF') && ascii(h, 8, 'WEBP') },
  { type: 'application/pdf', endings: ['pdf'], limit: 200 * MB, inline: false, begins: (h) => ascii(h, 0, '%PDF-') },
  {
    type: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    endings: ['pptx'],
    limit: 200 * MB,
    inline: false,
    begins: zip,
  },
  { type: 'application/vnd.oasis.opendocument.presentation', endings: ['odp'], limit: 200 * MB, inline: false, begins: zip },
  { type: 'application/zip', endings: ['zip', 'key'], limit: 500 * MB, inline: false, begins: zip },
  {
    type: 'text/vtt',
    endings: ['vtt'],
    limit: 5 * MB,
    inline: false,
    begins: (h) => utf8(h) && /^\uFEFF?WEBVTT/.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(h)),
  },
]

/** What people hand in beside a form: nothing that a browser would run. */
const DOCUMENTS: readonly string[] = ['application/pdf', 'image/png', 'image/jpeg', 'image/webp']

/** How many bytes of a file `sniff` wants to see. */
export const HEAD_BYTES = 512

/** What a name's ending promises; undefined when such files are not taken. */
export function mediaOfName(name: string): { type: string; limit: number } | undefined {
  return byEnding(name)
}

/** True when the first bytes are what the name's ending promises. */
export function contentFits(name: string, head: Uint8Array): boolean {
  return byEnding(name)?.begins(head) ?? false
}

/** True for audio and video, which can be somebody's recording. */
export function isRecordingType(mediaType: string): boolean {
  return /^(audio|video)\//.test(mediaType)
}

/** What a document of a person is by its first bytes: a paper or a picture, and the ending that belongs to it. */
export function sniffDocument(head: Uint8Array): { type: string; ending: string } | undefined {
  const media = MEDIA.find((one) => DOCUMENTS.includes(one.type) && one.begins(head))
  return media && { type: media.type, ending: media.endings[0] ?? '' }
}

/** True when a browser may show the file itself; all else is a download. */
export function mayShowInline(mediaType: string): boolean {
  return MEDIA.some((m) => m.type === mediaType && m.inline)
}

function byEnding(name: string): Media | undefined {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return MEDIA.find((m) => m.endings.includes(ending))
}
