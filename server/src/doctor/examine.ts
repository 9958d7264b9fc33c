import { existsSync } from 'node:fs'
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Settings } from '@kaichang/core/kernel/settings.ts'
import { findDifferences } from '@kaichang/core/registration/seats/recount.ts'
import { openDatabase } from '@kaichang/core/store/database.ts'
import { pendingMigrations } from '@kaichang/core/store/migrate.ts'

interface Both {
  zh: string
  en: string
}

export interface Finding {
  state: 'good' | 'advice' | 'trouble'
  what: Both
  remedy?: Both
}

interface Patient {
  settings: Settings
  databaseUrl: string
  now: Date
}

const GIGABYTE = 1024 ** 3

/** Looks at everything that can be missing, slow or unsafe. Changes nothing. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: patient.databaseUrl, application_name: 'kaichang-doctor' })
  await client.connect()
  try {
    const found = [...runtime(), ...address(patient), ...mail(patient)]
    // One after the other: the connection takes one question at a time.
    for (const part of [disk, secret, backups, schema]) found.push(...(await part(patient)))
    for (const part of [server, speed, queue, outbox]) found.push(...(await part(client)))
    found.push(...(await retention(client, patient)))
    found.push(...(await seats(client, patient)))
    return found
  } finally {
    await client.end()
  }
}

const good = (zh: string, en: string): Finding => ({ state: 'good', what: { zh, en } })
const advice = (what: Both, remedy: Both): Finding => ({ state: 'advice', what, remedy })
const trouble = (what: Both, remedy: Both): Finding => ({ state: 'trouble', what, remedy })

function runtime(): Finding[] {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 26) return [good(`Node ${process.versions.node}`, `Node ${process.versions.node}`)]
  return [
    trouble(
      { zh: `Node ${process.versions.node} 太旧`, en: `Node ${process.versions.node} is too old` },
      { zh: '用 npm start 启动，它带着自己的 Node 26。', en: 'Start with npm start, which brings its own Node 26.' },
    ),
  ]
}

async function disk({ settings }: Patient): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(existsSync(settings.dataDirectory) ? settings.dataDirectory : '.')
  const free = (bavail * bsize) / GIGABYTE
  const said = free.toFixed(1)
  if (free >= 5) return [good(`数据目录还有 ${said} GB 空间`, `${said} GB free for the data folder`)]
  const what = { zh: `数据目录只剩 ${said} GB`, en: `Only ${said} GB free for the data folder` }
  const remedy = {
    zh: '清出空间，或把 KAICHANG_DATA 放到大一点的盘上。录音录像很占地方。',
    en: 'Free some space or move KAICHANG_DATA to a larger disk; recordings are large.',
  }
  return [free < 1 ? trouble(what, remedy) : advice(what, remedy)]
}

async function secret({ settings }: Patient): Promise<Finding[]> {
  const file = join(settings.dataDirectory, 'secret')
  if (settings.secret || !existsSync(file)) return [good('签名密钥已设置', 'The signing secret is set')]
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0 || process.platform === 'win32') return [good('密钥只有本用户能读', 'The secret is readable by this user only')]
  return [trouble({ zh: `${file} 别人也能读`, en: `${file} can be read by others` }, { zh: `chmod 600 ${file}`, en: `chmod 600 ${file}` })]
}

function address({ settings }: Patient): Finding[] {
  const url = new URL(settings.publicUrl)
  const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1'
  const found: Finding[] = []
  if (local) {
    found.push(
      advice(
        { zh: `公开网址是 ${settings.publicUrl}，别人打不开`, en: `The public address is ${settings.publicUrl}; nobody else can open it` },
        {
          zh: '上线时把 KAICHANG_URL 设成大家输入的网址；它写在二维码和邮件里。',
          en: 'For real use set KAICHANG_URL to the address people type; it is put into QR codes and mails.',
        },
      ),
    )
  } else if (url.protocol !== 'https:') {
    found.push(
      trouble(
        { zh: '公开网址没有用 https', en: 'The public address does not use https' },
        {
          zh: '在前面放一个带证书的反向代理（Caddy、nginx）；没有 https，手机不让网页用摄像头扫码。',
          en: 'Put a reverse proxy with a certificate in front (Caddy, nginx); without https phones refuse the camera for scanning.',
        },
      ),
    )
  } else found.push(good(`公开网址 ${settings.publicUrl}`, `Public address ${settings.publicUrl}`))
  if (settings.host !== '127.0.0.1' && settings.host !== '::1' && settings.host !== 'localhost' && url.protocol !== 'https:') {
    found.push(
      trouble(
        { zh: `服务监听 ${settings.host}，没有加密`, en: `Listening on ${settings.host} without encryption` },
        { zh: '监听 127.0.0.1，由反向代理转发。', en: 'Listen on 127.0.0.1 and let the reverse proxy pass requests on.' },
      ),
    )
  }
  return found
}

function mail({ settings }: Patient): Finding[] {
  if (settings.smtp) return [good('发信服务器已设置', 'A mail server is set')]
  return [
    advice(
      {
        zh: '没有设置发信：登录码、票和提醒只存在发件箱页面',
        en: 'No mail server: sign-in codes, tickets and reminders only lie on the outbox page',
      },
      {
        zh: '设置 KAICHANG_SMTP，例如 smtps://用户:密码@smtp.example.org',
        en: 'Set KAICHANG_SMTP, such as smtps://user:password@smtp.example.org',
      },
    ),
  ]
}

async function backups({ settings, now }: Patient): Promise<Finding[]> {
  const folder = join(settings.dataDirectory, 'backups')
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.tar.gz')) : []
  const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtime.getTime()))
  const remedy = {
    zh: '每天用 cron 运行 kaichang backup，并把文件拷到另一台机器上。',
    en: 'Run kaichang backup by cron every day and copy the file to another machine.',
  }
  if (times.length === 0) return [advice({ zh: '还没有备份', en: 'No backup yet' }, remedy)]
  const days = Math.floor((now.getTime() - Math.max(...times)) / 86_400_000)
  if (days <= 2) return [good(`最近的备份在 ${days} 天前`, `The newest backup is ${days} days old`)]
  return [advice({ zh: `最近的备份是 ${days} 天前的`, en: `The newest backup is ${days} days old` }, remedy)]
}

async function schema({ databaseUrl }: Patient): Promise<Finding[]> {
  const waiting = await pendingMigrations(databaseUrl)
  if (waiting.length === 0) return [good('数据库表是最新的', 'The tables are up to date')]
  return [
    trouble(
      { zh: `有 ${waiting.length} 个数据库改动没有应用`, en: `${waiting.length} migrations are waiting` },
      { zh: '运行 kaichang migrate，或重新启动。', en: 'Run kaichang migrate, or restart.' },
    ),
  ]
}

async function server(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name in ('server_version', 'server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')`,
  )
  const setting = new Map(rows.map((row) => [row.name, row.setting]))
  const version = Number(setting.get('server_version_num') ?? 0)
  const found: Finding[] = []
  if (version >= 150_000)
    found.push(good(`PostgreSQL ${setting.get('server_version') ?? ''}`, `PostgreSQL ${setting.get('server_version') ?? ''}`))
  else
    found.push(
      trouble({ zh: 'PostgreSQL 太旧', en: 'PostgreSQL is too old' }, { zh: '需要 15 或更新。', en: 'Version 15 or newer is needed.' }),
    )
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (setting.get(name) === 'off') {
      found.push(
        trouble(
          { zh: `数据库的 ${name} 关着：断电会丢报名`, en: `The database’s ${name} is off: a power cut loses registrations` },
          { zh: `在 postgresql.conf 里设 ${name} = on`, en: `Set ${name} = on in postgresql.conf` },
        ),
      )
    }
  }
  if (setting.get('data_checksums') === 'off') {
    found.push(
      advice(
        { zh: '数据库没有开校验和', en: 'The database has no checksums' },
        { zh: '停机后运行 pg_checksums --enable。', en: 'Stop it and run pg_checksums --enable.' },
      ),
    )
  }
  return found
}

/** A durable commit and a round trip, timed: what every registration waits for. */
async function speed(client: pg.Client): Promise<Finding[]> {
  const median = async (sql: string): Promise<number> => {
    const times: number[] = []
    for (let i = 0; i < 21; i += 1) {
      const start = performance.now()
      await client.query(sql)
      times.push(performance.now() - start)
    }
    return times.sort((a, b) => a - b)[10] ?? 0
  }
  await client.query('create temp table doctor_probe (at timestamptz)')
  const trip = await median('select 1')
  // A logged message makes the commit wait for the disk without leaving a row anywhere.
  const commit = await median(`select pg_logical_emit_message(true, 'kaichang-doctor', 'probe')`)
  const said = `${trip.toFixed(1)} / ${commit.toFixed(1)} ms`
  if (trip < 5 && commit < 25) return [good(`数据库往返 / 落盘 ${said}`, `Database round trip / durable commit ${said}`)]
  return [
    advice(
      { zh: `数据库慢：往返 / 落盘 ${said}`, en: `The database is slow: round trip / durable commit ${said}` },
      {
        zh: '把数据库放在同一台机器或同一机房，用固态盘。',
        en: 'Keep the database on the same machine or in the same room, on a solid-state disk.',
      },
    ),
  ]
}

