import { ConnectorError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Host, Instance, PeopleSource, Skip, TimeRange } from '../core/people.ts';
import type { Reader, RefusedRow } from '../core/reader.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { toReason } from './deliver-people.ts';
import type { Reason } from './ledger.ts';
import { sideBySide } from './side-by-side.ts';
import { keepReading } from './reading.ts';
import { addInstance, findInstance, markFailed } from './store-instances.ts';
import { saveAccounts } from './store-live.ts';

/** Zoom completes the people of an instance within this time; read later than that, they are final. In milliseconds. */
const SETTLED_AFTER = 24 * 3600_000;
const QUEUE = 'activate.collect';
/** Instances that are read at once; the budgets set the pace, this only has to be enough to keep them busy. */
const WIDTH = 12;

export interface Collection {
  store: Store;
  jobs: Jobs;
  log: Log;
  reader: Reader;
  source: PeopleSource;
  /** Name of the connection. */
  name: string;
  range: TimeRange;
  kinds: readonly Instance['kind'][];
  /** Read also what was final when it was read. */
  again: boolean;
  wantSources: boolean;
  onProgress(phase: 'hosts' | 'instances', done: number, total: number): void;
}

export interface CollectReport {
  hosts: number;
  /** Addresses of everybody in the account, lower case. */
  accounts: ReadonlySet<string>;
  meetings: number;
  webinars: number;
  /** Instances whose people were read now; the others were final before. */
  read: number;
  skips: Skip[];
  refused: RefusedRow[];
  failed: (Reason & { instance: string })[];
}

/** Finds the instances of a range and reads who was in them. What was read stands in the store. */
export async function collect(collection: Collection): Promise<CollectReport> {
  const hosts: Host[] = [];
  const early: RefusedRow[] = [];
  for await (const { rows, refused } of collection.source.hosts(collection.reader)) {
    hosts.push(...rows);
    early.push(...refused);
  }
  await saveAccounts(collection.store, collection.name, hosts);
  const report: CollectReport = {
    hosts: hosts.length,
    accounts: new Set(hosts.map(({ email }) => email)),
    meetings: 0,
    webinars: 0,
    read: 0,
    skips: [],
    refused: early,
    failed: [],
  };
  const due = await find(collection, hosts, report);
  await readAll(collection, new Map(hosts.map(({ id, email }) => [id, email])), due, report);
  return report;
}

/** Keeps every instance of the range, with a wake-up for each whose people are to be read. */
async function find(collection: Collection, hosts: readonly Host[], report: CollectReport): Promise<number> {
  const { store, jobs, reader, source, name, range, kinds } = collection;
  const seen = new Set<string>();
  let due = 0;
  let done = 0;
  await sideBySide(hosts, WIDTH, async (host) => {
    const { instances, refused, skips } = await source.instances(reader, host, range, kinds);
    report.refused.push(...refused);
    report.skips.push(...skips);
    const fresh = instances.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    // Instance and wake-up in one transaction: a crash leaves both or neither.
    await store.tx(async (sql) => {
      for (const instance of fresh) {
        report[instance.kind === 'webinar' ? 'webinars' : 'meetings']++;
        const before = await findInstance(sql, name, instance.id);
        await addInstance(sql, name, instance);
        if (!collection.again && isFinal(before?.readAt, instance)) continue;
        due++;
        await jobs.enqueue(sql, {
          queue: QUEUE,
          key: keyOf(name, instance.id),
          payload: { id: instance.id },
        });
      }
    });
    collection.onProgress('hosts', ++done, hosts.length);
  });
  return due;
}

function isFinal(readAt: number | undefined, { startedAt, endedAt }: Instance): boolean {
  return readAt !== undefined && readAt >= Date.parse(endedAt ?? startedAt) + SETTLED_AFTER;
}

async function readAll(
  collection: Collection,
  accounts: ReadonlyMap<string, string>,
  due: number,
  report: CollectReport,
): Promise<void> {
  const { jobs, name, reader } = collection;
  const startedAt = reader.now();
  let stopped: ConnectorError | undefined;
  const worker = jobs.work(QUEUE, { concurrency: WIDTH, backoff: soon }, async ({ payload }) => {
    const { id } = payload as { id: string };
    if (stopped) return;
    try {
      await readOne(collection, accounts, id, report);
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'AbortError') throw thrown;
      const error = thrown instanceof ConnectorError ? thrown : unforeseen(thrown);
      await collection.store.tx((sql) => markFailed(sql, name, id, error));
      // What would meet every other instance too ends the run; the rest is this instance's own trouble.
      if (
        error.kind === 'auth' ||
        error.kind === 'scope' ||
        error.kind === 'config' ||
        error.kind === 'quota'
      ) {
        stopped ??= error;
        return;
      }
      report.failed.push({ instance: id, ...toReason(error) });
      return;
    }
    collection.onProgress('instances', report.read, due);
  });
  try {
    await jobs.idle(QUEUE, keyOf(name, ''));
  } finally {
    await worker.stop();
  }
  if (stopped) throw stopped;
  // What was given up because the process died of it again and again must not be missing without a word.
  for (const { key, kind = 'remote', message, hint, diedAt } of await jobs.dead(QUEUE)) {
    if (diedAt >= startedAt && key.startsWith(keyOf(name, ''))) {
      report.failed.push({ instance: key.slice(keyOf(name, '').length), kind, message, hint });
    }
  }
}

async function readOne(
  { store, jobs, reader, source, name, wantSources }: Collection,
  accounts: ReadonlyMap<string, string>,
  id: string,
  report: CollectReport,
): Promise<void> {
  const found = await findInstance(store.sql, name, id);
  if (!found) return;
  const people = await source.people(reader, found.instance, { sources: wantSources });
  await keepReading({ store, jobs }, name, found.instance, people, accounts);
  report.read++;
  report.skips.push(...people.skips);
  report.refused.push(...people.refused);
}

/** A fault of ours must cost its own instance only, and must be seen. */
function unforeseen(cause: unknown): ConnectorError {
  return new ConnectorError(cause instanceof Error ? cause.message : String(cause), {
    kind: 'contract',
    hint: 'The program did not expect this: please report it. The next run tries again.',
    cause,
  });
}

function keyOf(name: string, id: string): string {
  return `${name} ${id}`;
}

/** Somebody waits for the end of the run: tries follow each other sooner than for work in the background. */
function soon(attempt: number): number {
  return Math.min(5000, 250 * 2 ** attempt);
}
