import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { bareEnvironment } from '../bare-environment.ts';
import type { Outcome } from './command-line.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Starts the command line as a process of its own, with next to nothing of this one's environment; it ends with the test. */
export function start(
  t: Pick<TestContext, 'after'>,
  cwd: string,
  env: Record<string, string>,
  ...argv: string[]
): Child {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd,
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails halfway must not leave a sandbox behind, which would keep the tests from ending.
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Waits until it has ended. */
export async function finish(child: Child): Promise<Outcome> {
  const ended = once(child, 'close') as Promise<[number]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
