// Pages are whole without script; the console switches it on for itself.
export const csr = false
