import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import { hookStage, until, type HookStage, type Json } from './stage.ts';

let postgres: PostgresServer | undefined;
let schemas = 0;

before(async () => {
  postgres = await startPostgres({ fsync: false });
});
after(() => postgres?.stop());

const engines: [name: string, open: () => Promise<HookStage>][] = [
  ['SQLite', () => hookStage()],
  ['PostgreSQL', () => hookStage({ databaseUrl: `${postgres?.url}?schema=hooks_${++schemas}` })],
];

for (const [engine, open] of engines) {
  describe(`hooks on ${engine}`, () => {
    test('a hook subscribes by operations of its connection, and its events are filed under its name', async () => {
      await using on = await open();
      const made = await on.hooks.add({ connection: 'shop', events: ['order.created'] });
      assert.deepEqual(
        [made.name, made.kind, made.state, made.auth],
        ['shop/orders', 'resthook', 'active', 'signature'],
      );
      assert.equal(made.secret, undefined, 'the shop was told; nobody else needs it');
      const [subscription] = await on.control('GET', '/shop/webhooks');
      assert.equal(subscription.id, made.subscription);
      assert.equal(subscription.url, made.url);
      assert.match(subscription.url, /\/hooks\/[\w-]{32}$/);
      assert.deepEqual(subscription.events, ['order.created']);
      const { order, deliveries } = await on.control('POST', '/shop', {
        order: { email: 'ada@example.com' },
      });
      assert.deepEqual([deliveries[0].status, deliveries[0].attempts], [200, 1]);
      const [event] = await on.inbox('shop/orders');
      assert.deepEqual(
        [event.event, event.verdict, event.connection],
        ['order.created', 'signature', 'hook:shop/orders'],
      );
      const { body } = await (await on.app.records()).event(event.id);
      assert.equal((body as Json).data.id, order.id);
    });

    test('the shop asks for proof before it subscribes, and gets it', async () => {
      await using on = await open();
      await on.control('POST', '/shop', { verifySubscriptions: true });
      const made = await on.hooks.add({ connection: 'shop' });
      assert.equal(made.state, 'active');
      const [{ events }] = await on.control('GET', '/shop/webhooks');
      assert.deepEqual(
        events,
        ['order.created', 'order.cancelled'],
        'those of the definition, when nobody chose',
      );
    });

    test('a subscription is renewed before it ends, and made anew when it ended all the same', async () => {
      await using on = await open();
      await on.control('POST', '/shop', { subscriptionSeconds: 3600 });
      const made = await on.hooks.add({ connection: 'shop' });
      const first = Date.parse(made.expiresAt ?? '');
      await on.pass(2500);
      await until('it is renewed', async () => {
        const { expiresAt } = await on.hooks.show(made.name);
        return Date.parse(expiresAt ?? '') > first;
      });
      assert.equal((await on.hooks.show(made.name)).subscription, made.subscription);
      // So long that it is over before anybody looked.
      await on.pass(4000);
      await until('there is another', async () => {
        const { state, subscription = made.subscription } = await on.hooks.show(made.name);
        return state === 'active' && subscription !== made.subscription;
      });
      const again = await on.hooks.show(made.name);
      assert.notEqual(again.url, made.url);
      const live = (await on.control('GET', '/shop/webhooks')).find(
        ({ id }: Json) => id === again.subscription,
      );
      assert.equal(live.url, again.url);
    });

    test('a failed renewal is on record, and tried again', async () => {
      await using on = await open();
      await on.control('POST', '/shop', { subscriptionSeconds: 3600 });
      const made = await on.hooks.add({ connection: 'shop' });
      const operation = 'POST /v1/webhooks/{webhookId}/renew';
      await on.control('POST', '/faults', {
        rules: [{ system: 'shop', operation, kind: 'html-403', probability: 1 }],
      });
      await on.pass(2500);
      await until('it failed', async () => (await on.hooks.show(made.name)).state === 'failed');
      const { problem, dueAt } = await on.hooks.show(made.name);
      assert.match(problem?.message ?? '', /Acme shop/);
      assert.ok(dueAt);
      await on.control('DELETE', '/faults');
      const { json } = await on.ask('POST', `/hooks/${encodeURIComponent(made.name)}/enable`);
      assert.equal(json.state, 'active');
      assert.equal(json.problem, undefined);
    });

    test('who is disabled unsubscribes and answers 410; who is removed stays gone', async () => {
      await using on = await open();
      const made = await on.hooks.add({ connection: 'shop' });
      assert.equal((await on.hooks.disable(made.name)).state, 'off');
      assert.deepEqual(await on.control('GET', '/shop/webhooks'), []);
      assert.equal((await fetch(made.url, { method: 'POST', body: '{}' })).status, 410);
      const again = await on.hooks.enable(made.name);
      assert.equal(again.state, 'active');
      assert.deepEqual(await on.hooks.remove(made.name), { removed: true });
      assert.deepEqual(await on.control('GET', '/shop/webhooks'), []);
      assert.equal((await fetch(again.url, { method: 'POST', body: '{}' })).status, 410);
      const never = again.url.replace(/[^/]+$/, 'A'.repeat(32));
      assert.equal((await fetch(never, { method: 'POST', body: '{}' })).status, 404);
    });

    test('a rotation subscribes anew and ends the former subscription, and no event is lost between', async () => {
      await using on = await open();
      const made = await on.hooks.add({ connection: 'shop' });
      const turned = await on.hooks.rotate(made.name, {});
      assert.notEqual(turned.url, made.url);
      const subscriptions = await on.control('GET', '/shop/webhooks');
      assert.deepEqual(
        subscriptions.map(({ url }: Json) => url),
        [turned.url],
      );
      const { deliveries } = await on.control('POST', '/shop', { order: { email: 'ada@example.com' } });
      assert.deepEqual(
        deliveries.map(({ status }: Json) => status),
        [200],
      );
    });

    test('subscriptions that nobody here knows are ended by the sweep, those of others are not', async () => {
      await using on = await open();
      const made = await on.hooks.add({ connection: 'shop' });
      const session = await on.app.session('shop');
      const create = session.connector.actions['webhooks']?.['create'];
      assert.ok(create);
      const others = 'http://127.0.0.1:9/hooks/somebody-elses';
      for (const url of [made.url.replace(/[^/]+$/, 'B'.repeat(32)), others]) {
        await session.call(create, { url, events: ['order.created'] });
      }
      const swept = await on.hooks.sweep();
      assert.equal(swept.length, 1);
      const left = (await on.control('GET', '/shop/webhooks')).map(({ url }: Json) => url);
      assert.deepEqual(left.toSorted(), [others, made.url].toSorted());
    });
  });
}

test('without an address of our own nobody is told to send, and the message says what to set', async () => {
  await using on = await hookStage({ nameless: true });
  await assert.rejects(
    on.hooks.add({ connection: 'shop' }),
    /nothing says where other systems reach this server/,
  );
  assert.deepEqual(await on.hooks.list(), []);
});

test('what the other side refuses is told, and not kept', async () => {
  await using on = await hookStage();
  await assert.rejects(
    on.hooks.add({ connection: 'shop', events: ['nonsense'] }),
    /Acme shop.*events|not valid/s,
  );
  assert.deepEqual(await on.hooks.list(), []);
});
