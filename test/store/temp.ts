import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A database path in a directory of its own, removed after the test. */
export function tempDatabase(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'data', 'trunkline.db');
}

/** Numbers between 0 and 1 that are the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
