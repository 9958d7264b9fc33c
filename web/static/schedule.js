// On a running day: seconds run on, and the page looks again every minute, since times shift by themselves.
const chinese = document.documentElement.lang.startsWith('zh')
const units = chinese ? ['小时', '分', '秒'] : ['h', 'min', 's']

function say(seconds) {
  const all = Math.abs(seconds)
  const parts = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60]
  return parts.flatMap((n, i) => (n > 0 ? [`${n} ${units[i]}`] : [])).join(' ') || `0 ${units[2]}`
}

function tick() {
  for (const element of document.querySelectorAll('[data-due]')) {
    const left = Math.round((Date.parse(element.dataset.due) - Date.now()) / 1000)
    const text = (left < 0 ? element.dataset.over : element.dataset.left).replace('{time}', say(left))
    if (element.textContent !== text) element.textContent = text
    element.closest('.line')?.classList.toggle('over', left < 0)
  }
}
tick()
setInterval(tick, 1000)
setInterval(() => document.visibilityState === 'visible' && document.dispatchEvent(new Event('kaichang:refresh')), 60_000)
