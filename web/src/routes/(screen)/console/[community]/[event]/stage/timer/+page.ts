// The clock runs in the page, so that it goes on without a network.
export const csr = true
