import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A disk that is really full when it is full. */
export interface SmallDisk {
  path: string;
  grow(size: string): void;
}

/** A small disk in memory, gone after the test. Without the right to mount one the test is left out aloud; CI has it. */
export function smallDisk(t: TestContext, size: string): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'trunkline-disk-'));
  t.after(() => {
    // Even while something has a file on it open.
    spawnSync('umount', ['-l', path]);
    rmSync(path, { recursive: true, force: true });
  });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) {
    assert.notEqual(process.env['CI'], 'true', `CI must be able to mount a disk: ${mounted.stderr}`);
    t.skip('no right to mount a small disk');
    return undefined;
  }
  return {
    path,
    grow: (larger) => {
      assert.equal(spawnSync('mount', ['-o', `remount,size=${larger}`, path]).status, 0);
    },
  };
}

/** Does something as a user for whom rights count; root may write everywhere. */
export async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return await work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
