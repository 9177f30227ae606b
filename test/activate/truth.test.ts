import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actual, differences, expected } from './expected.ts';
import { stage } from './stage.ts';

for (const seed of [1, 2, 3, 4]) {
  test(`what Brevo holds equals the truth, person by person (seed ${seed})`, async () => {
    await using on = await stage({ sandbox: { seed } });
    const want = await expected(on.box, on.since, on.until);
    const summary = await on.run();
    assert.deepEqual(differences(want, await actual(on.box, on.before)), []);
    assert.equal(summary.contacts.created + summary.contacts.updated, want.contacts.size);
    assert.equal(summary.failed.length, 0);
    assert.ok(
      want.contacts.size > 50 && want.events.length > 200,
      'the world is large enough to prove something',
    );
  });
}

test('a second run changes nothing and writes nothing', async () => {
  await using on = await stage({ sandbox: { seed: 5 } });
  await on.run();
  const first = await actual(on.box, on.before);
  await on.control('reset', { stats: true });
  const summary = await on.run();
  const stats = (await on.control('stats')) as { brevo: { operations: Record<string, number> } };
  assert.deepEqual(
    Object.keys(stats.brevo.operations).filter((operation) => !operation.startsWith('GET ')),
    [],
  );
  assert.deepEqual(differences(first, await actual(on.box, on.before)), []);
  assert.equal(summary.contacts.unchanged, first.contacts.size);
});

test('a meeting that ends later is brought over by a later run', async () => {
  await using on = await stage({ sandbox: { seed: 6 } });
  await on.run();
  const earlier = (await actual(on.box, on.before)).events.length;
  await on.control('clock', { advanceSeconds: 24 * 3600 });
  const until = on.until + 24 * 3600_000;
  await on.run({ until }, { world: { now: () => Date.now() + 24 * 3600_000 } });
  const now = await actual(on.box, on.before);
  assert.ok(now.events.length > earlier, 'the coming meeting was held');
  assert.deepEqual(differences(await expected(on.box, on.since, until), now), []);
});
