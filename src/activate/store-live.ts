import type { Host, PushedRegistration, PushedStay, RecordingFile, Segment } from '../core/people.ts';
import type { Sql, Store } from '../store/store.ts';

const SAVE_ACCOUNT = `
  INSERT INTO accounts (source, id, email, seen_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (source, id) DO UPDATE SET email = excluded.email, seen_at = excluded.seen_at`;
const DROP_OLD_ACCOUNTS = 'DELETE FROM accounts WHERE source = $1 AND seen_at < $2';
const DROP_ACCOUNT = 'DELETE FROM accounts WHERE source = $1 AND id = $2';
const ACCOUNTS = 'SELECT id, email, seen_at FROM accounts WHERE source = $1';

/** Keeps everybody of the account, as just read; who is not there any more is forgotten. */
export async function saveAccounts(store: Store, source: string, hosts: readonly Host[]): Promise<void> {
  const now = store.now();
  await store.tx(async (sql) => {
    for (const { id, email } of hosts) await saveAccount(sql, source, id, email, now);
    await sql(DROP_OLD_ACCOUNTS, [source, now]);
  });
}

export async function saveAccount(
  sql: Sql,
  source: string,
  id: string,
  email: string,
  now: number,
): Promise<void> {
  await sql(SAVE_ACCOUNT, [source, id, email, now]);
}

export async function dropAccount(sql: Sql, source: string, id: string): Promise<void> {
  await sql(DROP_ACCOUNT, [source, id]);
}

/** Addresses by account id, and when the oldest of them was seen; undefined when there are none. */
export async function accountsOf(
  sql: Sql,
  source: string,
): Promise<{ emails: Map<string, string>; seenAt: number } | undefined> {
  const rows = await sql<{ id: string; email: string; seen_at: number }>(ACCOUNTS, [source]);
  if (rows.length === 0) return undefined;
  return {
    emails: new Map(rows.map(({ id, email }) => [id, email])),
    seenAt: rows.reduce((oldest, row) => Math.min(oldest, row.seen_at), Infinity),
  };
}

const EMAIL_OF = 'SELECT email FROM accounts WHERE source = $1 AND id = $2';

/** The address of an account; undefined when it is not known. */
export async function emailOf(sql: Sql, source: string, id: string): Promise<string | undefined> {
  return (await sql<{ email: string }>(EMAIL_OF, [source, id]))[0]?.email;
}

const SAVE_FILE = `
  INSERT INTO recordings (source, instance, file, type, status, started_at, ended_at, bytes)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (source, instance, file) DO UPDATE SET type = excluded.type, status = excluded.status,
    started_at = COALESCE(excluded.started_at, recordings.started_at),
    ended_at = COALESCE(excluded.ended_at, recordings.ended_at), bytes = COALESCE(excluded.bytes, recordings.bytes)`;

/** One row a file, however many events name it. */
export async function saveFiles(
  sql: Sql,
  source: string,
  instance: string,
  files: readonly RecordingFile[],
): Promise<void> {
  for (const { id, type, status, startedAt, endedAt, bytes } of files) {
    const times = [startedAt ?? null, endedAt ?? null, bytes ?? null];
    await sql(SAVE_FILE, [source, instance, id, type, status, ...times]);
  }
}

// Both ends of a stay in either order, each as often as it likes.
const SAVE_STAY = `
  INSERT INTO stays (source, instance, user_id, name, registrant, email, account, joined_at, left_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (source, instance, user_id) DO UPDATE SET
    name = CASE WHEN excluded.name = '' THEN stays.name ELSE excluded.name END,
    registrant = COALESCE(excluded.registrant, stays.registrant),
    email = COALESCE(excluded.email, stays.email), account = COALESCE(excluded.account, stays.account),
    joined_at = COALESCE(stays.joined_at, excluded.joined_at), left_at = COALESCE(excluded.left_at, stays.left_at)`;
const STAYS = `
  SELECT user_id, name, registrant, email, account, joined_at, left_at FROM stays
  WHERE source = $1 AND instance = $2 ORDER BY user_id`;
