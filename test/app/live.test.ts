import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actual, differences, expected } from '../activate/expected.ts';
import { jumbled, liveStage, storyOf } from './live-stage.ts';

interface Stats {
  brevo: { operations: Record<string, number> };
}

for (const seed of [1, 2]) {
  test(`what comes of webhooks in disorder equals the truth, and a backfill after them writes nothing (seed ${seed})`, async () => {
    await using live = await liveStage({ sandbox: { seed } });
    const { on } = live;
    const want = await expected(on.box, on.since, on.until);
    const { pushes } = await storyOf(on, on.until);
    assert.ok(pushes.length > 1000, 'enough to prove something');
    await live.push(...jumbled(pushes, seed));
    await live.quiet();
    // Those that have ended within the last day are watched until two readings are the same.
    for (let i = 0; i < 4; i++) await live.pass(6);
    assert.deepEqual(differences(want, await actual(on.box, on.before)), []);

    await on.control('reset', { stats: true });
    const summary = await live.app.activate({ since: on.since, until: on.until }, () => undefined);
    assert.deepEqual(summary.failed, []);
    const { brevo } = (await on.control('stats')) as Stats;
    const writes = Object.keys(brevo.operations).filter((operation) => !operation.startsWith('GET '));
    assert.deepEqual(writes, []);
  });
}
