/**
 * What it costs to bring pages into a database, beside the shortest program that does the same with the same pages:
 * JSON.parse and a prepared upsert (SQLite), or JSON.parse and COPY (PostgreSQL). Each run is a process of its own,
 * bundled as people install it. No network: the pages lie in memory.
 */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'rolldown';
import { startPostgres } from '../test/postgres-server.ts';
import { median, round, runScript } from './processes.ts';

const RUNS = 5;
const ROWS = 1_000_000;
const MANY_ROWS = 5_000_000;
const MAX_RATIO = 2;
const MAX_MB = 150;
const MAX_GROWTH = 1.1;

interface Cost {
  rows: number;
  rowsPerSecond: number;
  /** Microseconds, user and system. */
  cpuPerRow: number;
  peakMb: number;
}

const root = dirname(import.meta.dirname);

export async function benchExtractCpu(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-bench-'));
  const database = await startPostgres();
  try {
    const program = await bundle(folder);
    const sqlite = await compare(program, () => `sqlite:${join(folder, `${(nth += 1)}.db`)}`);
    const postgres = await compare(program, () => `${database.url}?schema=bench_${(nth += 1)}`);
    const many = await cost(program, 'engine', `sqlite:${join(folder, 'many.db')}`, MANY_ROWS);
    const growth = round(many.peakMb / sqlite.peakMb);
    const databases = { sqlite, postgres };
    return {
      bench: 'extract-cpu',
      rows: ROWS,
      databases,
      manyRows: { rows: MANY_ROWS, peakMb: round(many.peakMb), growth },
      bounds: { ratio: MAX_RATIO, peakMb: MAX_MB, growth: MAX_GROWTH },
      holds:
        growth <= MAX_GROWTH &&
        Object.values(databases).every(({ ratio, peakMb }) => ratio <= MAX_RATIO && peakMb <= MAX_MB),
    };
  } finally {
    await database.stop();
    await rm(folder, { recursive: true });
  }
}

let nth = 0;

async function compare(program: string, to: () => string) {
  const ratios: number[] = [];
  const engines: Cost[] = [];
  const raws: Cost[] = [];
  for (let run = 0; run < RUNS; run++) {
    // One after the other, so that both meet the same weather.
    const raw = await cost(program, 'raw', to(), ROWS);
    const engine = await cost(program, 'engine', to(), ROWS);
    // Whole pages: a few rows more.
    if (raw.rows < ROWS || engine.rows !== raw.rows) throw new Error(`${raw.rows} and ${engine.rows} rows`);
    ratios.push(engine.cpuPerRow / raw.cpuPerRow);
    raws.push(raw);
    engines.push(engine);
  }
  const peakMb = Math.max(...engines.map((one) => one.peakMb));
  const many = await cost(program, 'engine', to(), MANY_ROWS);
  const middle = (costs: readonly Cost[], name: 'rowsPerSecond' | 'cpuPerRow') =>
    round(median(costs.map((one) => one[name])));
  return {
    rowsPerSecond: middle(engines, 'rowsPerSecond'),
    cpuMicrosPerRow: middle(engines, 'cpuPerRow'),
    rawRowsPerSecond: middle(raws, 'rowsPerSecond'),
    rawCpuMicrosPerRow: middle(raws, 'cpuPerRow'),
    ratio: round(median(ratios)),
    ratios: ratios.map(round),
    peakMb: round(peakMb),
    rawPeakMb: round(Math.max(...raws.map((one) => one.peakMb))),
    peakMbOfMany: round(many.peakMb),
    growth: round(many.peakMb / peakMb),
  };
}

function cost(program: string, way: 'engine' | 'raw', to: string, rows: number): Promise<Cost> {
  return runScript<Cost>([program, JSON.stringify({ way, to, rows })], process.env);
}

async function bundle(folder: string): Promise<string> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    input: join(import.meta.dirname, 'extract-cpu-process.ts'),
    platform: 'node',
    external: ['pg', 'pg-copy-streams'],
    output: { dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
  });
  return join(folder, 'extract-cpu-process.mjs');
}
