import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { App, loadConfig, realWorld } from '../../src/app/index.ts';
import { sign } from '../../src/core/signature.ts';
import { Secret } from '../../src/core/secret.ts';
import { zoomWebhook } from '../../src/core/known-triggers.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import { freePort, hookStage, until } from './stage.ts';

let postgres: PostgresServer | undefined;

before(async () => {
  postgres = await startPostgres({ fsync: false });
});
after(() => postgres?.stop());

async function ring(url: string, token: string | undefined, n: number): Promise<number> {
  const headers = { 'x-token': token ?? '' };
  return (await fetch(url, { method: 'POST', body: JSON.stringify({ n }), headers })).status;
}

test('what one process makes, replaces and ends, the others know at once', async () => {
  const databaseUrl = `${postgres?.url}?schema=hooks_many`;
  await using one = await hookStage({ databaseUrl });
  // The same key for both: as the operator of several would set it.
  await using two = await hookStage({ databaseUrl, box: one.box, dir: one.dir, port: await freePort() });
  const settings = { title: 'Door', auth: { method: 'signature', key: 'x-token' } } as const;
  const made = await one.hooks.add({ name: 'door', settings });
  const there = (url: string) => url.replace(one.url, two.url);
  assert.equal(await ring(there(made.url), made.secret, 1), 200, 'a new hook');
  const turned = await one.hooks.rotate('door', { keepMs: 0 });
  await until(
    'the new secret holds there',
    async () => (await ring(there(made.url), turned.secret, 2)) === 200,
  );
  assert.equal(await ring(there(made.url), made.secret, 3), 401, 'and the old one does not');
  await two.hooks.remove('door');
  await until('it is gone here', async () => (await ring(made.url, turned.secret, 4)) === 410);
  assert.equal((await one.inbox('door')).length, 2);
});

test('a connection that another process adds receives its webhooks at once, and its events are handled', async () => {
  // Timers as they are: a poll that comes round every 50 ms would hide what is asked here.
  await using on = await hookStage({ world: { setTimer: realWorld.setTimer } });
  const url = `${on.url}/webhooks/zoom-two`;
  const push = async (secret: string): Promise<number> => {
    const body = Buffer.from(
      JSON.stringify({ event: 'meeting.started', event_ts: 1, payload: { account_id: 'a' } }),
    );
    const headers = {
      'content-type': 'application/json',
      ...sign(zoomWebhook.verify, secret, body, Date.now()),
    };
    return (await fetch(url, { method: 'POST', body, headers })).status;
  };
  assert.equal(await push('webhook-secret'), 404);
  const readFile = (): undefined => undefined;
  await using other = new App(loadConfig({ env: on.env, cwd: on.dir, readFile }), realWorld);
  await other.stored.add({
    name: 'zoom-two',
    connector: 'zoom',
    credentials: Object.fromEntries(
      ['accountId', 'clientId', 'clientSecret']
        .map((name) => [name, new Secret(`${name}-of-two`)])
        .concat([['webhookSecret', new Secret('webhook-secret')]]),
    ) as Record<string, Secret>,
    settings: {},
  });
  // A name that nobody knew was looked for a moment ago; half a second later it is looked for again.
  const started = Date.now();
  await until('it is known', async () => (await push('webhook-secret')) === 200);
  assert.ok(Date.now() - started < 3000, 'before the poll of every five seconds');
  await until('it is handled', async () => {
    const events = await (await on.app.records()).events({ connection: 'zoom-two' }, 10);
    return events.length === 1 && events[0]?.state !== 'received';
  });
});
