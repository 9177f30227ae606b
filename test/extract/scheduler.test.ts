import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Loader } from '../../src/core/destination.ts';
import { Secret } from '../../src/core/secret.ts';
import { sqlite } from '../../src/destinations/sqlite.ts';
import { fitBookkeeping, put, SLICES, type SliceRow } from '../../src/extract/bookkeeping.ts';
import { Pool } from '../../src/extract/pools.ts';
import { Scheduler } from '../../src/extract/scheduler.ts';
import type { SliceRules } from '../../src/extract/slice-table.ts';
import type { Work } from '../../src/extract/work.ts';

const way = { open: true, way: { budget: 'slow', path: '/pupils' } };
// What the scheduler looks at of a stream in a run.
const work = { name: 'pupils', node: { target: 'pupils' }, ways: [way], dead: false } as unknown as Work;
const rules = { connection: 'school', run: 'run-1', again: false } as unknown as SliceRules;

async function started(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-scheduler-'));
  const deps = { now: Date.now, sleep: () => Promise.resolve(), cwd: folder };
  const url = new Secret(`sqlite:${join(folder, 'x.db')}`);
  const loader = await sqlite.open(url, { monthOf: () => undefined }, deps);
  t.after(async () => {
    await loader.close();
    rmSync(folder, { recursive: true });
  });
  await loader.transaction(fitBookkeeping);
  const pool = new Pool('slow', undefined);
  pool.size = 10_000;
  return { loader, scheduler: new Scheduler([work], new Map([['slow', pool]]), loader, rules) };
}

function add(loader: Loader, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, i): Partial<SliceRow> => {
    const slice = String(from + i).padStart(6, '0');
    return {
      connection: 'school',
      target: 'pupils',
      slice,
      run: 'run-1',
      state: 'waiting',
      feeds: '',
      rows: 0,
    };
  });
  return loader.transaction((tx) =>
    put(
      tx,
      SLICES,
      rows.map((row) => ({ ...row, parameters: '{}' })),
    ),
  );
}

/** Begins all that may begin, as a run does; every reading takes longer than this. */
async function beginAll(scheduler: Scheduler): Promise<SliceRow[]> {
  const begun: SliceRow[] = [];
  for (let rounds = 0; ; rounds++) {
    assert.ok(rounds < 100, 'it comes to an end while all that wait are being read');
    for (let start = scheduler.next(0); start; start = scheduler.next(0)) begun.push(start.row);
    if (!(await scheduler.refill())) return begun;
  }
}

test('more slices than are fetched at once are all being read, and nothing is looked for again and again', async (t) => {
  const { loader, scheduler } = await started(t);
  await add(loader, 0, 1100);
  const begun = await beginAll(scheduler);
  assert.deepEqual(
    begun.map(({ slice }) => Number(slice)),
    [...Array(1100).keys()],
  );
  assert.equal(await scheduler.refill(), false);
});

test('slices that are added before and behind those being read are found, each once', async (t) => {
  const { loader, scheduler } = await started(t);
  await add(loader, 500, 900);
  assert.equal((await beginAll(scheduler)).length, 900);
  await add(loader, 0, 450);
  await add(loader, 5000, 450);
  scheduler.added(work);
  assert.equal(scheduler.empty, false);
  const begun = await beginAll(scheduler);
  assert.equal(new Set(begun.map(({ slice }) => slice)).size, 900);
  assert.equal(begun.length, 900);
  assert.equal(scheduler.empty, true);
});
