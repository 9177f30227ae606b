import type { Command } from 'commander';
import type { ActivateSummary } from '../../activate/run.ts';
import type { ExtractionReport } from '../../app/extraction.ts';
import type { Records, Run, RunLine } from '../../app/records.ts';
import { activationReport, duration } from '../activation-report.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { cutNote, factLines, oneOf, shortMoment, stateCell, troubleText } from '../record-tables.ts';
import { EXIT, usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { parseWhen } from '../when.ts';
import { whole } from './sandbox.ts';

interface ListOptions {
  kind?: string;
  state?: string;
  since?: string;
  limit: number;
}

const KINDS = ['activate', 'extract'] as const;
const STATES = ['running', 'done', 'failed', 'stopped', 'lost'] as const;
/** Characters of an id that are shown and enough to name it. */
const SHORT = 8;

export function addRuns(program: Command, bind: Bind): void {
  const group = program
    .command('runs')
    .helpCommand(false)
    .description('Look into activations and extractions.')
    .usage('<list|show|stop>');
  examples(group, [['trunkline runs list --since 24h'], ['trunkline runs show 3f2a91c0']]);
  const list = group
    .command('list')
    .description('List runs, newest first.')
    .option('--kind <kind>', `one of ${KINDS.join(', ')}`)
    .option('--state <state>', `one of ${STATES.join(', ')}`)
    .option('--since <when>', 'first day or moment, or a span back from now such as 24h')
    .option('--limit <n>', 'how many at most', whole(1, 1000), 20);
  examples(list, [['trunkline runs list'], ['trunkline runs list --state failed --since 7d']]);
  bind<ListOptions>(list, async (invocation, { options }) => {
    const app = await invocation.app();
    const kind = oneOf('--kind', options.kind, KINDS);
    const state = oneOf('--state', options.state, STATES);
    const filter = {
      ...(kind && { kind }),
      ...(state && { state }),
      ...(options.since !== undefined && { since: parseWhen(options.since, '--since', app.world.now()) }),
    };
    const runs = await (await app.records()).runs(filter, options.limit);
    const { terminal } = invocation;
    if (terminal.json) terminal.printJson(runs);
    else showList(invocation, runs, options.limit, app.world.now());
    return EXIT.done;
  });
  const show = group
    .command('show')
    .argument('<id>', 'id of a run, or its beginning')
    .description('Show one run: what it was asked for, how far it is or what came of it.');
  examples(show, [['trunkline runs show 3f2a91c0']]);
  bind(show, async (invocation, { args }) => {
    const { terminal } = invocation;
    const records = await (await invocation.app()).records();
    const run = await records.run(await idOf(records, args[0] ?? ''));
    if (terminal.json) terminal.printJson(run);
    else terminal.print(await page(terminal, run));
    return run.state === 'failed' || run.state === 'lost' ? EXIT.failed : EXIT.done;
  });
  const stop = group
    .command('stop')
    .argument('<id>', 'id of a run, or its beginning')
    .description('Ask an extraction to end. What was read is kept, and the next one goes on from there.');
  examples(stop, [['trunkline runs stop 3f2a91c0']]);
  bind(stop, async (invocation, { args }) => {
    const { terminal } = invocation;
    const records = await (await invocation.app()).records();
    const id = await idOf(records, args[0] ?? '');
    await records.stopRun(id);
    if (terminal.json) terminal.printJson({ id, stopping: true });
    else terminal.print(`${id.slice(0, SHORT)} ends as soon as what it has read is kept.`);
    return EXIT.done;
  });
}

/** The whole id that begins like this. */
async function idOf(records: Records, start: string): Promise<string> {
  if (start.length >= 36) return start;
  const fitting = (await records.runs({}, 1000)).filter(({ id }) => id.startsWith(start));
  const [only] = fitting;
  if (only && fitting.length === 1) return only.id;
  const why = only ? `${fitting.length} runs begin with '${start}'` : `there is no run '${start}'`;
  throw usageError(why, 'List them: trunkline runs list');
}

function showList(
  { terminal, programName }: Invocation,
  runs: readonly RunLine[],
  limit: number,
  now: number,
): void {
  if (runs.length === 0) {
    terminal.print('There are no such runs.');
    terminal.note(`To begin one: ${programName} activate --dry-run`);
    return;
  }
  const columns = [
    { title: 'ID' },
    { title: 'BEGAN (UTC)' },
    { title: 'WHAT' },
    { title: 'BEGUN BY' },
    { title: 'STATE' },
    { title: 'TOOK', align: 'right' as const },
    { title: 'TROUBLE', wrap: true },
  ];
  const rows = runs.map((run) => [
    run.id.slice(0, SHORT),
    shortMoment(run.startedAt),
    run.kind,
    run.origin,
    stateCell(terminal, run.state),
    tookText(run, now),
    messageOf(run)?.message ?? '',
  ]);
  terminal.print(table(columns, rows, terminal.width));
  const cut = cutNote(runs.length, limit);
  if (cut !== undefined) terminal.note(cut);
}

function tookText({ startedAt, finishedAt, state }: RunLine, now: number): string {
  const end = finishedAt === undefined ? now : Date.parse(finishedAt);
  const took = duration(Math.max(0, end - Date.parse(startedAt)));
  return state === 'running' ? `${took}…` : took;
}

function messageOf({ error }: RunLine): { message: string; hint?: string } | undefined {
  return error as { message: string; hint?: string } | undefined;
}

async function page(terminal: Terminal, run: Run): Promise<string> {
  const { id, kind, origin, state, startedAt, finishedAt, options, progress, summary } = run;
  const head = [
    terminal.paint('bold', `${kind} ${id}`),
    ...factLines(terminal, [
      ['State', state],
      ['Begun by', origin],
      ['Began', startedAt],
      ['Ended', finishedAt],
      ['Asked for', JSON.stringify(options)],
      ['Progress', state === 'running' ? progressText(run, progress) : undefined],
      ['Trouble', troubleText(messageOf(run))],
    ]),
  ];
  if (summary === undefined) return head.join('\n');
  return [...head, '', await report(terminal, run)].join('\n');
}

async function report(terminal: Terminal, { kind, summary, startedAt, finishedAt }: Run): Promise<string> {
  if (kind === 'activate') {
    const took = finishedAt === undefined ? 0 : Date.parse(finishedAt) - Date.parse(startedAt);
    return activationReport(terminal, summary as ActivateSummary, took);
  }
  const { extractionReport } = await import('../extract-report.ts');
  return extractionReport(terminal, summary as ExtractionReport);
}

function progressText({ kind }: Run, progress: unknown): string {
  if (progress === undefined) return 'has just begun';
  if (kind === 'activate') {
    const { phase, done, total } = progress as { phase: string; done: number; total: number };
    return `${phase}: ${done} of ${total}`;
  }
  const { streams } = progress as { streams: { rows: number; state: string }[] };
  const rows = streams.reduce((sum, stream) => sum + stream.rows, 0);
  const done = streams.filter(({ state }) => state === 'done').length;
  return `${rows} rows; ${done} of ${streams.length} streams done`;
}
