import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Stream } from '../../src/core/stream.ts';
import { sqlite } from '../../src/destinations/sqlite.ts';
import { waysOf } from '../../src/extract/pages.ts';
import type { ExtractReport, StreamReport } from '../../src/extract/request.ts';
import { runExtraction } from '../../src/extract/run.ts';
import type { Driven } from './drive.ts';
import { brief, type Findings } from './finding.ts';

/**
 * Reads every stream that the sandbox simulates into a database: what is asked and answered is checked on the wire, what
 * became of it here. Says which streams were left out.
 */
export async function driveStreams(driven: Driven, findings: Findings): Promise<string[]> {
  const streams = new Map(
    Object.values<Stream>(driven.connector.streams ?? {}).map((stream) => [stream.name, stream]),
  );
  if (streams.size === 0) return [];
  const there = new Set<string>();
  const missing: string[] = [];
  for (const stream of streams.values()) {
    if (isSimulated(driven, stream, streams)) there.add(stream.name);
    else missing.push(`streams.${stream.name}`);
  }
  driven.recorder.by = 'streams';
  const report = await extract(driven, [...there]);
  if (report.error) {
    uncovered(driven, findings, 'streams', 'run', 'to come to its end', report.error.message);
  }
  for (const stream of report.streams) {
    checkReport(driven, stream, findings);
    checkWays(driven, streams.get(stream.stream), findings);
  }
  return missing;
}

function isSimulated(driven: Driven, stream: Stream, streams: ReadonlyMap<string, Stream>): boolean {
  const own = waysOf(stream).every(({ path }) => {
    const operation = driven.reference.operations.find(({ name }) => name === `GET ${path}`);
    // What the document does not have was said when its declaration was checked.
    return operation !== undefined && driven.simulates(operation);
  });
  const { parents } = stream;
  return (
    own &&
    (!parents ||
      parents.some((parent) => {
        const above = streams.get(parent.stream);
        return above !== undefined && isSimulated(driven, above, streams);
      }))
  );
}

const sleep = (): Promise<void> => Promise.resolve();

async function extract({ session, connector, now }: Driven, names: string[]): Promise<ExtractReport> {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-conformance-'));
  const clock = (): number => now;
  const loader = await sqlite.open(
    new Secret(`sqlite:${join(folder, 'rows.db')}`),
    { monthOf: () => undefined },
    { now: clock, sleep, cwd: folder },
  );
  try {
    return await runExtraction(
      { session, connector, loader, now: clock, sleep, newRun: () => 'conformance', log: silentLog },
      {
        streams: names.map((stream) => ({
          stream,
          table: stream,
          mode: 'incremental',
          newColumns: 'keep',
        })),
      },
    );
  } finally {
    await loader.close();
    await rm(folder, { recursive: true });
  }
}

/** Every endpoint of it was asked, the lane beside it too. */
function checkWays(driven: Driven, stream: Stream | undefined, findings: Findings): void {
  for (const { path } of stream ? waysOf(stream) : []) {
    const operation = driven.reference.operations.find(({ name }) => name === `GET ${path}`);
    if (!operation || driven.recorder.succeeded(operation)) continue;
    uncovered(driven, findings, `streams.${stream?.name}`, `GET ${path}`, 'an answer of success', 'none');
  }
}

/** What an extraction of everything should give of each stream. */
function checkReport(driven: Driven, stream: StreamReport, findings: Findings): void {
  const by = `streams.${stream.stream}`;
  const say = (member: string, expected: string, got: string): void =>
    uncovered(driven, findings, by, member, expected, got);
  const { error, rows, quarantined, newFields, changes, skips } = stream;
  if (error) say('end', 'no failure', `${error.kind}: ${error.message}`);
  if (quarantined > 0) say('quarantine', 'rows that fit', `${quarantined} that do not`);
  if (rows === 0 && !error) {
    const skipped = skips.map(({ code, message }) => `${code} ${message}`).join('; ');
    say('rows', 'at least one', skipped === '' ? 'none' : `none: ${brief(skipped)}`);
  }
  for (const field of newFields) say(`row ${field}`, 'a column for it', 'none');
  for (const { change, column, from, to } of changes) {
    if (change === 'type widened') say(`row ${column}`, `values of its type, ${from}`, String(to));
  }
}

function uncovered(
  { connector }: Driven,
  findings: Findings,
  by: string,
  member: string,
  expected: string,
  got: string,
): void {
  findings.add({ check: 'coverage', operation: `${connector.id} ${by}`, member, expected, got, by });
}