async function queue(client: pg.Client): Promise<Finding[]> {
  const exists = await client.query(`select 1 from information_schema.tables where table_schema = 'pgboss' and table_name = 'job'`)
  if (!exists.rowCount) return []
  const { rows } = await client.query<{ count: string }>(`select count(*) from pgboss.job where state = 'failed'`)
  const failed = Number(rows[0]?.count ?? 0)
  if (failed === 0) return [good('没有失败的后台任务', 'No background job has failed')]
  return [
    advice(
      { zh: `有 ${failed} 个后台任务失败`, en: `${failed} background jobs have failed` },
      {
        zh: '看启动窗口里的日志；邮件可以在发件箱页面重发。',
        en: 'See the log of the running server; mails can be sent again on the outbox page.',
      },
    ),
  ]
}

async function outbox(client: pg.Client): Promise<Finding[]> {
  if (!(await hasTable(client, 'outbox'))) return []
  const { rows } = await client.query<{ count: string }>(`select count(*) from outbox where state = 'failed'`)
  const failed = Number(rows[0]?.count ?? 0)
  if (failed === 0) return [good('没有发不出去的邮件', 'No mail has failed')]
  return [
    advice(
      { zh: `有 ${failed} 封邮件没有发出`, en: `${failed} mails were not sent` },
      { zh: '打开发件箱页面，看原因，改好后重发。', en: 'Open the outbox page, read why, and send them again.' },
    ),
  ]
}

