/** True for what can be an id: anything else need not be looked for. */
export const isId = (typed: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(typed)
