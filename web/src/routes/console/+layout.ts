// The console works without script too; where there is script, it may help.
export const csr = true
