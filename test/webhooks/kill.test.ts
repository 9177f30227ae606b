import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { openSqlite } from '../../src/store/store.ts';
import { tempDatabase } from '../store/temp.ts';

test('killed in the middle, what was answered is in the inbox once, and waits with its wake-up', async (t) => {
  const path = tempDatabase(t);
  const script = new URL('kill-process.ts', import.meta.url).pathname;
  const answered = new Set<number>();
  for (let round = 0; round < 4; round++) {
    // Each round begins where the last one may have been cut off, as senders try again.
    const from = Math.max(0, answered.size - 50);
    const child = spawn(process.execPath, [script, path, `${from}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    let inRound = 0;
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      const lines = (text += chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) answered.add(Number(line));
      inRound += lines.length;
      if (inRound > 200 + round * 37) child.kill('SIGKILL');
    });
    await once(child, 'close');
    assert.equal(child.signalCode, 'SIGKILL');
  }
  await using store = await openSqlite({ path, now: Date.now });
  const rows = await store.sql<{ happened_at: number }>(
    "SELECT happened_at FROM inbox WHERE state = 'received'",
  );
  const kept = rows.map((row) => row.happened_at - 1_700_000_000_000);
  assert.equal(new Set(kept).size, kept.length, 'nothing twice');
  assert.deepEqual(
    [...answered].filter((n) => !new Set(kept).has(n)),
    [],
    'nothing lost',
  );
  const lost = await store.sql('SELECT id FROM inbox WHERE id NOT IN (SELECT key FROM jobs)');
  assert.deepEqual(lost, [], 'every event has its wake-up');
});
