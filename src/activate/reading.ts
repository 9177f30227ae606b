import { createHash } from 'node:crypto';
import type { Instance, InstancePeople, Segment } from '../core/people.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Sql, Store } from '../store/store.ts';
import { fold } from './attendance.ts';
import { saveFacts } from './store-facts.ts';
import { dropStays, staysOf } from './store-live.ts';

/** Queue of the wake-ups that say "look at this instance". */
export const INSTANCE_QUEUE = 'activate.instance';
/** What just happened goes before what is brought over later. */
export const PRIORITY = { person: 10, instance: 5 };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** First look after the end; people get their follow-up while they still remember. */
export const FIRST_READ = MINUTE;
/** Two readings that are the same, at least so far apart, are taken for all there is. */
const STABLE = 4 * MINUTE;
const LONGEST = 120 * MINUTE;

/** When the people are read next, so long after the end: soon at first, then ever more rarely, for a day. */
export function nextRead(age: number, settled: boolean): number | undefined {
  if (age >= DAY) return undefined;
  // Once more at the end of the day: who came late into the lists was not absent.
  if (settled) return DAY;
  return Math.min(DAY, Math.max(5 * MINUTE, age + Math.min(LONGEST, age)));
}

const LIVE_OF = `
  SELECT live, next_read, print, print_at FROM instances WHERE source = $1 AND id = $2 FOR UPDATE`;
const KEEP = `
  UPDATE instances SET live = $3, next_read = $4, print = $5, print_at = $6 WHERE source = $1 AND id = $2`;

interface LiveRow {
  live: 'started' | 'settling' | 'settled' | null;
  next_read: number | null;
  print: string | null;
  print_at: number | null;
}

/**
 * Keeps what was read of the people of an instance, whoever read it. Where events told of it, it is settled once two
 * readings are the same and nobody is missing whom an event has seen come in, or after a day.
 */
export async function keepReading(
  { store, jobs }: { store: Store; jobs: Jobs },
  source: string,
  instance: Instance,
  people: InstancePeople,
  accounts: ReadonlyMap<string, string>,
): Promise<void> {
  const { id } = instance;
  const print = printOf(people);
  await store.tx(async (sql) => {
    const [row] = await sql<LiveRow>(LIVE_OF, [source, id]);
    const now = store.now();
    if (!row?.live) {
      const facts = fold(instance, people, accounts, now);
      await saveFacts(sql, source, id, facts, { skips: people.skips, at: now });
      return;
    }
    const age = now - Date.parse(instance.endedAt ?? instance.startedAt);
    const same = row.print === print ? row.print_at : null;
    const missing = await missingOf(sql, source, instance, people);
    const complete = !people.incomplete && missing.length === 0;
    const settled =
      row.live === 'settled' || age >= DAY || (complete && same !== null && now - same >= STABLE);
    const next = nextRead(age, settled);
    const nextAt = next === undefined ? null : now - age + next;
    const live = settled ? 'settled' : 'settling';
    // The list decides who was there, once it is whole; until then, whom events saw was there too.
    const all =
      settled && !people.incomplete ? people : { ...people, segments: [...people.segments, ...missing] };
    const facts = fold(instance, all, accounts, settled ? undefined : Number.NEGATIVE_INFINITY);
    await saveFacts(sql, source, id, facts, { skips: people.skips, at: now });
    await sql(KEEP, [source, id, live, nextAt, print, same ?? now]);
    if (nextAt === null) await dropStays(sql, source, id);
    else await jobs.enqueue(sql, instanceJob(source, id, nextAt));
  });
}

/** The wake-up that says "look at this instance", now or later. */
export function instanceJob(source: string, id: string, runAt?: number) {
  const key = `${source} ${id}`;
  return {
    queue: INSTANCE_QUEUE,
    key,
    priority: PRIORITY.instance,
    ...(runAt === undefined ? {} : { runAt }),
  };
}

/**
 * Keeps who was in an instance by what events told, before any list has it. Nobody is known to be absent by that.
 */
export async function keepEarly(
  store: Store,
  source: string,
  instance: Instance,
  accounts: ReadonlyMap<string, string>,
): Promise<void> {
  await store.tx(async (sql) => {
    const [row] = await sql<{ read_at: number | null }>(READ_AT, [source, instance.id]);
    if (!row || row.read_at !== null) return;
    const none: InstancePeople = { segments: [], registrants: [], refused: [], skips: [] };
    const segments = await missingOf(sql, source, instance, none);
    await saveFacts(sql, source, instance.id, fold(instance, { ...none, segments }, accounts));
  });
}

const READ_AT = 'SELECT read_at FROM instances WHERE source = $1 AND id = $2 FOR UPDATE';

/** Stays that events told of and the list does not have. */
async function missingOf(
  sql: Sql,
  source: string,
  { id, endedAt }: Instance,
  { segments }: InstancePeople,
): Promise<Segment[]> {
  const listed = new Set(segments.map(({ userId }) => userId));
  const told = await staysOf(sql, source, id);
  return told
    .filter(({ userId, joinedAt }) => joinedAt !== '' && !listed.has(userId))
    .map((stay) => (stay.leftAt === undefined && endedAt ? { ...stay, leftAt: endedAt } : stay));
}

/** The same text for the same people in any order. */
function printOf({ segments, registrants, absentees }: InstancePeople): string {
  const rows = [...segments, ...registrants, ...(absentees ?? [])]
    .map((row) => JSON.stringify(row))
    .toSorted();
  return createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 32);
}
