import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { Loader, Table } from '../../src/core/destination.ts';
import { land, manyRows, MEETINGS, openPlace, refusal, seenRows, type Rig } from './contract-places.ts';
import { canonicalRows } from './contract-rows.ts';

/** The part of the contract about processes and about tables of somebody else. */
export function openingContract(rig: Rig): void {
  const title = rig.destination.title;

  test(`${title}: what was loaded is there after closing and opening again`, async (t) => {
    const url = await rig.fresh(t);
    const first = await openPlace(t, rig.destination, url);
    await land(first, MEETINGS, manyRows(10));
    await first.close();
    await first.close();
    const second = await openPlace(t, rig.destination, url);
    assert.deepEqual(await land(second, MEETINGS, manyRows(11)), { written: 1, changes: [] });
    await second.publish();
    const rows = await rig.read(url, MEETINGS, second);
    assert.deepEqual(canonicalRows(MEETINGS, rows ?? []), canonicalRows(MEETINGS, manyRows(11)));
  });

  test(`${title}: a second opener is refused, and the first one goes on`, async (t) => {
    const url = await rig.fresh(t);
    const first = await openPlace(t, rig.destination, url);
    const error = await refusal(openPlace(t, rig.destination, url));
    assert.deepEqual([error.kind, error.code], ['config', 'in-use']);
    assert.match(error.message, /is being loaded by/);
    assert.equal((await land(first, MEETINGS, manyRows(1))).written, 1);
    await first.close();
    const second = await openPlace(t, rig.destination, url);
    assert.equal((await land(second, MEETINGS, manyRows(1))).written, 0);
  });

  test(`${title}: a process that is killed within a transaction leaves nothing of it, and no lock`, async (t) => {
    const url = await rig.fresh(t);
    const child = startChild(t, rig, url, 'middle');
    const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
    assert.equal(String(said), 'in the middle\n');
    const error = await refusal(openPlace(t, rig.destination, url));
    assert.deepEqual([error.kind, error.code], ['config', 'in-use'], 'of another process, too');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;

    const loader = await reopened(t, rig, url);
    const marks = await loader.transaction((tx) => tx.query('SELECT name, n FROM _trunkline_marks'));
    assert.deepEqual(marks, [{ name: 'committed', n: 1 }]);
    await loader.publish();
    const rows = await rig.read(url, MEETINGS, loader);
    assert.deepEqual(canonicalRows(MEETINGS, rows ?? []), canonicalRows(MEETINGS, manyRows(100)));
    const late: Table = { ...MEETINGS, columns: [...MEETINGS.columns, { name: 'late', type: 'text' }] };
    assert.deepEqual(
      (await land(loader, late, [])).changes.map(({ change }) => change),
      ['column added'],
    );
  });

  test(`${title}: whenever a process is killed, what it said is there, whole and once`, async (t) => {
    const url = await rig.fresh(t);
    let known = 0;
    for (const delay of [15, 40, 65, 90, 130]) {
      const child = startChild(t, rig, url, 'steps');
      const gone = once(child, 'exit');
      let said = '';
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      await Promise.race([once(child.stdout, 'data'), gone]);
      await sleep(delay);
      child.kill('SIGKILL');
      await gone;
      const last = Number(said.trimEnd().split('\n').at(-1));
      assert.ok(last > known, `step ${last} came after ${known}`);

      const loader = await reopened(t, rig, url);
      const [mark] = await loader.transaction((tx) =>
        tx.query<{ n: number }>('SELECT n FROM _trunkline_marks'),
      );
      known = mark?.n ?? 0;
      assert.ok(known === last || known === last + 1, `step ${known} is there, and ${last} was said`);
      assert.deepEqual(
        await seenRows(rig, url, loader, MEETINGS),
        canonicalRows(MEETINGS, manyRows(100 + known, `step-${known}`)),
      );
      await loader.close();
    }
  });

  const { foreign } = rig;
  if (!foreign) return;

  test(`${title}: a table of somebody else without a key is refused and not changed`, async (t) => {
    const url = await rig.fresh(t);
    await foreign(url, `CREATE TABLE meetings (topic text, id bigint); INSERT INTO meetings VALUES ('x', 1)`);
    const loader = await openPlace(t, rig.destination, url);
    const error = await refusal(land(loader, MEETINGS, manyRows(1)));
    assert.equal(error.kind, 'config');
    assert.equal(
      error.message,
      'The table meetings is there already and rows cannot be merged into it: its columns are topic, id, its ' +
        'unique keys none; expected is a primary key or a unique index over (uuid).',
    );
    assert.equal(
      error.hint,
      'Write to another table (object: meetings_2), or drop this one. It was not changed.',
    );
    const theirs: Table = {
      name: 'meetings',
      key: ['topic'],
      columns: [
        { name: 'topic', type: 'text' },
        { name: 'id', type: 'integer' },
      ],
    };
    assert.deepEqual(canonicalRows(theirs, (await rig.read(url, theirs, loader)) ?? []), [['x', 1n]]);
  });

  test(`${title}: a key over other columns is named in the refusal`, async (t) => {
    const url = await rig.fresh(t);
    await foreign(url, 'CREATE TABLE meetings (uuid text, n bigint, PRIMARY KEY (uuid, n))');
    const loader = await openPlace(t, rig.destination, url);
    const error = await refusal(land(loader, MEETINGS, []));
    assert.match(error.message, /its unique keys \(uuid, n\); expected is .* over \(uuid\)\.$/);
  });

  test(`${title}: a view is refused`, async (t) => {
    const url = await rig.fresh(t);
    await foreign(url, 'CREATE TABLE t (uuid text PRIMARY KEY); CREATE VIEW meetings AS SELECT uuid FROM t');
    const loader = await openPlace(t, rig.destination, url);
    const error = await refusal(land(loader, MEETINGS, []));
    assert.deepEqual(
      [error.kind, error.message],
      ['config', 'meetings is there already and is a view, not a table.'],
    );
  });

  test(`${title}: a table of somebody else with a unique key is grown and merged into`, async (t) => {
    const url = await rig.fresh(t);
    await foreign(
      url,
      `CREATE TABLE meetings (people bigint, uuid varchar(200) NOT NULL, theirs text DEFAULT 'kept');
       CREATE UNIQUE INDEX by_uuid ON meetings (uuid);
       INSERT INTO meetings (people, uuid) VALUES (4, 'uuid-0')`,
    );
    const loader = await openPlace(t, rig.destination, url);
    const { written, changes } = await land(loader, MEETINGS, manyRows(2));
    assert.equal(written, 2);
    assert.deepEqual(
      changes.map(({ change, column }) => [change, column]),
      [
        ['column added', 'topic'],
        ['column added', '_trunkline_run'],
      ],
    );
    const wider: Table = { ...MEETINGS, columns: [...MEETINGS.columns, { name: 'theirs', type: 'text' }] };
    const rows = await rig.read(url, wider, loader);
    assert.deepEqual(
      canonicalRows(wider, rows ?? []),
      canonicalRows(
        wider,
        manyRows(2).map((row) => [...row, 'kept']),
      ),
    );
  });
}

function startChild(t: TestContext, rig: Rig, url: string, mode: 'middle' | 'steps') {
  const program = fileURLToPath(new URL('contract-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, rig.module, rig.exportName, url, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Opens a place whose owner was killed; a server may take a moment to notice. */
async function reopened(t: TestContext, rig: Rig, url: string): Promise<Loader> {
  for (let tries = 1; ; tries++) {
    try {
      return await openPlace(t, rig.destination, url);
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}
