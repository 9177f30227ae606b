import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { ownerFile, readOwner } from '../../src/store/owner.ts';
import { openSqlite } from '../../src/store/store.ts';
import { startChild } from './child.ts';
import { seededRandom, tempDatabase } from './temp.ts';

test('what was acknowledged survives kill -9, whole transactions only', async (t) => {
  const path = tempDatabase(t);
  const random = seededRandom(7);
  const acknowledged = new Set<number>();
  const quick = new Set<string>();
  for (let round = 0; round < 10; round++) {
    const child = startChild('store/writer-process.ts', [path, String(round * 10_000_000)]);
    await child.line('open');
    await sleep(random() * 120);
    await child.kill();
    for (const line of child.lines) {
      if (line.startsWith('quick ')) quick.add(line.slice('quick '.length));
      else if (line !== 'open') acknowledged.add(Number(line));
    }
  }
  assert.ok(acknowledged.size > 100, `only ${acknowledged.size} rows were acknowledged`);

  await using store = await openSqlite({ path, now: Date.now });
  const rows = await store.sql<{ key: string; used: number; day: string }>(
    `SELECT key, used, day FROM budget_days`,
  );
  const left = new Set(rows.filter(({ day }) => day === 'left').map(({ used }) => used));
  const right = new Set(rows.filter(({ day }) => day === 'right').map(({ used }) => used));
  assert.deepEqual([...acknowledged.difference(left)], []);
  const kept = new Set(rows.filter(({ day }) => day === 'quick').map(({ key }) => key));
  assert.ok(quick.size > 100, `only ${quick.size} quick rows were acknowledged`);
  assert.deepEqual(
    [...quick.difference(kept)],
    [],
    'what is not flushed survives the end of the process, too',
  );
  assert.deepEqual([...left.symmetricDifference(right)], []);
  assert.deepEqual(await store.sql('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
});

test('a second process is refused with the owner named, and let in right after kill -9 of the owner', async (t) => {
  const path = tempDatabase(t);
  const child = startChild('store/owner-process.ts', [path]);
  t.after(() => child.kill());
  await child.line('open');

  await assert.rejects(openSqlite({ path, now: Date.now }), {
    name: 'ConnectorError',
    kind: 'config',
    code: 'owned',
    message: `The database ${path} is in use by process ${child.process.pid} (owner-process.ts).`,
    hint: `End it (kill ${child.process.pid}), or set TRUNKLINE_DATA_DIR to another directory.`,
  });
  assert.equal(readOwner(path)?.pid, child.process.pid, 'the refused process must not sign as the owner');

  await child.kill();
  assert.equal(
    readOwner(path)?.pid,
    child.process.pid,
    'a killed owner leaves its file, which means nothing',
  );
  const store = await openSqlite({ path, now: Date.now });
  assert.equal(readOwner(path)?.pid, process.pid);
  await store.close();
  assert.equal(existsSync(ownerFile(path)), false);
});

test('one process cannot open the same file twice, and trying does not loosen the lock', async (t) => {
  const path = tempDatabase(t);
  await using store = await openSqlite({ path, now: Date.now });
  await assert.rejects(openSqlite({ path, now: Date.now }), { code: 'owned' });

  const child = startChild('store/owner-process.ts', [path]);
  t.after(() => child.kill());
  await child.line('refused');
  assert.equal((await store.sql('SELECT 1 AS one')).length, 1);
});

test('the directory, the database and the owner file belong to this user alone', async (t) => {
  const path = tempDatabase(t);
  await using store = await openSqlite({ path, now: Date.now });
  await store.sql(`INSERT INTO budget_days (key, day, used) VALUES ('a', 'd', 1)`);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(`${path}-wal`).mode & 0o777, 0o600);
  assert.equal(statSync(ownerFile(path)).mode & 0o777, 0o600);
});
