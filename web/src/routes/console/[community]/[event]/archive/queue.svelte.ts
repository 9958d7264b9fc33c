/** One file on its way. */
export interface Sending {
  key: number
  name: string
  /** 0 to 1. */
  done: number
  state: 'waiting' | 'sending' | 'kept' | 'already' | 'refused' | 'stopped' | 'lost'
  /** Why it was refused, as the server said it. */
  message: string
}

/** Two at a time keep the line full on a venue's network without starving each other. */
const AT_ONCE = 2

/** Sends files one by one with their progress; one that fails does not stop the rest. `settled` is called when all are through. */
export function newQueue(action: () => string, settled: () => void) {
  const items = $state<Sending[]>([])
  const files = new Map<number, File>()
  const requests = new Map<number, XMLHttpRequest>()
  const busy = $derived(items.some((i) => i.state === 'waiting' || i.state === 'sending'))
  let next = 0

  function add(chosen: readonly File[]): void {
    for (const file of chosen) {
      files.set(next, file)
      items.push({ key: next, name: file.name, done: 0, state: 'waiting', message: '' })
      next += 1
    }
    pump()
  }

  function pump(): void {
    for (const item of items) {
      if (requests.size >= AT_ONCE) return
      const file = files.get(item.key)
      if (item.state === 'waiting' && file) send(item, file)
    }
  }

  function send(item: Sending, file: File): void {
    const request = new XMLHttpRequest()
    requests.set(item.key, request)
    item.state = 'sending'
    item.done = 0
    request.open('PUT', `${action()}/${encodeURIComponent(file.name)}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.setRequestHeader('accept-language', document.documentElement.lang)
    request.upload.addEventListener('progress', (event) => {
      item.done = event.total > 0 ? event.loaded / event.total : 0
    })
    request.addEventListener('load', () => finish(item, ...readAnswer(request)))
    request.addEventListener('error', () => finish(item, 'lost', ''))
    request.addEventListener('abort', () => finish(item, 'stopped', ''))
    request.send(file)
  }

  function finish(item: Sending, state: Sending['state'], message: string): void {
    requests.delete(item.key)
    item.state = state
    item.message = message
    if (state === 'kept' || state === 'already') {
      item.done = 1
      files.delete(item.key)
    }
    pump()
    if (requests.size === 0) settled()
  }

  function stop(key: number): void {
    const item = items.find((i) => i.key === key)
    const request = requests.get(key)
    if (request) request.abort()
    else if (item) item.state = 'stopped'
  }

  function again(key: number): void {
    const item = items.find((i) => i.key === key)
    if (item) item.state = 'waiting'
    pump()
  }

  return {
    items,
    get busy() {
      return busy
    },
    get finished() {
      return items.filter((i) => i.state !== 'waiting' && i.state !== 'sending').length
    },
    get kept() {
      return items.filter((i) => i.state === 'kept' || i.state === 'already').length
    },
    add,
    stop,
    again,
  }
}

function readAnswer(request: XMLHttpRequest): [Sending['state'], string] {
  try {
    const answer: unknown = JSON.parse(request.responseText)
    if (typeof answer !== 'object' || answer === null) return ['lost', '']
    if (request.status === 201) return ['already' in answer && answer.already === true ? 'already' : 'kept', '']
    const error = 'error' in answer ? answer.error : null
    return typeof error === 'object' && error !== null && 'message' in error ? ['refused', String(error.message)] : ['lost', '']
  } catch {
    return ['lost', '']
  }
}

/** All files that were dropped, those in folders too. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return [...transfer.files]
  return (await Promise.all(entries.map(walk))).flat().filter((file) => !file.name.startsWith('.'))
}

async function walk(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))]
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const files: File[] = []
  // A folder is told in portions of a hundred.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (portion.length === 0) return files
    files.push(...(await Promise.all(portion.map(walk))).flat())
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
