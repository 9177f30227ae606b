/** The tests of the server, each of their houses as two servers and two workers on one PostgreSQL. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

const SUITES = [
  'server/api.test.ts',
  'server/guard.test.ts',
  'server/consent.test.ts',
  'server/consent-imported.test.ts',
  'server/flows.test.ts',
  'server/many.test.ts',
  'mcp/door.test.ts',
];

for (const suite of SUITES) {
  test(`${suite} over two servers and two workers`, async (t) => {
    const file = new URL(`../${suite}`, import.meta.url).pathname;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap', file], {
      env: { ...env, TRUNKLINE_TEST_HOUSE: 'many' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    assert.equal(code, 0, said);
    const passed = Number(/^# pass (\d+)$/m.exec(said)?.[1] ?? 0);
    assert.ok(passed > 0, said);
    t.diagnostic(`${passed} tests`);
  });
}
