/**
 * Two servers and two workers, each a process of its own, on one PostgreSQL: webhooks, backfill, extraction, schedules
 * and a rolling restart, all at once, against what really happened.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/index.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { actual, differences, expected, truthTable } from '../activate/expected.ts';
import { jumbled, storyOf } from '../app/live-stage.ts';
import { sendAll } from '../chaos/live.ts';
import { readPlace } from '../extract/places.ts';
import { sameAsTruth } from '../extract/truth.ts';
import { startPostgres } from '../postgres-server.ts';
import { openFleet } from './fleet.ts';
import { TOKEN } from './house.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const STREAMS = [
  'users',
  'meetings',
  'history_meetings',
  'meeting_registrants',
  'report_meeting_participants',
  'webinar_registrants',
];

interface Run {
  id: string;
  kind: string;
  origin: string;
  state: string;
}

test('two servers and two workers are one: nothing is lost, doubled or left out, also while each is replaced', async () => {
  await using house = await openMany();
  const { box, fleet, ask, store, target } = house;
  const until = Date.now();
  const since = until - 100 * DAY;
  const untouched = new Set((await actual(box)).contacts.keys());
  const want = await expected(box, since, until);
  await fleet.ready();

  // What comes round by itself came round once, whoever declared it first.
  await eventually('the schedule has fired', async () => (await scheduled(ask))[0]?.state === 'done');

  // The people of the last day come by the backfill: of what has just ended, events would be watched for minutes.
  const { pushes } = await storyOf({ box, since }, until - 25 * HOUR);
  const stream = jumbled(pushes, 11);
  const half = Math.floor(stream.length / 2);
  const first = sendAll(stream.slice(0, half), fleet.urls, box, 'a');
  const range = { since: new Date(since).toISOString(), until: new Date(until).toISOString() };
  const [backfill, extraction] = await Promise.all([
    begin(ask, 0, '/api/v1/activations', range),
    begin(ask, 1, '/api/v1/extractions', {}),
  ]);
  const acknowledged = await first;
  // Each of them is known to the other server, too.
  for (const id of [backfill, extraction]) {
    await eventually('the run ends', async () => (await run(ask, 1, id)).state !== 'running');
    assert.deepEqual(await run(ask, 0, id), await run(ask, 1, id));
    assert.equal((await run(ask, 0, id)).state, 'done');
  }
  // Zoom tries again, and this time the other server is asked: the same rows, and nothing of them twice.
  const again = sendAll(stream.slice(0, half), fleet.urls.toReversed(), box, 'a');
  const rest = sendAll(stream.slice(half), fleet.urls, box, 'b');
  assert.deepEqual(await fleet.roll(), [0, 0, 0, 0], 'each ends well');
  for (const id of [...(await again), ...(await rest)]) acknowledged.add(id);
  assert.equal(acknowledged.size, stream.length);

  const compare = async () => differences(want, await actual(box, untouched));
  await eventually('Brevo has everybody', async () => (await compare()).length === 0, 30_000).catch(
    () => undefined,
  );
  assert.deepEqual(await compare(), []);
  await eventually('all is handled', async () => {
    const [left] = await store.sql<{ n: number }>(
      `SELECT (SELECT count(*) FROM inbox WHERE state = 'received') + (SELECT count(*) FROM pushed_rows) AS n`,
    );
    return left?.n === 0;
  });
  const inbox = await store.sql<{ keys: number; n: number }>(
    'SELECT count(DISTINCT dedupe_key) AS keys, count(*) AS n FROM inbox',
  );
  assert.deepEqual(inbox, [{ keys: stream.length, n: stream.length }]);

  // Events stand in the tables, and the API finds nothing to correct but what events do not tell.
  const told = (await readPlace(target)).get('meeting_registrants')?.rows ?? [];
  assert.ok(told.some((row) => row['_trunkline_source'] === 'webhook'));
  const last = await begin(ask, 0, '/api/v1/extractions', {});
  await eventually('the extraction ends', async () => (await run(ask, 1, last)).state !== 'running');
  const truth = (table: string) => truthTable<Record<string, unknown>>(box, table);
  assert.ok((await sameAsTruth(await readPlace(target), truth, STREAMS)) > 100);

  assert.equal((await scheduled(ask)).length, 1, 'once over all processes, also after they were replaced');
  assert.deepEqual(fleet.falls, []);
  assert.deepEqual(await fleet.stop(), [0, 0, 0, 0]);
  const dead = await store.sql<{ queue: string; message: string }>('SELECT queue, message FROM dead_jobs');
  assert.deepEqual(dead, []);
});

type Ask = <T>(server: number, method: string, path: string, body?: unknown) => Promise<T>;

async function begin(ask: Ask, server: number, path: string, body: unknown): Promise<string> {
  const { id, ...answer } = await ask<{ id?: string }>(server, 'POST', path, body);
  assert.ok(id, JSON.stringify(answer));
  return id;
}

const run = (ask: Ask, server: number, id: string) => ask<Run>(server, 'GET', `/api/v1/runs/${id}`);

async function scheduled(ask: Ask): Promise<Run[]> {
  const runs = await ask<Run[]>(0, 'GET', '/api/v1/runs?limit=100');
  return runs.filter(({ origin }) => origin === 'schedule');
}

async function eventually(what: string, holds: () => Promise<boolean>, ms = 60_000): Promise<void> {
  const patience = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > patience) throw new Error(`never came: ${what}`);
    await pause(100);
  }
}

/** Four processes, and what they share. */
async function openMany() {
  const server = await startPostgres({ fsync: false });
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-many-'));
  const quick = { readLag: 50, importDelay: 0 };
  const box = await startSandbox({ plan: 'unlimited', seed: 21, users: 4, participants: 8, ...quick });
  const databaseUrl = `${server.url}?schema=trunkline`;
  const target = `${server.url}?schema=warehouse`;
  const streams = STREAMS.map((name) => `    ${name}: {}\n`).join('');
  const config = `schedules: { activate: 12h }\nextract:\n  target: ${target}\n  streams:\n${streams}`;
  await writeFile(join(dir, 'trunkline.yaml'), config);
  const env = {
    PATH: process.env['PATH'],
    ...box.env,
    ZOOM_VERIFICATION_TOKEN: undefined,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    BREVO_READ_LAG_SECONDS: '1',
    TRUNKLINE_DATA_DIR: join(dir, 'state'),
    TRUNKLINE_ADMIN_TOKEN: TOKEN,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'silent',
  };
  const fleet = await openFleet({ cwd: dir, env, servers: 2, workers: 2 });
  const store = await openPostgres({ url: databaseUrl, now: Date.now });
  const ask: Ask = async (which, method, path, body) => {
    const response = await fetch(`${fleet.urls[which]}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as never;
  };
  return {
    box,
    fleet,
    store,
    ask,
    target,
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]();
      await store.close();
      await box.close();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
