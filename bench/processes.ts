import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { SandboxOptions } from '../src/sandbox/types.ts';

/** A sandbox in a process of its own. */
export interface SandboxProcess {
  url: string;
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a sandbox and waits until it listens. */
export async function spawnSandbox(options: Partial<SandboxOptions>): Promise<SandboxProcess> {
  const script = new URL('./sandbox-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { url, env } = JSON.parse(await firstLine(child)) as { url: string; env: Record<string, string> };
  return {
    url,
    env,
    async stop() {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** How the command line is started: see docs/performance.md for what the flag is good for. */
const NODE_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=50'];

/** Runs a program to its end, with the flags of the command line, and gives the JSON of its last line. */
export async function runScript<T>(program: readonly string[], env: NodeJS.ProcessEnv): Promise<T> {
  const child = spawn(process.execPath, [...NODE_FLAGS, ...program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) if (line !== '') last = line;
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`${program.join(' ')} ended with ${child.exitCode}`);
  return JSON.parse(last) as T;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the sandbox ended before it listened');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** A number with three digits that count. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}
