/** Extractions as processes of their own that are killed, and places that go away under them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { random, type Random } from '../../src/sandbox/random.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { bareEnvironment } from '../bare-environment.ts';
import { openAccount } from '../extract/account.ts';
import { readPlace } from '../extract/places.ts';
import { freshUrl } from '../destinations/postgres-rig.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { assertSameLines, SEED_STREAMS } from '../extract/truth.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
/** Calls of one label that are under way at once on an account without limits. */
const AT_ONCE = 12;
/** Light, medium and heavy. */
const LABELS = 3;
/** Hosts without a webinar licence are skipped, which is 3. */
export const DONE: ReadonlySet<number | string> = new Set([0, 3]);

/** Those of the seed document, and lists of every other kind. */
const STREAMS = [...SEED_STREAMS, 'history_meetings', 'meeting_poll_results', 'recording_files'];

export interface Ended {
  /** Exit code, or the signal that ended it. */
  code: number | string;
  stdout: string;
  stderr: string;
  /** Calls that reached Zoom. */
  calls: number;
}

/** A command line that is about to be started again and again. */
export async function openArena(options: Partial<SandboxOptions> = {}) {
  const account = await openAccount({ latency: 4, ...options });
  const { proxy } = account;
  // Lists of many pages, so that most kills come in the middle of one.
  let onCall: (nth: number) => void = () => undefined;
  let calls = 0;
  proxy.rules.before = ({ query }) => {
    if (query.has('page_size')) query.set('page_size', '4');
    onCall(++calls);
    return undefined;
  };
  const arena = {
    account,
    /** A copy that was made in one piece, and how many calls that took. */
    whole: { url: `sqlite:${join(account.folder, 'whole.db')}`, calls: 0 },
    /** Runs it to its end; `at` is told of every call and may do something about it. */
    async run(to: string, at: (nth: number, child: ChildProcess) => void = () => undefined): Promise<Ended> {
      calls = 0;
      const child = spawn(process.execPath, [MAIN, 'extract', ...STREAMS, '--to', to, '--json'], {
        cwd: account.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...bareEnvironment(), ...account.env, LOG_LEVEL: 'error' },
      });
      onCall = (nth) => at(nth, child);
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      onCall = () => undefined;
      return { code: code ?? signal ?? 'unknown', stdout, stderr, calls };
    },
    [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
  };
  try {
    const undisturbed = await arena.run(arena.whole.url);
    mustBeDone(undisturbed);
    arena.whole.calls = undisturbed.calls;
    return arena;
  } catch (error) {
    await account[Symbol.asyncDispose]();
    throw error;
  }
}

export type Arena = Awaited<ReturnType<typeof openArena>>;

/**
 * Kills runs with -9 at random moments until one comes to its end, or enough were killed, and compares what is there
 * with the truth and with the copy that was made in one piece.
 * @returns how many were killed
 * @throws Error when a row is missing or twice, or when more was repeated than was under way
 */
export async function killedRound(arena: Arena, to: string, kills: number, seed: number): Promise<number> {
  const dice = random(seed, 'extract kills');
  const needed = arena.whole.calls;
  let [killed, calls] = [0, 0];
  let last: Ended | undefined;
  while (killed < kills) {
    last = await arena.run(to, killer(dice, Math.ceil((1.6 * needed) / kills)));
    calls += last.calls;
    if (last.code !== 'SIGKILL') break;
    killed++;
  }
  if (last?.code === 'SIGKILL') {
    last = await arena.run(to);
    calls += last.calls;
  }
  mustBeDone(last);
  await sameAsWhole(arena, to);
  const most = needed + killed * LABELS * AT_ONCE;
  if (calls > most)
    throw new Error(`${calls} calls after ${killed} kills, at most ${most} of ${needed} are right`);
  return killed;
}

/** Ends a process at a random one of its first calls: when the call comes, or up to some milliseconds later. */
function killer(dice: Random, calls: number): (nth: number, child: ChildProcess) => void {
  const target = dice.int(1, Math.max(2, calls));
  const later = dice.chance(0.3) ? 0 : dice.int(1, 25);
  return (nth, child) => {
    if (nth !== target) return;
    if (later === 0) child.kill('SIGKILL');
    else setTimeout(() => child.kill('SIGKILL'), later);
  };
}

export function mustBeDone(ended: Ended | undefined): void {
  if (ended && DONE.has(ended.code)) return;
  throw new Error(`it ended with ${ended?.code}: ${ended?.stderr}\n${ended?.stdout.slice(0, 2000)}`);
}

/** All tables equal the truth, and those of the copy that nothing happened to. */
export async function sameAsWhole({ account, whole }: Arena, to: string): Promise<void> {
  await account.sameAsTruth(STREAMS, to);
  const [mine, other] = [await readPlace(to), await readPlace(whole.url)];
  for (const [name, { table, rows }] of other) {
    const line = (row: Record<string, unknown>): string =>
      table.key.map((key) => String(row[key])).join('\n');
    assertSameLines((mine.get(name)?.rows ?? []).map(line), rows.map(line), name);
  }
}

let places = 0;

/** A place of a kind where nothing is yet. */
export function placeOf(kind: string, { account }: Arena, server: () => PostgresServer): string {
  places += 1;
  const path = join(account.folder, `place-${places}`);
  switch (kind) {
    case 'postgres':
      return freshUrl(server());
    case 'parquet':
    case 'csv':
    case 'jsonl':
      return `file:${path}?format=${kind}`;
    default:
      return `${kind}:${path}.db`;
  }
}

/** Does something to the place while a run loads into it, then runs it until it is done. */
export async function disturbed(
  arena: Arena,
  to: string,
  nth: number,
  disturb: () => Promise<void>,
): Promise<string> {
  let over: Promise<void> | undefined;
  let run = await arena.run(to, (n) => {
    if (n === nth) over = disturb();
  });
  await over;
  let said = '';
  for (let tries = 0; run.code === 1 && tries < 3; tries++) {
    said += run.stdout + run.stderr;
    run = await arena.run(to);
  }
  mustBeDone(run);
  await sameAsWhole(arena, to);
  return said;
}
