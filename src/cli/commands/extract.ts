import { Option, type Command } from 'commander';
import type { ExtractionReport, ExtractionRequest } from '../../app/extraction.ts';
import type { Mode } from '../../extract/request.ts';
import { examples, type Bind } from '../command.ts';
import { readText, type Invocation } from '../invocation.ts';
import { EXIT, usageError } from '../report-error.ts';
import { parseWhen } from '../when.ts';

interface ExtractOptions {
  replication?: string;
  from?: string;
  to?: string;
  since?: string;
  until?: string;
  anchor?: string;
  fullRefresh?: boolean;
  mode?: Mode;
  select?: string;
  newColumns?: 'keep' | 'add';
  wait?: boolean;
  plan?: boolean;
}

/** How long pages that are under way may take to land once the person wants it to end, in milliseconds. */
const LANDING_MS = 60_000;

export function addExtract(program: Command, bind: Bind): void {
  const command = program
    .command('extract')
    .usage('[stream...] [--to <url>] [options]')
    .argument(
      '[stream...]',
      "names of streams, or patterns such as 'meeting_*' (default: all that can be read)",
    )
    .description('Read Zoom into a database or files; what was read before is not read again.')
    .option('-r, --replication <file>', 'YAML file that says which streams go where')
    .option('--from <connection>', 'connection to read from (default: zoom)')
    .option(
      '--to <url>',
      'sqlite:, postgres:, duckdb: or file: URL, or a variable that holds one (default: sqlite:./zoom.db)',
    )
    .option('--since <when>', 'read this range of history again: first day or moment, or a span such as 24h')
    .option('--until <when>', 'last day or moment (default: now)')
    .option('--anchor <when>', 'where the first reading of history begins (default: a year ago)')
    .option('--full-refresh', 'read everything anew, and replace the tables when all is there')
    .addOption(
      new Option('--mode <mode>', 'how rows reach their table (default: incremental)').choices([
        'incremental',
        'full-refresh',
        'append',
      ]),
    )
    .option('--select <columns>', "columns to keep, such as id,topic; or to leave out: '-join_url'")
    .addOption(
      new Option(
        '--new-columns <what>',
        'fields that are not known yet: keep them as JSON, or add columns',
      ).choices(['keep', 'add']),
    )
    .option('--wait', 'wait for the next day when a daily limit is used up')
    .option('--plan', 'show what it would ask for and how long that takes, and write nothing');
  examples(command, [
    ['trunkline extract --to sqlite:./zoom.db'],
    ['trunkline extract users meetings --plan', 'how many calls, and how long'],
    ["trunkline extract 'webinar*' --to postgres://zoom@localhost/zoom"],
    ['trunkline extract -r zoom.yaml'],
    ['trunkline extract report_meetings --since 2026-10-01 --until 2026-10-31', 'this month again'],
  ]);
  bind<ExtractOptions>(command, async (invocation, { args, options }) => {
    const app = await invocation.app();
    const request = await requestOf(invocation, args, options, app.world.now());
    if (options.plan) {
      const plan = await app.planExtraction(request);
      const { extractionPlan } = await import('../extract-plan.ts');
      const { terminal } = invocation;
      if (terminal.json) terminal.printJson(plan);
      else terminal.print(extractionPlan(terminal, plan));
      return EXIT.done;
    }
    return extract(invocation, request, options, app);
  });
}

async function extract(
  invocation: Invocation,
  request: ExtractionRequest,
  options: ExtractOptions,
  app: Awaited<ReturnType<Invocation['app']>>,
): Promise<number> {
  const { terminal } = invocation;
  invocation.whenInterrupted = resumption(options, request);
  invocation.graceMs = LANDING_MS;
  const { showExtraction } = await import('../extract-progress.ts');
  const report = await app.extract(request, showExtraction(terminal, app.world.now));
  terminal.status('');
  if (terminal.json) terminal.printJson(report);
  else {
    const { extractionReport } = await import('../extract-report.ts');
    terminal.print(extractionReport(terminal, report));
    if (report.outcome === 'stopped') terminal.note(invocation.whenInterrupted);
  }
  return exitCodeFor(report);
}

async function requestOf(
  invocation: Invocation,
  streams: readonly string[],
  options: ExtractOptions,
  now: number,
): Promise<ExtractionRequest> {
  const { io, signal } = invocation;
  if (options.fullRefresh && options.mode !== undefined && options.mode !== 'full-refresh') {
    throw usageError(
      `--full-refresh and --mode ${options.mode} exclude each other`,
      'Leave one of them out: --full-refresh is the same as --mode full-refresh.',
    );
  }
  const mode = options.fullRefresh ? 'full-refresh' : options.mode;
  const env = invocation.env();
  const select = options.select?.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return {
    streams,
    env,
    cwd: io.cwd,
    signal,
    ...timesOf(options, now),
    ...(options.replication !== undefined && {
      replication: await replicationOf(options.replication, io.cwd, env),
    }),
    ...(options.from !== undefined && { from: options.from }),
    ...(options.to !== undefined && { to: options.to }),
    ...(mode && { mode }),
    ...(select && select.length > 0 && { select }),
    ...(options.newColumns && { newColumns: options.newColumns }),
    ...(options.wait && { wait: true }),
  };
}

async function replicationOf(path: string, cwd: string, env: Readonly<Record<string, string | undefined>>) {
  const { readReplicationFile } = await import('../../app/replication/read-file.ts');
  return readReplicationFile({ path, cwd, env, readFile: readText });
}

function timesOf(
  { since, until, anchor }: ExtractOptions,
  now: number,
): Pick<ExtractionRequest, 'since' | 'until' | 'anchor'> {
  if (until !== undefined && since === undefined) {
    throw usageError('--until needs --since beside it', 'Example: --since 2026-10-01 --until 2026-10-31');
  }
  const times = {
    ...(since !== undefined && { since: parseWhen(since, '--since', now) }),
    ...(until !== undefined && { until: parseWhen(until, '--until', now) }),
    ...(anchor !== undefined && { anchor: parseWhen(anchor, '--anchor', now) }),
  };
  if (times.since !== undefined && times.since >= (times.until ?? now)) {
    const end = times.until === undefined ? 'now' : `--until (${isoOf(times.until)})`;
    throw usageError(
      `--since (${isoOf(times.since)}) must be before ${end}`,
      'Example: --since 2026-10-01 --until 2026-10-31',
    );
  }
  return times;
}

/** How to go on. A span back from now is another one by then. */
function resumption({ since, until }: ExtractOptions, times: ExtractionRequest): string {
  const moving = [
    ...(since !== undefined && SPAN.test(since) && times.since !== undefined
      ? [`--since ${isoOf(times.since)}`]
      : []),
    ...(until !== undefined && SPAN.test(until) && times.until !== undefined
      ? [`--until ${isoOf(times.until)}`]
      : []),
  ];
  const changed = moving.length > 0 ? `, with ${moving.join(' ')}` : '';
  return `interrupted; what was read is in its tables, and the same command${changed} goes on from there`;
}

const SPAN = /^\s*\d+[mhdw]\s*$/;

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Failed, or done with something that was not read or does not fit, or done. */
export function exitCodeFor({ outcome, streams }: ExtractionReport): number {
  if (outcome === 'stopped') return EXIT.interrupted;
  if (outcome === 'failed') return EXIT.failed;
  const partly = streams.some(({ quarantined, slices }) => quarantined > 0 || slices.skipped > 0);
  return outcome === 'incomplete' || partly ? EXIT.partly : EXIT.done;
}
