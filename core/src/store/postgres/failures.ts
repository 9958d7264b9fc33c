/** Why the database of a data folder cannot run, as sentences for the person who started it. */

export type Sentence = { zh: string; en: string }

type Facts = {
  port_taken: { port: number }
  database_port_taken: { port: number }
  data_folder_not_writable: { folder: string; reason: string }
  disk_full: { folder: string; freeMegabytes: number; neededMegabytes: number }
  database_version_differs: { folder: string; found: string; expected: string }
  data_folder_in_use: { folder: string; pid: number }
  platform_without_database: { platform: string }
  no_user_for_database: { folder: string }
  database_start_failed: { reason: string; log: string }
}

export type PostgresFailureCode = keyof Facts

const sentences: { [Code in PostgresFailureCode]: (facts: Facts[Code]) => Sentence } = {
  port_taken: ({ port }) => ({
    zh: `端口 ${port} 已被别的程序占用：换一个（例如 PORT=${port + 1}），或先停下那个程序。`,
    en: `Port ${port} is used by another program: choose another (for example PORT=${port + 1}) or stop that program.`,
  }),
  database_port_taken: ({ port }) => ({
    zh: `数据库要用的端口 ${port} 已被别的程序占用：换一个，或先停下那个程序。`,
    en: `Port ${port}, asked for by the database, is used by another program: choose another or stop that program.`,
  }),
  data_folder_not_writable: ({ folder, reason }) => ({
    zh: `数据目录 ${folder} 不能写入（${reason}）：改它的权限，或用 KAICHANG_DATA 指定另一个目录。`,
    en: `The data folder ${folder} cannot be written (${reason}): change its permissions, or name another with KAICHANG_DATA.`,
  }),
  disk_full: ({ folder, freeMegabytes, neededMegabytes }) => ({
    zh: `磁盘快满了：${folder} 还剩 ${freeMegabytes} MB，数据库至少要 ${neededMegabytes} MB。腾出空间后再启动，已有的数据都在。`,
    en: `The disk is nearly full: ${folder} has ${freeMegabytes} MB left, the database needs at least ${neededMegabytes} MB. Free some space and start again; the data is safe.`,
  }),
  database_version_differs: ({ folder, found, expected }) => ({
    zh: `${folder} 是 PostgreSQL ${found} 的数据，这里带的是 PostgreSQL ${expected}：用原来的版本备份（kaichang backup），再恢复到新的目录。`,
    en: `${folder} holds data of PostgreSQL ${found}, this is PostgreSQL ${expected}: make a backup with the former version (kaichang backup) and restore it into a new folder.`,
  }),
  data_folder_in_use: ({ folder, pid }) => ({
    zh: `数据目录 ${folder} 正被另一个开场使用（进程 ${pid}）：先停下它，或用 KAICHANG_DATA 指定另一个目录。`,
    en: `The data folder ${folder} is in use by another Kaichang (process ${pid}): stop it first, or name another folder with KAICHANG_DATA.`,
  }),
  platform_without_database: ({ platform }) => ({
    zh: `没有适合 ${platform} 的自带 PostgreSQL：请用 DATABASE_URL 指定一个 PostgreSQL 15 或更新的数据库。`,
    en: `There is no bundled PostgreSQL for ${platform}: name a PostgreSQL 15 or later with DATABASE_URL.`,
  }),
  no_user_for_database: ({ folder }) => ({
    zh: `PostgreSQL 不能以 root 运行，也找不到一个能进入 ${folder} 的普通用户：请用普通用户启动，或用 KAICHANG_DATA 指定别人也能进入的目录。`,
    en: `PostgreSQL does not run as root, and no ordinary user can enter ${folder}: start as an ordinary user, or name a folder that others can enter with KAICHANG_DATA.`,
  }),
  database_start_failed: ({ reason, log }) => ({
    zh: `数据库没有启动：${reason}（日志：${log}）`,
    en: `The database did not start: ${reason} (log: ${log})`,
  }),
}

/** A failure with a stable `code`, the facts behind it, and one sentence in each language. */
export class PostgresFailure extends Error {
  readonly code: PostgresFailureCode
  readonly sentence: Sentence

  constructor(code: PostgresFailureCode, sentence: Sentence) {
    super(sentence.en)
    this.name = 'PostgresFailure'
    this.code = code
    this.sentence = sentence
  }
}

/** Makes the failure `code` from its facts. */
export function postgresFailure<Code extends PostgresFailureCode>(code: Code, facts: Facts[Code]): PostgresFailure {
  return new PostgresFailure(code, sentences[code](facts))
}

/** The sentence of any error met while starting, or undefined when it is not one of ours. */
export function explainPostgresFailure(error: unknown): Sentence | undefined {
  return error instanceof PostgresFailure ? error.sentence : undefined
}

/** The `code` of an operating system error (`EACCES`, `ENOSPC`, …), or an empty text. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Turns an operating system error met while writing below `folder` into one of our sentences. */
export function folderFailure(error: unknown, folder: string): unknown {
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return postgresFailure('disk_full', { folder, freeMegabytes: 0, neededMegabytes: 64 })
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return postgresFailure('data_folder_not_writable', { folder, reason: code })
  }
  return error
}
