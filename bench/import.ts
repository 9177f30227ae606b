/**
 * Importing GitHub's OpenAPI document (13 MB, 1223 operations), beside JSON.parse of the same text and beside a
 * validator alone. Each run is a process of its own, in turns.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { median, round, runScript } from './processes.ts';

const RUNS = 7;
const MAX_MS = 5000;
const MAX_MB = 600;
const WAYS = ['parse', 'import', 'calls', 'validator'] as const;

interface Cost {
  ms: number;
  peakMb: number;
  count: number;
}

export async function benchImport(): Promise<unknown> {
  const file = join(import.meta.dirname, '../node_modules/@octokit/openapi/generated/api.github.com.json');
  const costs = new Map<string, Cost[]>(WAYS.map((way) => [way, []]));
  const script = new URL('./import-process.ts', import.meta.url).pathname;
  for (let run = 0; run < RUNS; run++) {
    for (const way of run % 2 === 0 ? WAYS : WAYS.toReversed()) {
      costs.get(way)?.push(await runScript<Cost>([script, JSON.stringify({ way, file })], process.env));
    }
  }
  const result = Object.fromEntries(
    [...costs].map(([way, all]) => [
      way,
      {
        ms: round(median(all.map(({ ms }) => ms))),
        peakMb: round(Math.max(...all.map(({ peakMb }) => peakMb))),
        count: all[0]?.count,
      },
    ]),
  ) as Record<(typeof WAYS)[number], Cost>;
  return {
    bench: 'import',
    document: { mb: round(statSync(file).size / 1e6), operations: result.import.count },
    runs: RUNS,
    bareParse: result.parse,
    import: result.import,
    importAndConnector: result.calls,
    validatorAlone: result.validator,
    timesBareParse: round(result.import.ms / result.parse.ms),
    bounds: { ms: MAX_MS, peakMb: MAX_MB },
    holds: result.import.ms <= MAX_MS && result.import.peakMb <= MAX_MB,
  };
}
