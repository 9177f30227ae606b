import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedPostgres } from '../contracts/backings.ts';
import { actual, differences, expected } from './expected.ts';
import { stage } from './stage.ts';

/** Refusals, errors after the effect, broken and stalled connections, on both sides at once. */
export const ROUGH = ['zoom', 'brevo'].flatMap((system) => [
  { system, kind: '429', probability: 0.1 },
  { system, kind: '500-after', probability: 0.05 },
  { system, kind: 'reset-after', probability: 0.03 },
  { system, kind: 'stall', probability: 0.02, ms: 60_000 },
]);

/** Waits are shortened, never skipped; the longest, for what Brevo has not shown yet, stays above its read lag. */
const hasty = {
  timeoutMs: 500,
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / 8)),
};

const postgres = sharedPostgres();

for (const [seed, database] of [
  [11, 'SQLite'],
  [12, 'SQLite'],
  [13, 'SQLite'],
  [11, 'PostgreSQL'],
  [12, 'PostgreSQL'],
] as const) {
  const name = `with faults on both sides nothing is lost and nothing comes twice (${database}, seed ${seed})`;
  test(name, async () => {
    const env = database === 'PostgreSQL' ? { DATABASE_URL: postgres.address() } : {};
    await using on = await stage({ sandbox: { seed, readLag: 50 }, world: hasty, env });
    await on.control('faults', { rules: ROUGH, seed });
    const summary = await on.run();
    const have = await actual(on.box, on.before);
    assert.deepEqual(differences(await expected(on.box, on.since, on.until), have), []);
    assert.equal(summary.failed.length, 0);
    const stats = (await on.control('stats')) as { brevo: { faults: object }; zoom: { faults: object } };
    assert.ok(Object.keys(stats.zoom.faults).length >= 3, 'there were faults');
  });
}

test('tokens that are revoked in the middle of a run are renewed without anybody noticing', async () => {
  await using on = await stage({ sandbox: { seed: 14 } });
  let calls = 0;
  const world = {
    fetch: async (...args: Parameters<typeof fetch>) => {
      if (++calls % 40 === 0) await on.control('faults', { revokeTokens: true });
      return fetch(...args);
    },
  };
  await on.run({}, { world });
  assert.ok(calls > 80);
  assert.deepEqual(
    differences(await expected(on.box, on.since, on.until), await actual(on.box, on.before)),
    [],
  );
});

test('a meeting that a firewall refuses for ever is left out by name, and everything else arrives', async () => {
  await using on = await stage({ sandbox: { seed: 15 } });
  const all = await expected(on.box, on.since, on.until);
  const poisoned =
    all.events
      .find((event) => event.startsWith('meeting_attended'))
      ?.split(' ')
      .at(-1) ?? '';
  await on.control('faults', {
    rules: [{ system: 'zoom', kind: 'html-403', probability: 1, path: `${poisoned}/participants` }],
  });
  const summary = await on.run();
  const lost = differences(all, await actual(on.box, on.before)).filter(
    (line) => line.endsWith(': lost') && line.includes('_attended'),
  );
  assert.ok(lost.length > 0 && lost.every((line) => line.includes(poisoned)), lost.join('\n'));
  assert.ok(summary.skips.some(({ message }) => message.includes('an HTML page')));
});

test('a missing scope ends the run and names the scope', async () => {
  await using on = await stage({ sandbox: { seed: 16 } });
  await on.control('faults', { missingScopes: ['report:read:user:admin'] });
  await assert.rejects(on.run(), { kind: 'scope', hint: /report:read:user:admin/ });
  assert.equal((await actual(on.box, on.before)).contacts.size, 0);
});

test('a clock that is five minutes off is reported before anything is sent', async () => {
  await using on = await stage({ sandbox: { seed: 17 } });
  await on.control('faults', { clockSkewSeconds: 300 });
  await assert.rejects(on.run(), {
    kind: 'config',
    message: /the clock of this machine is [45] min \d+ s behind Zoom's/,
  });
  assert.equal((await actual(on.box, on.before)).contacts.size, 0);
});
