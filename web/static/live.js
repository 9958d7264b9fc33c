// Keeps an open page true: the line of now moves, and changes arrive. The page is whole without it.
const root = document.querySelector('[data-live]')

// The line of now, between the entries that it lies between.
function moveNow() {
  const now = Date.now()
  for (const rail of document.querySelectorAll('[data-rail]')) {
    const items = [...rail.querySelectorAll(':scope > li[data-at]')]
    const first = items[0]
    const last = items.at(-1)
    let line = rail.querySelector(':scope > .now-line')
    const inside = first && last && now >= Date.parse(first.dataset.at) && now <= Date.parse(last.dataset.at) + 3 * 3600e3
    if (!inside) {
      line?.remove()
      continue
    }
    if (!line) {
      line = document.createElement('li')
      line.className = 'now-line'
      line.setAttribute('aria-hidden', 'true')
    }
    const next = items.find((item) => Date.parse(item.dataset.at) > now)
    if (next ? next.previousElementSibling !== line : rail.lastElementChild !== line) rail.insertBefore(line, next ?? null)
  }
}
moveNow()
setInterval(moveNow, 20_000)

// Something public changed: fetch the page anew, not all readers in the same moment.
let timer
function refresh() {
  clearTimeout(timer)
  timer = setTimeout(async () => {
    const parts = [...document.querySelectorAll('[data-part]')]
    const busy = document.activeElement?.closest('form') !== null
    if (parts.length === 0 || busy) return offer()
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-cache' })
      if (!answer.ok) return
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
      for (const part of parts) {
        const fresh = next.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`)
        if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes)
      }
      moveNow()
    } catch {
      // Offline for a moment; the next change tries again.
    }
  }, Math.random() * 1500)
}

// Pages whose content ages by itself ask for it.
document.addEventListener('kaichang:refresh', refresh)

function offer() {
  if (document.querySelector('.live-offer')) return
  const line = document.createElement('p')
  line.className = 'live-offer'
  line.setAttribute('role', 'status')
  const link = document.createElement('a')
  link.className = 'btn'
  link.href = location.href
  link.textContent = root?.dataset.liveOffer ?? '↻'
  line.append(link)
  document.body.append(line)
}

if (root?.dataset.live && 'EventSource' in window) {
  let known = null
  const stream = new EventSource(root.dataset.live)
  const heard = (event) => {
    const changed = known !== null && event.lastEventId !== known
    known = event.lastEventId
    if (changed) {
      refresh()
      document.dispatchEvent(new CustomEvent('kaichang:change', { detail: event.lastEventId }))
    }
  }
  stream.addEventListener('hello', heard)
  stream.addEventListener('change', heard)
  addEventListener('pagehide', () => stream.close())
  addEventListener('pageshow', (event) => event.persisted && location.reload())
}
