// Public pages are whole without script: no framework code is sent, only the small files of static/.
export const csr = false
