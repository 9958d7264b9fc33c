// Counts a hold down by the server's clock. The page says until when without this.
for (const part of document.querySelectorAll('[data-hold-until]')) {
  const until = Date.parse(part.dataset.holdUntil)
  // The reader's clock may be wrong; what the server said and how long this page has been open are not.
  const offset = Date.parse(part.dataset.now) - Date.now()
  const clock = part.querySelector('[data-clock]')
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now() - offset) / 1000))
    const two = (n) => String(n).padStart(2, '0')
    const hours = Math.floor(left / 3600)
    clock.textContent = `${hours > 0 ? `${hours}:` : ''}${hours > 0 ? two(Math.floor((left % 3600) / 60)) : Math.floor(left / 60)}:${two(left % 60)}`
    if (left > 0) return
    clearInterval(timer)
    part.querySelector('[data-running]').hidden = true
    part.querySelector('[data-over]').hidden = false
  }
  const timer = setInterval(tick, 1000)
  part.querySelector('[data-running]').hidden = false
  part.querySelector('[data-until]').hidden = true
  tick()
}
