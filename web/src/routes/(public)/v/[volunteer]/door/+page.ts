// The camera needs script; typing and searching work without.
export const csr = true
