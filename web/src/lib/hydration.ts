let over = false
let unfolded: (readonly [HTMLDetailsElement, boolean])[] = []

/** Called once by the outermost layout before the page's script takes anything over: what is folded and what is not. */
export function noteUnfolded(): void {
  if (over || typeof document === 'undefined') return
  unfolded = [...document.querySelectorAll('details')].map((one) => [one, one.open] as const)
}

/** Called once by the outermost layout when the page's script has taken over what the server sent. */
export function endHydration(): void {
  over = true
  // Taking over folds everything as the server had sent it, also under somebody's fingers.
  for (const [one, open] of unfolded) one.open = open
  unfolded = []
}

/** What somebody has typed into a text area while the page's script was still loading; undefined afterwards and on the server. */
export function typedSoFar(id: string): string | undefined {
  if (over || typeof document === 'undefined') return undefined
  const found = document.getElementById(id)
  return found instanceof HTMLTextAreaElement ? found.value : undefined
}
