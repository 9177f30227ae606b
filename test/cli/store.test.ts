import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stage } from '../activate/stage.ts';
import { startPostgres } from '../postgres-server.ts';
import { cli, folder } from './command-line.ts';

test('an installation moves to PostgreSQL whole, and what was sent is not sent again there', async (t) => {
  await using set = await stage({ sandbox: { users: 2, meetings: 1, webinars: 0 } });
  await set.run();
  const postgres = await startPostgres({ fsync: false });
  t.after(() => postgres.stop());
  const env = {
    ...set.box.env,
    TRUNKLINE_DATA_DIR: set.dataDir,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    BREVO_READ_LAG_SECONDS: '1',
  };
  const here = { cwd: set.dataDir, env };
  const copied = await cli(here, 'store', 'copy', '--to', postgres.url);
  assert.equal(copied.code, 0, copied.stderr);
  assert.match(copied.stdout, /deliveries +\d+/);
  const there = { cwd: set.dataDir, env: { ...env, DATABASE_URL: postgres.url } };
  const again = await cli(there, 'activate', '--since', '150d', '--json');
  assert.equal(again.code, 0, again.stdout);
  const { contacts, events } = JSON.parse(again.stdout) as {
    contacts: { created: number; updated: number };
    events: { sent: object };
  };
  assert.deepEqual([contacts.created, contacts.updated, events.sent], [0, 0, {}]);
  const twice = await cli(here, 'store', 'copy', '--to', postgres.url, '--json');
  assert.equal(twice.code, 2);
  assert.match(twice.stdout, /"kind":"config"/);
});

test('what cannot be copied is said before anything is', async (t) => {
  const here = { cwd: folder(t) };
  const nowhere = await cli(here, 'store', 'copy', '--to', 'sqlite:./x.db');
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /--to must be the URL of a PostgreSQL database/);
  const nothing = await cli(here, 'store', 'copy', '--to', 'postgres://127.0.0.1:1/x');
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /there is no embedded installation in/);
});
