/**
 * Calls, memory and time to bring 10,000 people over, and what a second run costs; beside one call a person. Measured
 * is the command as people install it: built, in a process of its own.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ActivateSummary } from '../src/activate/run.ts';
import { build } from '../tools/build.ts';
import { median, round, runScript, spawnSandbox } from './processes.ts';

const PEOPLE = 10_000;
const RUNS = 5;
const MAX_CALLS = 60;
const MAX_MB = 200;

const DIST = join(dirname(import.meta.dirname), 'dist');

export async function benchActivate(): Promise<unknown> {
  await build(DIST);
  const runs = [];
  for (let run = 1; run <= RUNS; run++) runs.push(await once(run));
  const brevoCalls = median(runs.map(({ first }) => first.brevoCalls));
  const peakMb = round(Math.max(...runs.flatMap(({ first, second }) => [first.peakMb, second.peakMb])));
  const secondWrites = Math.max(...runs.map(({ second }) => second.writes));
  return {
    bench: 'activate',
    people: PEOPLE,
    runs,
    medianBrevoCalls: brevoCalls,
    // What the naive way needs: one call a person for the contact, one for the event.
    baselineBrevoCalls: 2 * PEOPLE,
    peakMb,
    secondRunWrites: secondWrites,
    bounds: { brevoCalls: MAX_CALLS, peakMb: MAX_MB, secondRunWrites: 0 },
    holds:
      brevoCalls <= MAX_CALLS &&
      peakMb <= MAX_MB &&
      secondWrites === 0 &&
      runs.every(({ first }) => first.created === PEOPLE && first.sent === PEOPLE),
  };
}

async function once(seed: number) {
  const box = await spawnSandbox({
    plan: 'pro',
    seed,
    users: 10,
    meetings: 10,
    participants: 100,
    webinars: 0,
    distinct: true,
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-bench-'));
  const env = { ...process.env, ...box.env, TRUNKLINE_DATA_DIR: dataDir, LOG_LEVEL: 'error' };
  try {
    const first = await measure(box.url, env);
    const second = await measure(box.url, env);
    return { seed, first, second };
  } finally {
    await box.stop();
    await rm(dataDir, { recursive: true });
  }
}

interface Stats {
  [system: string]: { operations?: Record<string, number> } | undefined;
}

/** Brevo's calls are counted where they arrive, not where they are sent. */
async function measure(url: string, env: NodeJS.ProcessEnv) {
  await fetch(`${url}/__sandbox/reset`, { method: 'POST', body: '{"stats":true}' });
  const peakFile = join(env['TRUNKLINE_DATA_DIR'] ?? '', 'peak');
  const program = [
    '--import',
    join(import.meta.dirname, 'peak-memory.ts'),
    join(DIST, 'cli/main.js'),
    'activate',
    '--since',
    '175d',
    '--json',
  ];
  const started = performance.now();
  const summary = await runScript<ActivateSummary>(program, { ...env, PEAK_MEMORY_FILE: peakFile });
  const seconds = (performance.now() - started) / 1000;
  const stats = (await (await fetch(`${url}/__sandbox/stats`)).json()) as Stats;
  const operations = stats['brevo']?.operations ?? {};
  const writes = Object.entries(operations).filter(([name]) => !name.startsWith('GET '));
  const sum = (list: [string, number][]) => list.reduce((total, [, n]) => total + n, 0);
  return {
    created: summary.contacts.created,
    sent: sum(Object.entries(summary.events.sent)),
    brevoCalls: sum(Object.entries(operations)),
    writes: sum(writes),
    operations,
    refusedForRate: summary.refusedForRate,
    seconds: round(seconds),
    peakMb: round(Number(await readFile(peakFile, 'utf8'))),
  };
}
