// Questions that hang on another one appear when it is answered so. Without this each says when it is to be filled in.
const hung = () => [...document.querySelectorAll('fieldset[data-when]')]

/** What is answered under a name now; a field that is hidden itself answers nothing. */
function answersTo(form, name) {
  return [...form.elements]
    .filter((field) => (field.name === name || field.name === `${name}[]`) && !field.closest('fieldset[hidden]'))
    .flatMap((field) => {
      if (!['checkbox', 'radio'].includes(field.type)) return [field.value]
      return field.checked ? [field.value === 'on' ? 'yes' : field.value] : []
    })
}

function update() {
  const all = hung()
  // One may hang on another that hangs on a third: as often as there are links, until nothing moves.
  for (let round = 0; round <= all.length; round += 1) {
    let moved = false
    for (const part of all) {
      const wanted = JSON.parse(part.dataset.any ?? '[]')
      const shown = part.form !== null && answersTo(part.form, part.dataset.when ?? '').some((value) => wanted.includes(value))
      if (part.hidden !== shown) continue
      part.hidden = !shown
      // What is not shown is not sent.
      part.disabled = !shown
      moved = true
    }
    if (!moved) return
  }
}

for (const part of hung()) part.querySelector('legend')?.classList.add('hidden-text')
update()
addEventListener('input', update)
addEventListener('change', update)
addEventListener('pageshow', update)
