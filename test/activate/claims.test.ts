import assert from 'node:assert/strict';
import { claimContact, claimEvent, reconciled, settle } from '../../src/activate/claims.ts';
import { doubtfulEvents, type Place } from '../../src/activate/ledger.ts';
import type { Sql, Store } from '../../src/store/store.ts';
import { onBoth } from '../contracts/backings.ts';

const both = onBoth();

const PLACE: Place = { person: 'ada@example.com', instance: 'i1', effect: 'event:meeting_attended' };
const AT = '2026-11-21T09:00:00Z';

const PLAN = `
  INSERT INTO deliveries (audience, person, instance, effect, state, hash, payload, at, updated_at)
  VALUES ('brevo', $1, $2, $3, 'planned', 'h1', '{}', $4, $5)`;

async function planned(store: Store, place: Place): Promise<void> {
  await store.sql(PLAN, [place.person, place.instance, place.effect, AT, store.now()]);
}

async function live(store: Store, owner: string, forMs: number): Promise<void> {
  await store.sql(
    'INSERT INTO senders (id, alive_until) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET alive_until = $2',
    [owner, store.now() + forMs],
  );
}

async function row(store: Store, { effect }: Place): Promise<unknown[]> {
  const [one] = await store.sql<{ state: string; owner: string | null; attempts: number }>(
    'SELECT state, owner, attempts FROM deliveries WHERE effect = $1',
    [effect],
  );
  return [one?.state, one?.owner, one?.attempts];
}

both('an event whose sender died is in doubt, and found out about once', async (t, backing) => {
  const store = await backing.place(t).open();
  const taker = { audience: 'brevo', owner: 'first', now: store.now() };
  await planned(store, PLACE);
  await live(store, 'first', 60_000);
  assert.equal(await claimEvent(store.sql, taker, 'zoom', PLACE), true);
  assert.equal(await claimEvent(store.sql, { ...taker, owner: 'second' }, 'zoom', PLACE), false);
  assert.deepEqual(await row(store, PLACE), ['sending', 'first', 0]);

  assert.deepEqual(await doubtfulEvents(store, 'brevo'), [], 'its sender lives');
  const doubt = { place: PLACE, attempts: 0 };
  const find = (sql: Sql, state: 'done' | 'planned') =>
    reconciled(sql, { audience: 'brevo', now: store.now() }, doubt, state);
  assert.equal(await find(store.sql, 'done'), false, 'its sender lives');

  await live(store, 'first', -1000);
  assert.deepEqual(
    (await doubtfulEvents(store, 'brevo')).map(({ email, attempts }) => [email, attempts]),
    [['ada@example.com', 0]],
  );
  assert.equal(await store.tx((sql) => find(sql, 'planned')), true);
  assert.deepEqual(await row(store, PLACE), ['planned', null, 1]);
  assert.equal(await find(store.sql, 'done'), false, 'somebody was quicker');
  assert.deepEqual(await row(store, PLACE), ['planned', null, 1]);
});

both('what was sent is settled by who sent it, and by nobody else', async (t, backing) => {
  const store = await backing.place(t).open();
  const contact: Place = { person: 'ada@example.com', instance: '', effect: 'contact' };
  const taker = { audience: 'brevo', owner: 'first', now: store.now() };
  await planned(store, contact);
  await live(store, 'first', 60_000);
  assert.equal(
    await claimContact(store.sql, taker, contact.person, 'other'),
    false,
    'planned anew meanwhile',
  );
  assert.equal(await claimContact(store.sql, taker, contact.person, 'h1'), true);
  const other = { ...taker, owner: 'second' };
  assert.equal(await settle(store.sql, other, contact, 'h1', 'done'), undefined);
  const cause = { kind: 'input', message: 'no', hint: 'yes' } as const;
  assert.equal(await settle(store.sql, taker, contact, 'h1', 'refused', cause), 'refused');
  assert.deepEqual(await row(store, contact), ['refused', null, 1]);
});
