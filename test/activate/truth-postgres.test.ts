import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sharedPostgres } from '../contracts/backings.ts';
import { actual, differences, expected } from './expected.ts';
import { stage } from './stage.ts';

const postgres = sharedPostgres();

test('what Brevo holds equals the truth when state is on PostgreSQL, and a second run changes nothing', async () => {
  await using on = await stage({ sandbox: { seed: 1 }, env: { DATABASE_URL: postgres.address() } });
  const want = await expected(on.box, on.since, on.until);
  const summary = await on.run();
  assert.deepEqual(differences(want, await actual(on.box, on.before)), []);
  assert.equal(summary.failed.length, 0);
  assert.ok(
    want.contacts.size > 50 && want.events.length > 200,
    'the world is large enough to prove something',
  );

  await on.control('reset', { stats: true });
  const again = await on.run();
  assert.equal(again.contacts.unchanged, want.contacts.size);
  const { brevo } = (await on.control('stats')) as { brevo: { operations: Record<string, number> } };
  assert.deepEqual(
    Object.keys(brevo.operations).filter((operation) => !operation.startsWith('GET ')),
    [],
  );
});

test('connections that people add are kept in PostgreSQL, sealed, and no file appears beside it', async () => {
  const url = postgres.address();
  await using on = await stage({ env: { DATABASE_URL: url, TRUNKLINE_SECRET_KEY: 'a key for this test' } });
  await using app = on.open();
  await app.doctor();
  const { stored } = app;
  assert.deepEqual(await stored.list(), []);
  const { Secret } = await import('../../src/core/secret.ts');
  const credentials = { apiKey: new Secret('xkeysib-secret') };
  await stored.add({ name: 'second', connector: 'brevo', credentials, settings: {} });
  await using other = on.open();
  assert.deepEqual(
    (await other.stored.list()).map(({ name, connector }) => ({ name, connector })),
    [{ name: 'second', connector: 'brevo' }],
  );
  const [row] = await (await other.store()).sql<{ sealed: string }>('SELECT sealed FROM connections');
  assert.ok(row && !row.sealed.includes('xkeysib'));
  const { readdir } = await import('node:fs/promises');
  assert.deepEqual(await readdir(on.dataDir), []);
});
