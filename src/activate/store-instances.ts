import type { Instance } from '../core/people.ts';
import type { ConnectorError } from '../core/errors.ts';
import type { Sql } from '../store/store.ts';

const ADD_INSTANCE = `
  INSERT INTO instances (source, id, series, kind, topic, host_email, started_at, ended_at, started_ms, state)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'found')
  ON CONFLICT (source, id) DO UPDATE SET topic = excluded.topic, host_email = excluded.host_email,
    started_at = excluded.started_at, ended_at = COALESCE(excluded.ended_at, instances.ended_at),
    started_ms = excluded.started_ms`;

/** Keeps an instance that was found; what is known of its people stays. */
export async function addInstance(sql: Sql, source: string, instance: Instance): Promise<void> {
  const { id, series, kind, topic, hostEmail, startedAt, endedAt } = instance;
  await sql(ADD_INSTANCE, [
    source,
    id,
    series,
    kind,
    topic,
    hostEmail ?? null,
    startedAt,
    endedAt ?? null,
    Date.parse(startedAt),
  ]);
}

/** An instance as the store has it. */
export interface InstanceRow {
  id: string;
  series: string;
  kind: string;
  topic: string;
  host_email: string | null;
  started_at: string;
  ended_at: string | null;
  state: string;
  read_at: number | null;
}

const INSTANCE_COLUMNS = 'id, series, kind, topic, host_email, started_at, ended_at, state, read_at';
const FIND_INSTANCE = `SELECT ${INSTANCE_COLUMNS} FROM instances WHERE source = $1 AND id = $2`;

/** One instance, and when its people were last read. */
export async function findInstance(
  sql: Sql,
  source: string,
  id: string,
): Promise<{ instance: Instance; readAt: number | undefined } | undefined> {
  const [row] = await sql<InstanceRow>(FIND_INSTANCE, [source, id]);
  return row && { instance: toInstance(row), readAt: row.read_at ?? undefined };
}

const TELL_INSTANCE = `
  INSERT INTO instances (source, id, series, kind, topic, host_email, started_at, ended_at, started_ms, state)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'found')
  ON CONFLICT (source, id) DO UPDATE SET ended_at = COALESCE(instances.ended_at, excluded.ended_at),
    host_email = COALESCE(instances.host_email, excluded.host_email)`;

/** Keeps an instance that an event told of; what the lists said of it stands. */
export async function tellInstance(sql: Sql, source: string, instance: Instance): Promise<void> {
  const { id, series, kind, topic, hostEmail, startedAt, endedAt } = instance;
  const told = [source, id, series, kind, topic, hostEmail ?? null, startedAt, endedAt ?? null];
  await sql(TELL_INSTANCE, [...told, Date.parse(startedAt)]);
}

const STARTED = `UPDATE instances SET live = 'started' WHERE source = $1 AND id = $2 AND live IS NULL AND state = 'found'`;
// Once only: an end that is told again must not begin the watch anew.
const ENDED = `
  UPDATE instances SET live = 'settling', next_read = $3
  WHERE source = $1 AND id = $2 AND (live IS NULL OR live = 'started') RETURNING id`;
const RECORDED = `
  UPDATE instances SET recording_url = $3, recording_at = COALESCE(recording_at, $4)
  WHERE source = $1 AND id = $2`;

/** Events may come before the instance has begun for us, but not after the lists have spoken. */
export async function markStarted(sql: Sql, source: string, id: string): Promise<void> {
  await sql(STARTED, [source, id]);
}

/** Begins to watch an instance that is over; false when that was told before. */
export async function markEnded(sql: Sql, source: string, id: string, readAt: number): Promise<boolean> {
  return (await sql(ENDED, [source, id, readAt])).length > 0;
}

export async function markRecorded(
  sql: Sql,
  source: string,
  id: string,
  url: string,
  at: string,
): Promise<void> {
  await sql(RECORDED, [source, id, url, at]);
}

const WATCHED = `
  SELECT id, series, kind, topic, host_email, started_at, ended_at, state, read_at, live, next_read
  FROM instances WHERE source = $1 AND id = $2`;

/** An instance as events left it. */
export interface Watched {
  instance: Instance;
  live: 'started' | 'settling' | 'settled' | undefined;
  /** When its people are to be read next, in milliseconds since the epoch. */
  nextRead: number | undefined;
  readAt: number | undefined;
}

export async function watchedOf(sql: Sql, source: string, id: string): Promise<Watched | undefined> {
  type Row = InstanceRow & { live: 'started' | 'settling' | 'settled' | null; next_read: number | null };
  const [row] = await sql<Row>(WATCHED, [source, id]);
  if (!row) return undefined;
  return {
    instance: toInstance(row),
    live: row.live ?? undefined,
    nextRead: row.next_read ?? undefined,
    readAt: row.read_at ?? undefined,
  };
}

const MARK_FAILED = `UPDATE instances SET state = 'failed', error = $3 WHERE source = $1 AND id = $2`;

/** Keeps why the people of an instance could not be read. */
export async function markFailed(sql: Sql, source: string, id: string, error: ConnectorError): Promise<void> {
  await sql(MARK_FAILED, [source, id, JSON.stringify(error)]);
}

export function toInstance(row: InstanceRow): Instance {
  return {
    id: row.id,
    series: row.series,
    kind: row.kind as Instance['kind'],
    topic: row.topic,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.host_email === null ? {} : { hostEmail: row.host_email }),
  };
}
