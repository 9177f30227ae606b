import assert from 'node:assert/strict';
import { chownSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Secret } from '../../src/core/secret.ts';
import { postgres } from '../../src/destinations/postgres.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import { land, manyRows, MEETINGS, openPlace, refusal } from './contract-places.ts';
import { canonicalRows } from './contract-rows.ts';
import { smallDisk } from './disks.ts';
import { asSomebody, freshUrl, postgresRig } from './postgres-rig.ts';

let server: PostgresServer;
before(async () => {
  server = await startPostgres();
});
after(() => server.stop());

const rig = postgresRig(() => server);

async function meetings(url: string): Promise<unknown> {
  const loader = {
    transaction: () => assert.fail(),
    publish: () => assert.fail(),
    close: () => assert.fail(),
  };
  return canonicalRows(MEETINGS, (await rig.read(url, MEETINGS, loader)) ?? []);
}

test('a server that restarts between transactions is connected to again', async (t) => {
  const url = freshUrl(server);
  const loader = await openPlace(t, postgres, url);
  await land(loader, MEETINGS, manyRows(300));
  await server.restart();
  assert.deepEqual(await land(loader, MEETINGS, manyRows(400)), { written: 100, changes: [] });
  assert.deepEqual(await meetings(url), canonicalRows(MEETINGS, manyRows(400)));
});

for (const moment of ['before the rows', 'after the rows'] as const) {
  test(`a server that crashes ${moment} of a transaction costs a second attempt and no row`, async (t) => {
    const url = freshUrl(server);
    const loader = await openPlace(t, postgres, url);
    await land(loader, MEETINGS, manyRows(10, 'old'));
    let attempts = 0;
    let back: Promise<void> | undefined;
    const written = await loader.transaction(async (tx) => {
      attempts += 1;
      const crash = async (): Promise<void> => {
        if (attempts > 1) return;
        await server.kill9();
        back = sleep(300).then(() => server.restart());
      };
      if (moment === 'before the rows') await crash();
      const result = await tx.merge(MEETINGS, manyRows(5000));
      if (moment === 'after the rows') await crash();
      return result.written;
    });
    await back;
    assert.deepEqual([attempts, written], [2, 5000]);
    assert.deepEqual(await meetings(url), canonicalRows(MEETINGS, manyRows(5000)));
  });
}

/** A way to the server that can be cut. */
async function wire(
  t: TestContext,
  url: string,
): Promise<{ url: string; onClient: (listener: Listener) => void }> {
  const port = Number(new URL(url).port);
  const listeners: Listener[] = [];
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('data', (bytes) => {
      upstream.write(bytes);
      for (const listener of listeners) listener(bytes, client, upstream);
    });
    upstream.on('data', (bytes) => client.writable && client.write(bytes));
    upstream.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const cut = new URL(url);
  cut.port = String((proxy.address() as AddressInfo).port);
  return { url: cut.href, onClient: (listener) => listeners.push(listener) };
}
type Listener = (bytes: Buffer, client: Socket, upstream: Socket) => void;

test('a connection that breaks off while it commits runs the work again, and each row is there once', async (t) => {
  const direct = freshUrl(server);
  const { url, onClient } = await wire(t, direct);
  const loader = await openPlace(t, postgres, url);
  await land(loader, MEETINGS, []);
  let cuts = 0;
  onClient((bytes, client) => {
    if (cuts > 0 || !bytes.includes('COMMIT\0')) return;
    cuts += 1;
    // The server gets it and commits; nobody hears of it.
    client.destroy();
  });
  let attempts = 0;
  const written = await loader.transaction(async (tx) => {
    attempts += 1;
    return (await tx.merge(MEETINGS, manyRows(500))).written;
  });
  assert.deepEqual([cuts, attempts, written], [1, 2, 0], 'the second time they are there already');
  assert.deepEqual(await meetings(direct), canonicalRows(MEETINGS, manyRows(500)));
});