const DROP_STAYS = 'DELETE FROM stays WHERE source = $1 AND instance = $2';

export async function saveStay(sql: Sql, source: string, instance: string, stay: PushedStay): Promise<void> {
  const { userId, name, registrant, email, account, joinedAt, leftAt } = stay;
  const rest = [registrant, email, account, joinedAt, leftAt].map((value) => value ?? null);
  await sql(SAVE_STAY, [source, instance, userId, name, ...rest]);
}

/** The stays that events told of; `joinedAt` is empty while only the end of one is known. */
export async function staysOf(sql: Sql, source: string, instance: string): Promise<Segment[]> {
  type Row = Record<'user_id' | 'name', string> &
    Record<'registrant' | 'email' | 'account' | 'joined_at' | 'left_at', string | null>;
  return (await sql<Row>(STAYS, [source, instance])).map((row) => ({
    userId: row.user_id,
    name: row.name,
    ...(row.registrant === null ? {} : { registrant: row.registrant }),
    ...(row.email === null ? {} : { email: row.email }),
    ...(row.account === null ? {} : { account: row.account }),
    joinedAt: row.joined_at ?? '',
    ...(row.left_at === null ? {} : { leftAt: row.left_at }),
    waiting: false,
  }));
}

export async function dropStays(sql: Sql, source: string, instance: string): Promise<void> {
  await sql(DROP_STAYS, [source, instance]);
}

// A word that is older than the one we have may still tell what the newer leaves out: only the first has the answers.
const SAVE_REGISTRATION = `
  INSERT INTO registrations (source, series, email, kind, topic, starts_at, first_name, last_name, status,
    registered_at, registered_from, answers, told)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  ON CONFLICT (source, series, email) DO UPDATE SET
    status = CASE WHEN excluded.told >= registrations.told THEN excluded.status ELSE registrations.status END,
    topic = CASE WHEN excluded.told >= registrations.told THEN excluded.topic ELSE registrations.topic END,
    starts_at = CASE WHEN excluded.told >= registrations.told THEN excluded.starts_at ELSE registrations.starts_at END,
    registered_at = CASE WHEN excluded.registered_at < registrations.registered_at THEN excluded.registered_at
      ELSE registrations.registered_at END,
    registered_from = COALESCE(registrations.registered_from, excluded.registered_from),
    answers = CASE WHEN excluded.answers = '{}' THEN registrations.answers ELSE excluded.answers END,
    told = CASE WHEN excluded.told >= registrations.told THEN excluded.told ELSE registrations.told END`;

/** Keeps the newest word on a registration, in whatever order they come. */
export async function saveRegistration(
  sql: Sql,
  source: string,
  registration: PushedRegistration,
  happenedAt: number,
): Promise<void> {
  const { series, email, kind, topic, startsAt, firstName, lastName, status, source: from } = registration;
  const at = isoOf(happenedAt);
  const told = [source, series, email, kind, topic, startsAt ?? at, firstName, lastName, status, at];
  const order = Math.floor(happenedAt) * 10 + registration.rank;
  await sql(SAVE_REGISTRATION, [...told, from ?? null, JSON.stringify(registration.answers), order]);
}

/** Without milliseconds, as the systems write their times. */
export function isoOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A registration as it stands. */
export interface RegistrationRow {
  email: string;
  series: string;
  kind: string;
  topic: string;
  starts_at: string;
  first_name: string;
  last_name: string;
  status: string;
  registered_at: string;
  registered_from: string | null;
  answers: string;
  told: number;
}

const REGISTRATIONS_OF = `
  SELECT email, series, kind, topic, starts_at, first_name, last_name, status, registered_at, registered_from, answers,
    told
  FROM registrations WHERE source = $1 AND email >= $2 AND email <= $3 ORDER BY email, starts_at, series`;

/** Registrations of the people from `first` to `last`. */
export async function registrationsBetween(
  sql: Sql,
  source: string,
  first: string,
  last: string,
): Promise<RegistrationRow[]> {
  return sql<RegistrationRow>(REGISTRATIONS_OF, [source, first, last]);
}
