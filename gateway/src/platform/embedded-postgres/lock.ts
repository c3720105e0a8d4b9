import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Cluster } from './cluster.ts'
import { superuserClient } from './server.ts'

/** gateway: keeps the database running as long as itself. command: needs it for a moment. */
export type Role = 'gateway' | 'command'

/** Whoever holds the lock starts the database again when it dies, and stops it in the end. */
export interface Session {
  client: pg.Client
  /** Not for a command beside another process: its connection then only shows that it is there. */
  holdsLock: boolean
  /** Resolves when the connection, and with it the lock, is lost. */
  lost: Promise<void>
}

interface Holder {
  role: Role
  processId: string
}

const advisoryLock = 7300
const commandAtMostMs = 30_000
/** The server needs a moment to see that a killed gateway is gone. */
const killedGatewayAtMostMs = 3_000
/** A busy machine leaves a process that ends waiting for seconds. */
const endingCommandAtMostMs = 3_000
const pauseMs = 100

/** @throws Error for a gateway beside another one */
export async function openSession(cluster: Cluster, role: Role, abort: AbortSignal): Promise<Session> {
  const began = Date.now()
  const client = superuserClient(cluster, role)
  const lost = new Promise<void>((resolve) => client.once('end', resolve))
  await client.connect()
  try {
    for (;;) {
      const holdsLock = await tryLock(client)
      if (holdsLock || role === 'command') return { client, holdsLock, lost }
      const holder = await holderOfLock(client)
      const patienceMs = holder?.role === 'gateway' ? killedGatewayAtMostMs : commandAtMostMs
      if (Date.now() - began > patienceMs) throw new Error(inUse(cluster, holder))
      await sleep(pauseMs, undefined, { signal: abort })
    }
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

/**
 * A command that is done: true if the database is to be stopped, since nobody else needs it. Of two commands
 * that end together the second finds the lock free and nobody connected.
 */
export async function isLastUser({ client, holdsLock }: Session): Promise<boolean> {
  const giveUp = Date.now() + (holdsLock ? endingCommandAtMostMs / 2 : endingCommandAtMostMs)
  try {
    for (let mine = holdsLock; ; mine ||= await tryLock(client)) {
      if (mine && !(await othersConnected(client))) return true
      const holder = mine ? undefined : await holderOfLock(client)
      if (holder?.role === 'gateway' || Date.now() > giveUp) return false
      await sleep(pauseMs / 2)
    }
  } catch {
    return false
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
    advisoryLock,
  ])
  return rows[0]?.got ?? false
}

async function holderOfLock(client: pg.Client): Promise<Holder | undefined> {
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = 0 and objid = $1 and objsubid = 1`,
    [advisoryLock],
  )
  const found = /^bill-gateway (gateway|command) (\d+)$/.exec(rows[0]?.application_name ?? '')
  const [, role, processId] = found ?? []
  return role && processId ? { role: role === 'gateway' ? 'gateway' : 'command', processId } : undefined
}

async function othersConnected(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ others: boolean }>(
    `select exists (
       select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
     ) as others`,
  )
  return rows[0]?.others ?? false
}

function inUse(cluster: Cluster, holder: Holder | undefined): string {
  const who = holder?.role === 'command' ? 'A bill-gateway command' : 'Another gateway'
  const process = holder ? ` (process ${holder.processId})` : ''
  return (
    `${who}${process} runs on the embedded database in ${cluster.folder}. Stop it first, choose another ` +
    'DATA_DIR, or give both the same DATABASE_URL.'
  )
}