test('a connection that breaks off in the middle of the rows runs the work again', async (t) => {
  const direct = freshUrl(server);
  const { url, onClient } = await wire(t, direct);
  const loader = await openPlace(t, postgres, url);
  await land(loader, MEETINGS, []);
  let sent = 0;
  onClient((bytes, client) => {
    const already = sent;
    sent += bytes.length;
    // More is on its way than may be buffered: the sender is waiting.
    if (already < 2_000_000 && sent >= 2_000_000) client.destroy();
  });
  const long = manyRows(60_000, 'a long topic '.repeat(10));
  let attempts = 0;
  const written = await loader.transaction(async (tx) => {
    attempts += 1;
    return (await tx.merge(MEETINGS, long)).written;
  });
  assert.deepEqual([attempts, written], [2, 60_000]);
  assert.deepEqual(await meetings(direct), canonicalRows(MEETINGS, long));
});

test('a session of its own that the server still holds for alive does not lock it out', async (t) => {
  const direct = freshUrl(server);
  const { url, onClient } = await wire(t, direct);
  const loader = await openPlace(t, postgres, url);
  await land(loader, MEETINGS, []);
  let cuts = 0;
  onClient((bytes, client) => {
    if (cuts > 0 || !bytes.includes('BEGIN')) return;
    cuts += 1;
    // As a network does that goes away: this end is told nothing less than that, the other end nothing at all.
    client.destroy();
  });
  assert.equal((await land(loader, MEETINGS, manyRows(3))).written, 3);
  assert.equal(cuts, 1);
  const other = await refusal(openPlace(t, postgres, direct));
  assert.equal(other.code, 'in-use', 'it has its lock again');
});

test('a server that stays away is waited for about a minute', async (t) => {
  const lone = await startPostgres({ fsync: false });
  t.after(() => lone.stop());
  let now = 0;
  const pauses: number[] = [];
  const loader = await postgres.open(
    new Secret(lone.url),
    { monthOf: () => undefined },
    {
      now: () => now,
      sleep: (ms) => {
        now += ms;
        pauses.push(ms);
        return Promise.resolve();
      },
      cwd: '/',
    },
  );
  await land(loader, MEETINGS, manyRows(1));
  await lone.kill9();
  const error = await refusal(land(loader, MEETINGS, manyRows(2)));
  assert.deepEqual([error.kind, error.retry], ['network', 'later']);
  assert.match(error.message, /^PostgreSQL at 127\.0\.0\.1:\d+\/postgres: connect ECONNREFUSED/);
  assert.ok(now > 50_000 && now <= 60_000, `${now} ms`);
  assert.deepEqual(pauses.slice(0, 7), [100, 200, 400, 800, 1600, 3200, 5000]);
  await lone.restart();
  assert.equal((await land(loader, MEETINGS, manyRows(2))).written, 1, 'the next transaction tries again');
  await loader.close();
});

test('a disk that is full ends the transaction with nothing of it, and goes on when there is room', async (t) => {
  const disk = smallDisk(t, '2m');
  if (!disk) return;
  const { uid, gid } = server.user;
  if (uid !== undefined) chownSync(disk.path, uid, gid ?? uid);
  await asSomebody(server.url, `CREATE TABLESPACE small LOCATION '${disk.path}'`);
  const url = `${freshUrl(server)}&options=${encodeURIComponent('-c default_tablespace=small')}`;
  const loader = await openPlace(t, postgres, url);
  await land(loader, MEETINGS, manyRows(1000));
  const error = await refusal(land(loader, MEETINGS, manyRows(50_000, 'more')));
  assert.deepEqual([error.kind, error.code], ['config', 'full']);
  assert.match(error.message, /No space left on device/);
  assert.match(error.hint, /Make room on it and run again/);
  assert.deepEqual(await meetings(url), canonicalRows(MEETINGS, manyRows(1000)));
  disk.grow('50m');
  assert.equal((await land(loader, MEETINGS, manyRows(50_000, 'more'))).written, 50_000);
  await loader.transaction((tx) => tx.drop('meetings'));
  await loader.close();
  await asSomebody(server.url, 'DROP TABLESPACE small');
});

test('a standby is refused: it only reads', async (t) => {
  const standby = await startPostgres({ fsync: false });
  t.after(() => standby.stop());
  const signal = join(standby.folder, 'data', 'standby.signal');
  writeFileSync(signal, '');
  if (standby.user.uid !== undefined) chownSync(signal, standby.user.uid, standby.user.gid ?? 0);
  await standby.restart();
  const error = await refusal(openPlace(t, postgres, standby.url));
  assert.deepEqual([error.kind, error.code], ['config', 'read-only']);
  assert.match(error.hint, /name the primary in the URL/);
});
