import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { copyInstallation } from '../../src/app/store-copy.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { stage } from '../activate/stage.ts';
import { sharedPostgres } from '../contracts/backings.ts';

const postgres = sharedPostgres();

test('an installation that has worked moves to PostgreSQL, and goes on there without sending anything twice', async () => {
  await using on = await stage({ sandbox: { seed: 7 } });
  const first = await on.run();
  const url = postgres.address();
  const { tables, keyFile } = await copyInstallation(on.dataDir, url, Date.now);
  assert.ok((tables['facts'] ?? 0) > 100 && (tables['deliveries'] ?? 0) > 100);
  assert.equal(keyFile, undefined);

  await on.control('reset', { stats: true });
  const second = await on.run({}, { env: { DATABASE_URL: url } });
  const { contacts } = first;
  assert.equal(second.contacts.unchanged, contacts.created + contacts.updated);
  const { brevo } = (await on.control('stats')) as { brevo: { operations: Record<string, number> } };
  assert.deepEqual(
    Object.keys(brevo.operations).filter((operation) => !operation.startsWith('GET ')),
    [],
  );
  await assert.rejects(copyInstallation(on.dataDir, url, Date.now), { code: 'not-empty' });
  await assert.rejects(copyInstallation(join(on.dataDir, 'nothing'), url, Date.now), {
    kind: 'config',
    message: /^There is no embedded installation in /,
  });
});

test('doctor looks at the database and leaves an older schema as it is', async () => {
  await using on = await stage({ sandbox: { users: 1, meetings: 1, webinars: 0 } });
  const url = postgres.address();
  const database = async (address: string) => {
    await using app = on.open({ env: { DATABASE_URL: address } });
    const findings = await app.doctor();
    return findings.find(({ check }) => check === 'database');
  };
  assert.match((await database(url))?.detail ?? '', /^PostgreSQL \d+.* its tables will be made/);
  const made = await database(url);
  assert.equal(made?.state, 'ok');
  assert.match(made.detail, /its tables are up to date$/);

  await using store = await openPostgres({ url, now: Date.now });
  await store.sql('DELETE FROM connection_migrations');
  const behind = await database(url);
  assert.equal(behind?.state, 'warning');
  assert.match(behind.detail, /1 migrations are due: connections\/0001_init$/);
  assert.deepEqual(await store.sql('SELECT * FROM connection_migrations'), []);

  const away = await database('postgres://nobody:geheim@127.0.0.1:1/x');
  assert.equal(away?.state, 'failed');
  assert.doesNotMatch(JSON.stringify(away), /geheim/);
});
