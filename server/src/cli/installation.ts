import { openApp, type App } from '@kaichang/core/app.ts'
import { readSettings, type Settings } from '@kaichang/core/kernel/settings.ts'
import { findRunningPostgres, startPostgres } from '@kaichang/core/store/postgres/start.ts'
import { complain, say, step } from './say.ts'

export interface Installation {
  app: App
  settings: Settings
  close(): Promise<void>
}

/**
 * Opens the installation that the settings describe. `exclusive` is for the server itself: it starts the embedded
 * database and never uses that of another process.
 */
export async function openInstallation(options: { jobs: boolean; exclusive?: boolean }): Promise<Installation> {
  const settings = readSettings(process.env)
  const database = await openDatabaseServer(settings, options.exclusive === true)
  try {
    const app = await step({ zh: '正在准备数据库表', en: 'Preparing the tables' }, () =>
      openApp({ settings, databaseUrl: database.url, jobs: options.jobs, log: (message) => process.stderr.write(`${message}\n`) }),
    )
    return {
      app,
      settings,
      close: async () => {
        await app.close()
        await database.stop()
      },
    }
  } catch (error) {
    await database.stop()
    throw error
  }
}

/** Does something with the database as it is, not migrated: that of DATABASE_URL, of a running Kaichang, or started for it. */
export async function withDatabase<T>(settings: Settings, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const database = await openDatabaseServer(settings, false)
  try {
    return await work(database.url)
  } finally {
    await database.stop()
  }
}

async function openDatabaseServer(settings: Settings, exclusive: boolean): Promise<{ url: string; stop: () => Promise<void> }> {
  const nothing = (): Promise<void> => Promise.resolve()
  if (settings.databaseUrl) return { url: settings.databaseUrl, stop: nothing }
  const running = exclusive ? undefined : await findRunningPostgres(settings.dataDirectory)
  if (running) return { url: running, stop: nothing }
  return step({ zh: '正在启动数据库', en: 'Starting the database' }, () =>
    startPostgres({ dataDirectory: settings.dataDirectory, log: (message) => (exclusive ? say(message) : complain(message)) }),
  )
}