async function retention(client: pg.Client, { now }: Patient): Promise<Finding[]> {
  if (!(await hasTable(client, 'registration'))) return []
  const { rows } = await client.query<{ count: string }>(
    `select count(*) from registration r join event e on e.community_id = r.community_id and e.id = r.event_id
     join person p on p.community_id = r.community_id and p.id = r.person_id
     where p.erased_at is null and r.erased_at is null and e.ends_at + make_interval(days => e.retention_days + 7) < $1
       and not exists (select 1 from community c where c.community_id = r.community_id and c.example)`,
    [now],
  )
  const late = Number(rows[0]?.count ?? 0)
  if (late === 0) return [good('没有超期保存的个人信息', 'No personal data is kept too long')]
  return [
    trouble(
      { zh: `${late} 位参会者的个人信息已超过保存期限`, en: `The personal data of ${late} attendees is kept too long` },
      {
        zh: '让服务运行过一个夜里（4:20 自动匿名），再看一次。',
        en: 'Let the server run over a night (it anonymises at 4:20), then look again.',
      },
    ),
  ]
}

/** Counters of seats are held against the bookings that they count, event by event. */
async function seats(client: pg.Client, { databaseUrl, now }: Patient): Promise<Finding[]> {
  if (!(await hasTable(client, 'order_line')) || (await pendingMigrations(databaseUrl)).length > 0) return []
  const { rows } = await client.query<{ communityId: string; eventId: string; path: string }>(
    `select s.community_id as "communityId", s.event_id as "eventId", c.slug || '/' || e.slug as path from seat_counter s
     join event e on e.community_id = s.community_id and e.id = s.event_id join community c on c.community_id = s.community_id`,
  )
  const db = openDatabase({ url: databaseUrl, pool: 1, patience: 10_000, log: () => undefined })
  const astray: string[] = []
  try {
    for (const { path, ...place } of rows) {
      const differences = await db.transaction().execute((tx) => findDifferences(tx, { clock: { now: () => now } }, place))
      if (differences.length > 0) astray.push(path)
    }
  } finally {
    await db.destroy()
  }
  if (astray.length === 0) return [good('名额的数和名单一致', 'The counters of seats tell what the bookings tell')]
  const names = astray.join(' ')
  return [
    trouble(
      { zh: `名额的数和名单不一致：${names}`, en: `The counters of seats do not tell what the bookings tell: ${names}` },
      {
        zh: '在这场活动的「报名 › 票种」里按「按名单重新数一遍」。',
        en: 'Press “Count anew by the list” under Registration › Tickets of the event.',
      },
    ),
  ]
}

async function hasTable(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query(`select 1 from information_schema.tables where table_schema = 'public' and table_name = $1`, [
    name,
  ])
  return (rowCount ?? 0) > 0
}
