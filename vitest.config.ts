import { defineConfig } from 'vitest/config'

const database = { globalSetup: ['./tests/setup/postgres.ts'] }
const minute = 60_000

export default defineConfig({
  test: {
    // Half of the tests wait for the database or the browser rather than for a core.
    maxWorkers: 2,
    projects: [
      { test: { name: 'core', include: ['core/src/**/*.test.ts'], ...database, testTimeout: minute, hookTimeout: minute } },
      {
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts', 'scripts/**/*.test.ts', 'tests/**/*.test.ts'],
          ...database,
          testTimeout: minute,
          hookTimeout: minute,
        },
      },
      { test: { name: 'web', include: ['web/src/**/*.test.ts'] } },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: [...database.globalSetup, './tests/setup/examples-folder.ts', './tests/setup/chromium.ts'],
          // One at a time: each has a browser and a server of its own, and two cores are enough for one.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 5 * minute,
          hookTimeout: 2 * minute,
        },
      },
    ],
  },
})
