// Small help for forms; everything also works without it.
// One press is one request, and what was typed survives an error page.
const STORE = 'kc-forms'
const read = () => {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? '[]')
  } catch {
    return []
  }
}
const write = (list) => {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(list.slice(-5)))
  } catch {
    // Private windows may refuse to store; then the browser's own memory has to do.
  }
}
const kept = (field) => field.name && !field.name.startsWith('_') && !['password', 'file', 'hidden', 'submit'].includes(field.type)

function remember(form) {
  const values = [...form.elements].filter(kept).map((f) => [f.name, f.value, f.checked === true])
  write([
    ...read().filter((e) => e.path !== location.pathname || e.form !== form.id),
    { path: location.pathname, form: form.id, values, state: 'sent' },
  ])
}

function restore(form, values) {
  for (const field of [...form.elements].filter(kept)) {
    const one = values.find(
      ([name, value]) => name === field.name && (!['checkbox', 'radio'].includes(field.type) || value === field.value),
    )
    if (!one) continue
    if (['checkbox', 'radio'].includes(field.type)) field.checked = one[2]
    else field.value = one[1]
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || event.defaultPrevented) return
  if (form.getAttribute('aria-busy') === 'true') {
    event.preventDefault()
    return
  }
  form.setAttribute('aria-busy', 'true')
  const label = event.submitter instanceof HTMLButtonElement ? event.submitter : null
  const before = label?.textContent
  if (label && form.dataset.guard) setTimeout(() => form.getAttribute('aria-busy') && (label.textContent = form.dataset.guard), 300)
  setTimeout(() => {
    form.removeAttribute('aria-busy')
    if (label) label.textContent = before
  }, 15000)
  remember(form)
})

addEventListener('pageshow', (event) => {
  if (event.persisted) for (const form of document.querySelectorAll('form[aria-busy]')) form.removeAttribute('aria-busy')
})

const failed = document.querySelector('[data-error-page]') !== null
const list = read()
for (const entry of list) {
  if (entry.state === 'failed' && !failed && entry.path === location.pathname) {
    const form = document.getElementById(entry.form)
    if (form instanceof HTMLFormElement && !('failed' in form.dataset)) restore(form, entry.values)
  }
}
write(failed ? list.map((e) => ({ ...e, state: 'failed' })) : list.filter((e) => e.state === 'failed' && e.path !== location.pathname))
document.querySelector('[data-focus]')?.focus()
