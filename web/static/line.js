// Looks every ten seconds whose turn it is and then sends the form that was kept; by hand it works without this.
for (const form of document.querySelectorAll('form[data-line]')) {
  const token = form.elements.namedItem('_line')
  form.querySelector('[data-auto]').hidden = false
  form.querySelector('[data-press]').hidden = true
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    try {
      const answer = await fetch(`${form.dataset.line}?at=${encodeURIComponent(token.value)}`, { headers: { accept: 'application/json' } })
      if (!answer.ok) return
      const turn = await answer.json()
      if (turn.line) token.value = turn.line
      const place = document.querySelector('[data-place] h2')
      if (place && turn.said) place.textContent = turn.said
      if (!turn.in) return
      clearInterval(timer)
      form.requestSubmit()
    } catch {
      // The connection was gone for a moment; the next look tells.
    } finally {
      looking = false
    }
  }
  const timer = setInterval(look, 10_000)
}
