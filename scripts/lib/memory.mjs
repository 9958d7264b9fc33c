// A small heap at first, a bound on the young and on the old generation: the process stays near 300 MB while it serves
// thousands of pages a second (`npm run bench pages`) or a rush (`npm run bench rush`). In a rush many requests live for a
// tenth of a second; a smaller young generation would copy each of them again and again.
export const memoryFlags = ['--max-semi-space-size=64', '--min-semi-space-size=1', '--initial-heap-size=96', '--max-old-space-size=1024']
