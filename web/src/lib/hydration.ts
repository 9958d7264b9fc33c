let over = false

/** Called once by the outermost layout when the page's script has taken over what the server sent. */
export function endHydration(): void {
  over = true
}

/** What somebody has typed into a text area while the page's script was still loading; undefined afterwards and on the server. */
export function typedSoFar(id: string): string | undefined {
  if (over || typeof document === 'undefined') return undefined
  const found = document.getElementById(id)
  return found instanceof HTMLTextAreaElement ? found.value : undefined
}
