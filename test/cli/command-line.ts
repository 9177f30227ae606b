import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { run } from '../../src/cli/run.ts';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  cwd: string;
  env?: Record<string, string>;
  stdin?: string;
  signal?: AbortSignal;
  /** Told what is written there, while the command runs. */
  onStderr?: (text: string) => void;
}

/** Runs a command line in this process, away from the terminal. */
export async function cli(
  { cwd, env = {}, stdin = '', signal, onStderr }: Surroundings,
  ...argv: string[]
): Promise<Outcome> {
  const stdout = new Sink();
  const stderr = new Sink(onStderr);
  const code = await run(argv, {
    cwd,
    env,
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
    isTTY: { stdin: false, stdout: false, stderr: false },
    ...(signal ? { signal } : {}),
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** A folder that is gone after the test. */
export function folder(t: Pick<TestContext, 'after'>): string {
  const path = mkdtempSync(join(tmpdir(), 'trunkline-cli-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

class Sink extends Writable {
  text = '';
  readonly #told: ((text: string) => void) | undefined;

  constructor(told?: (text: string) => void) {
    super();
    this.#told = told;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.#told?.(chunk.toString());
    done();
  }
}
