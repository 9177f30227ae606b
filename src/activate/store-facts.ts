import type { Instance, Skip } from '../core/people.ts';
import type { Sql, Store } from '../store/store.ts';
import type { Fact, Status } from './attendance.ts';
import { DELIVERED, type PersonState, type PlacedFact, type Withdrawn } from './person-state.ts';
import { toInstance, type InstanceRow } from './store-instances.ts';
import { isoOf, registrationsBetween, type RegistrationRow } from './store-live.ts';

const DROP_FACTS = 'DELETE FROM facts WHERE source = $1 AND instance = $2';
const ADD_FACT = `
  INSERT INTO facts (source, instance, person, email, name, first_name, last_name, status, joins, seconds, percent,
    first_join, last_leave, registrant_status, registered_at, registered_from, answers)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`;
const MARK_READ = `
  UPDATE instances SET state = 'read', read_at = $3, skips = $4, error = NULL WHERE source = $1 AND id = $2`;

/** Replaces what is known of the people of one instance: by what was read, or by what events told before that. */
export async function saveFacts(
  sql: Sql,
  source: string,
  instance: string,
  facts: readonly Fact[],
  reading?: { skips: readonly Skip[]; at: number },
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
  if (!reading) return;
  const { skips, at } = reading;
  await sql(MARK_READ, [source, instance, at, skips.length > 0 ? JSON.stringify(skips) : null]);
}

const EMAILS_FROM = `
  SELECT email FROM (SELECT DISTINCT email FROM facts
    WHERE source = $1 AND email > $2 AND status IN ('attended', 'absent', 'registered', 'unclear')
    ORDER BY email LIMIT $3) AS f
  UNION
  SELECT email FROM (SELECT DISTINCT email FROM registrations
    WHERE source = $1 AND email > $2 AND status <> 'pending' ORDER BY email LIMIT $3) AS r
  ORDER BY email LIMIT $3`;
const FACTS_OF = `
  SELECT f.person, f.email, f.name, f.first_name, f.last_name, f.status, f.joins, f.seconds, f.percent, f.first_join,
    f.last_leave, f.registrant_status, f.registered_at, f.registered_from, f.answers,
    i.id, i.series, i.kind, i.topic, i.host_email, i.started_at, i.ended_at, i.state, i.read_at,
    i.live, i.recording_url, i.recording_at
  FROM facts f JOIN instances i ON i.source = f.source AND i.id = f.instance
  WHERE f.source = $1 AND f.email >= $2 AND f.email <= $3
  ORDER BY f.email, i.started_ms, i.id`;
const EMAILS_OF = `SELECT DISTINCT email FROM facts WHERE source = $1 AND instance = $2 AND email IS NOT NULL ORDER BY email`;

/** Everybody with an address of whom there is something to bring over, in the order of addresses, in parts. */
export async function* people(store: Store, source: string, size = 1000): AsyncGenerator<PersonState[]> {
  for (let after = ''; ;) {
    const emails = (await store.sql<{ email: string }>(EMAILS_FROM, [source, after, size])).map(
      ({ email }) => email,
    );
    const [first] = emails;
    const last = emails.at(-1);
    if (first === undefined || last === undefined) return;
    yield await statesOf(store.sql, source, emails, first, last);
    after = last;
  }
}

/** What is known of one person, if there is something to bring over. */
export async function personState(sql: Sql, source: string, email: string): Promise<PersonState> {
  const [state] = await statesOf(sql, source, [email], email, email);
  return state ?? { email, facts: [] };
}

/** Addresses of the people of an instance. */
export async function emailsOf(sql: Sql, source: string, instance: string): Promise<string[]> {
  return (await sql<{ email: string }>(EMAILS_OF, [source, instance])).map(({ email }) => email);
}

async function statesOf(
  sql: Sql,
  source: string,
  emails: readonly string[],
  first: string,
  last: string,
): Promise<PersonState[]> {
  const rows = await sql<InstanceRow & FactRow & LiveRow>(FACTS_OF, [source, first, last]);
  const registrations = await registrationsBetween(sql, source, first, last);
  const facts = Map.groupBy(rows, ({ email }) => email);
  const told = Map.groupBy(registrations, ({ email }) => email);
  return emails.map((email) => {
    const own = (facts.get(email) ?? []).map(placed);
    return withRegistrations(
      { email, facts: own.filter(({ status }) => DELIVERED.has(status)) },
      own,
      told.get(email),
    );
  });
}

/** What is known of one address, of every status, oldest first. */
export async function personFacts(store: Store, source: string, email: string): Promise<PlacedFact[]> {
  const own = (await store.sql<InstanceRow & FactRow & LiveRow>(FACTS_OF, [source, email, email])).map(
    placed,
  );
  const told = await registrationsBetween(store.sql, source, email, email);
  return [...withRegistrations({ email, facts: own }, own, told).facts];
}

interface LiveRow {
  live: string | null;
  recording_url: string | null;
  recording_at: string | null;
}

function placed(row: InstanceRow & FactRow & LiveRow): PlacedFact {
  const { live, recording_url: url, recording_at: at } = row;
  return {
    ...toFact(row),
    instance: toInstance(row),
    ...(live === 'settling' || live === 'started' ? { settling: true } : {}),
    ...(url !== null && at !== null ? { recording: { url, at } } : {}),
  };
}

/**
 * Adds the registrations that only events told of: what the lists of an instance say of a person stands before them.
 * @param listed everything that lists say of the person, of every status
 */
function withRegistrations(
  state: PersonState,
  listed: readonly PlacedFact[],
  told: readonly RegistrationRow[] = [],
): PersonState {
  if (told.length === 0) return state;
  const series = new Set(listed.map(({ instance }) => instance.series));
  const coming = told.filter((row) => row.status === 'approved' && !series.has(row.series)).map(toRegistered);
  const withdrawn = told.flatMap((row) => toWithdrawn(row) ?? []);
  return { ...state, facts: [...state.facts, ...coming].toSorted(byStart), withdrawn };
}

function byStart(a: PlacedFact, b: PlacedFact): number {
  return (
    Date.parse(a.instance.startedAt) - Date.parse(b.instance.startedAt) ||
    (a.instance.id < b.instance.id ? -1 : 1)
  );
}

function toRegistered(row: RegistrationRow): PlacedFact {
  const { email, series, topic, first_name: firstName, last_name: lastName } = row;
  return {
    person: email,
    email,
    name: `${firstName} ${lastName}`.trim(),
    firstName,
    lastName,
    status: 'registered',
    joins: 0,
    seconds: 0,
    percent: 0,
    registrantStatus: 'approved',
    registeredAt: row.registered_at,
    ...(row.registered_from === null ? {} : { registeredFrom: row.registered_from }),
    answers: JSON.parse(row.answers) as Record<string, string>,
    instance: { id: series, series, kind: kindOf(row), topic, startedAt: row.starts_at },
  };
}

function toWithdrawn(row: RegistrationRow): Withdrawn | undefined {
  const { series, topic, status, starts_at: startsAt } = row;
  if (status !== 'cancelled' && status !== 'denied') return undefined;
  return { series, kind: kindOf(row), topic, status, startsAt, at: isoOf(Math.floor(row.told / 10)) };
}

function kindOf({ kind }: RegistrationRow): Instance['kind'] {
  return kind === 'webinar' ? 'webinar' : 'meeting';
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
