/** How Node is started to serve: the bounds of its heap. */
export const memoryFlags: readonly string[]
