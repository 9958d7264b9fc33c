/** Looks for QR codes in the camera's picture until stopped. */
export interface Scanner {
  stop(): void
}

type Detect = (video: HTMLVideoElement) => Promise<string | null>

interface BarcodeDetectorLike {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

/** Part of a second between two looks: quick enough for a queue, kind to a phone's battery. */
const PAUSE = 120

/**
 * Opens the camera at the back and calls `found` for each code read. Throws when there is no camera or it was refused.
 * The browser's own detector where there is one, else zxing from our own server.
 */
export async function startScanner(video: HTMLVideoElement, found: (text: string) => void): Promise<Scanner> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 } },
  })
  const stopStream = (): void => stream.getTracks().forEach((track) => track.stop())
  let stopped = false
  try {
    video.srcObject = stream
    await video.play()
    const detect = await chooseDetector()
    const look = async (): Promise<void> => {
      if (stopped) return
      const text = video.readyState >= 2 ? await detect(video).catch(() => null) : null
      if (stopped) return
      if (text) found(text)
      setTimeout(() => void look(), PAUSE)
    }
    void look()
  } catch (error) {
    stopStream()
    throw error
  }
  return {
    stop: () => {
      stopped = true
      stopStream()
      video.srcObject = null
    },
  }
}

/** True when this page may ask for a camera at all (a secure address, a browser that has one). */
export function canScan(): boolean {
  return typeof navigator !== 'undefined' && navigator.mediaDevices?.getUserMedia !== undefined
}

async function chooseDetector(): Promise<Detect> {
  if ('BarcodeDetector' in window) {
    try {
      const Detector = window.BarcodeDetector as new (options: { formats: string[] }) => BarcodeDetectorLike
      const detector = new Detector({ formats: ['qr_code'] })
      return async (video) => (await detector.detect(video))[0]?.rawValue ?? null
    } catch {
      // Announced, but without QR codes: some desktop browsers.
    }
  }
  return zxing()
}

async function zxing(): Promise<Detect> {
  const [{ prepareZXingModule, readBarcodes }, { default: wasm }] = await Promise.all([
    import('zxing-wasm/reader'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ])
  // Without this the library asks a server abroad for its binary.
  prepareZXingModule({ overrides: { locateFile: (path: string) => (path.endsWith('.wasm') ? wasm : path) } })
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    if (!context) return null
    const scale = Math.min(1, 800 / Math.max(video.videoWidth, 1))
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    const [first] = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), {
      formats: ['QRCode'],
      maxNumberOfSymbols: 1,
      tryHarder: false,
    })
    return first?.text ?? null
  }
}
