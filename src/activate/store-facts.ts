import type { Instance, Skip } from '../core/people.ts';
import type { ConnectorError } from '../core/errors.ts';
import type { Sql, Store } from '../store/store.ts';
import type { Fact, Status } from './attendance.ts';
import { DELIVERED, type PersonState, type PlacedFact } from './person-state.ts';

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

interface InstanceRow {
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

const DROP_FACTS = 'DELETE FROM facts WHERE source = $1 AND instance = $2';
const ADD_FACT = `
  INSERT INTO facts (source, instance, person, email, name, first_name, last_name, status, joins, seconds, percent,
    first_join, last_leave, registrant_status, registered_at, registered_from, answers)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`;
const MARK_READ = `
  UPDATE instances SET state = 'read', read_at = $3, skips = $4, error = NULL WHERE source = $1 AND id = $2`;

/** Replaces what is known of the people of one instance. */
export async function saveFacts(
  sql: Sql,
  source: string,
  instance: string,
  facts: readonly Fact[],
  skips: readonly Skip[],
  readAt: number,
): Promise<void> {
  await sql(DROP_FACTS, [source, instance]);
  for (const fact of facts) {
    await sql(ADD_FACT, [
      source,
      instance,
      fact.person,
      fact.email ?? null,
      fact.name,
      fact.firstName,
      fact.lastName,
      fact.status,
      fact.joins,
      fact.seconds,
      fact.percent,
      fact.firstJoin ?? null,
      fact.lastLeave ?? null,
      fact.registrantStatus ?? null,
      fact.registeredAt ?? null,
      fact.registeredFrom ?? null,
      JSON.stringify(fact.answers),
    ]);
  }
  await sql(MARK_READ, [source, instance, readAt, skips.length > 0 ? JSON.stringify(skips) : null]);
}

const MARK_FAILED = `UPDATE instances SET state = 'failed', error = $3 WHERE source = $1 AND id = $2`;

/** Keeps why the people of an instance could not be read. */
export async function markFailed(sql: Sql, source: string, id: string, error: ConnectorError): Promise<void> {
  await sql(MARK_FAILED, [source, id, JSON.stringify(error)]);
}

const EMAILS_FROM = `
  SELECT DISTINCT email FROM facts
  WHERE source = $1 AND email > $2 AND status IN ('attended', 'absent', 'registered', 'unclear')
  ORDER BY email LIMIT $3`;
const FACTS_OF = `
  SELECT f.person, f.email, f.name, f.first_name, f.last_name, f.status, f.joins, f.seconds, f.percent, f.first_join,
    f.last_leave, f.registrant_status, f.registered_at, f.registered_from, f.answers,
    i.id, i.series, i.kind, i.topic, i.host_email, i.started_at, i.ended_at, i.state, i.read_at
  FROM facts f JOIN instances i ON i.source = f.source AND i.id = f.instance
  WHERE f.source = $1 AND f.email >= $2 AND f.email <= $3
  ORDER BY f.email, i.started_ms, i.id`;

/** Everybody with an address of whom there is something to bring over, in the order of addresses, in parts. */
export async function* people(store: Store, source: string, size = 1000): AsyncGenerator<PersonState[]> {
  for (let after = ''; ;) {
    const emails = (await store.sql<{ email: string }>(EMAILS_FROM, [source, after, size])).map(
      ({ email }) => email,
    );
    const [first] = emails;
    const last = emails.at(-1);
    if (first === undefined || last === undefined) return;
    const rows = await store.sql<InstanceRow & FactRow>(FACTS_OF, [source, first, last]);
    const persons = new Map<string, PlacedFact[]>(emails.map((email) => [email, []]));
    for (const row of rows) {
      const fact = { ...toFact(row), instance: toInstance(row) };
      if (DELIVERED.has(fact.status)) persons.get(row.email as string)?.push(fact);
    }
    yield [...persons].map(([email, facts]) => ({ email, facts }));
    after = last;
  }
}

/** What is known of one address, of every status, oldest first. */
export async function personFacts(store: Store, source: string, email: string): Promise<PlacedFact[]> {
  const rows = await store.sql<InstanceRow & FactRow>(FACTS_OF, [source, email, email]);
  return rows.map((row) => ({ ...toFact(row), instance: toInstance(row) }));
}

interface FactRow {
  person: string;
  email: string | null;
  name: string;
  first_name: string;
  last_name: string;
  status: string;
  joins: number;
  seconds: number;
  percent: number;
  first_join: string | null;
  last_leave: string | null;
  registrant_status: string | null;
  registered_at: string | null;
  registered_from: string | null;
  answers: string;
}

function toFact(row: FactRow): Fact {
  return {
    person: row.person,
    ...(row.email === null ? {} : { email: row.email }),
    name: row.name,
    firstName: row.first_name,
    lastName: row.last_name,
    status: row.status as Status,
    joins: row.joins,
    seconds: row.seconds,
    percent: row.percent,
    ...(row.first_join === null ? {} : { firstJoin: row.first_join }),
    ...(row.last_leave === null ? {} : { lastLeave: row.last_leave }),
    ...(row.registrant_status === null
      ? {}
      : { registrantStatus: row.registrant_status as NonNullable<Fact['registrantStatus']> }),
    ...(row.registered_at === null ? {} : { registeredAt: row.registered_at }),
    ...(row.registered_from === null ? {} : { registeredFrom: row.registered_from }),
    answers: JSON.parse(row.answers) as Record<string, string>,
  };
}

function toInstance(row: InstanceRow): Instance {
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
