/** Starts the command line as other programs do: nothing of src is imported here. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { bareEnvironment } from '../bare-environment.ts';

export const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

/** A program that runs, and the first line that it wrote. */
export interface Program {
  child: ChildProcess;
  line: Record<string, unknown>;
  stop(): Promise<void>;
}

/** Runs a command that stays; resolves with its first line of JSON. */
export async function stay(cwd: string, env: Record<string, string>, ...argv: string[]): Promise<Program> {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd,
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    once(child, 'exit').then(() => Promise.reject(new Error(`${argv[0]} ended: ${said}`))),
  ]);
  return {
    child,
    line: JSON.parse(first) as Record<string, unknown>,
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs a command to its end. */
export async function runCommand(
  cwd: string,
  env: Record<string, string>,
  ...argv: string[]
): Promise<{ code: number; json: unknown; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...argv, '--json'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, json: stdout === '' ? undefined : (JSON.parse(stdout) as unknown), stderr };
}

/** A simulated Zoom and Brevo in a process of their own, with a folder for our state. */
export interface Stage extends AsyncDisposable {
  dir: string;
  url: string;
  env: Record<string, string>;
  /** Rows of the sandbox's ground truth. */
  truth<Row>(table: string): Promise<Row[]>;
}

export async function openStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-mcp-'));
  const flags = ['--users', '3', '--meetings', '6', '--webinars', '3', '--participants', '8'];
  const sandbox = await stay(dir, {}, 'sandbox', ...flags, '--plan', 'unlimited', '--port', '0', '--json');
  const { url, env } = sandbox.line as { url: string; env: Record<string, string> };
  return {
    dir,
    url,
    env: {
      ...bareEnvironment(),
      ...env,
      ZOOM_PLAN: 'unlimited',
      BREVO_PLAN: 'unlimited',
      TRUNKLINE_DATA_DIR: join(dir, 'state'),
      LOG_LEVEL: 'error',
    },
    truth: async <Row>(table: string) => {
      const rows = await (await fetch(`${url}/__sandbox/truth/${table}`)).text();
      return rows
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row);
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
