import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createJobs } from '../../src/jobs/jobs.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { sharedPostgres } from '../contracts/backings.ts';
import { ended, signed, zoomReceiver } from './stage.ts';

const postgres = sharedPostgres();

const BREAK = `
  SELECT count(pg_terminate_backend(pid)) AS broken FROM pg_stat_activity
  WHERE query LIKE '%INSERT INTO inbox%' AND state = 'active' AND pid <> pg_backend_pid()`;

test('events whose connections break while they are saved are all saved, once each, with a wake-up', async (t) => {
  const url = postgres.address();
  const store = await openPostgres({ url, now: Date.now });
  const breaker = await openPostgres({ url: postgres.server.url, now: Date.now });
  t.after(async () => {
    await breaker.close();
    await store.close();
  });
  const jobs = createJobs(store, { random: Math.random });
  t.after(() => jobs.stop());
  const receiver = zoomReceiver(store, jobs);

  let broken = 0;
  let sent = 0;
  const statuses: number[] = [];
  // Until enough were broken in the middle, whatever the pace of this machine.
  for (const end = Date.now() + 30_000; broken < 20 && Date.now() < end;) {
    const round = Array.from({ length: 200 }, () => signed(ended(sent++), Date.now()));
    const answers = round.map(async (request, i) => {
      await sleep(i % 8);
      const { status, outcome } = await receiver.receive(request);
      statuses.push(status);
      return outcome;
    });
    // Once a round: whoever is hit again and again is refused in the end, and sent again by the sender.
    const before = broken;
    while (statuses.length < sent && broken === before) {
      const [row] = await breaker.sql<{ broken: number }>(BREAK);
      broken += Number(row?.broken);
    }
    await Promise.all(answers);
  }
  assert.ok(broken >= 20, `only ${broken} connections were broken`);

  const refused = statuses.filter((status) => status !== 200).length;
  assert.equal(refused, 0);
  for (const table of ['inbox', 'jobs']) {
    const [row] = await store.sql<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
    assert.equal(row?.n, sent, table);
  }
});
