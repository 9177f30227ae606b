import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { ActivateSummary } from '../../activate/run.ts';
import type { Config } from '../../app/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { activationReport, count, duration } from '../activation-report.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { showProgress } from '../progress.ts';
import { EXIT, hanging } from '../report-error.ts';
import { whole } from './sandbox.ts';

const DAY = 86_400_000;
/** Small enough that the real limits of a Pro account let both runs end within half a minute. */
const SIZE = { users: 5, meetings: 4, participants: 10, webinars: 3, plan: 'pro' } as const;
/** The lists that the simulated Brevo has from the start. */
const SETTINGS = 'lists: { meeting_participants: 15, webinar_attendees: 16, webinar_registrants: 17 }\n';

export function addDemo(program: Command, bind: Bind): void {
  const command = program
    .command('demo')
    .description(
      'Do the whole job against a simulated Zoom and Brevo: bring 30 days of people over, twice. Needs no account and no network.',
    )
    .option('--seed <n>', 'another seed makes other people (default: 1)', whole(0))
    .option('--keep', 'keep what was recorded, to look into it');
  examples(command, [['trunkline demo'], ['trunkline demo --keep', 'then look at people with explain']]);
  bind<{ seed?: number; keep?: boolean }>(command, async (invocation, { options }) => {
    const { startSandbox } = await import('../../sandbox/index.ts');
    const seed = options.seed ?? 1;
    const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-demo-'));
    const sandbox = await startSandbox({ ...SIZE, seed });
    try {
      return await show(invocation, { sandbox, dataDir, seed, keep: options.keep === true });
    } finally {
      await invocation.close();
      await sandbox.close();
      if (!options.keep) await rm(dataDir, { recursive: true, force: true });
    }
  });
}

interface Stage {
  sandbox: Sandbox;
  dataDir: string;
  seed: number;
  keep: boolean;
}

async function show(invocation: Invocation, stage: Stage): Promise<number> {
  const { terminal } = invocation;
  const { sandbox, dataDir, seed, keep } = stage;
  const greeting = `A simulated Zoom and Brevo answer at ${sandbox.url} (seed ${seed}). Nothing leaves this machine.`;
  terminal.note(hanging(greeting, terminal.proseWidth, '', '').join('\n'));
  const { realWorld } = await import('../../app/index.ts');
  const until = realWorld.now();
  const range = { since: until - 30 * DAY, until };
  const before = stateOf(sandbox);
  terminal.note('\nFirst run');
  const first = await runOnce(invocation, stage, range);
  const between = stateOf(sandbox);
  terminal.note('\nSecond run, over the same 30 days');
  const second = await runOnce(invocation, stage, range);
  const after = stateOf(sandbox);
  const quiet = sentNothing(second.summary) && between.events === after.events;
  const failed = first.summary.failed.length + second.summary.failed.length;
  const ok = quiet && failed === 0;
  if (terminal.json) {
    terminal.printJson({
      ok,
      seed,
      first: first.summary,
      second: second.summary,
      brevo: { before, afterFirst: between, afterSecond: after },
      dataDir: keep ? dataDir : null,
    });
    return ok ? EXIT.done : EXIT.failed;
  }
  const { paint } = terminal;
  const mark = (good: boolean): string => (good ? paint('green', '✓') : paint('red', '✗'));
  terminal.print(
    [
      '',
      activationReport(terminal, first.summary, first.tookMs),
      '',
      paint('bold', quiet ? 'Second run: nothing to send' : 'Second run: something was sent again'),
      `  ${mark(quiet)} ${sentText(second.summary)}; ${count(second.summary.contacts.unchanged, 'contact')} unchanged`,
      `  ${mark(between.events === after.events)} Brevo itself has ${count(after.contacts, 'contact')} and ${count(after.events, 'event')}, as many as after the first run`,
      `  ${mark(failed === 0)} ${failed === 0 ? 'nothing failed' : `${failed} failed`}; the second run took ${duration(second.tookMs)}`,
      '',
      paint('bold', 'Where to look next'),
      ...nextSteps(invocation, stage),
    ].join('\n'),
  );
  return ok ? EXIT.done : EXIT.failed;
}

/** One run in a house of its own, so that the second knows only what the first wrote down. */
async function runOnce(
  invocation: Invocation,
  { sandbox, dataDir }: Stage,
  range: { since: number; until: number },
): Promise<{ summary: ActivateSummary; tookMs: number }> {
  const app = await invocation.open(await demoConfig(sandbox, dataDir));
  const startedAt = app.world.now();
  const summary = await app.activate(range, showProgress(invocation.terminal));
  invocation.terminal.status('');
  const tookMs = app.world.now() - startedAt;
  await invocation.close();
  return { summary, tookMs };
}

/** Made from the sandbox alone: neither the person's environment nor his files take part. */
async function demoConfig({ env }: Sandbox, dataDir: string): Promise<Config> {
  const { loadConfig } = await import('../../app/index.ts');
  return loadConfig({
    env: { ...env, TRUNKLINE_DATA_DIR: dataDir, LOG_LEVEL: 'warn', BREVO_READ_LAG_SECONDS: '1' },
    cwd: dataDir,
    readFile: (path) => (path === join(dataDir, 'trunkline.yaml') ? SETTINGS : undefined),
  });
}

/** What the simulated Brevo really holds. */
function stateOf({ brevo }: Sandbox): { contacts: number; events: number } {
  const size = (name: string): number => brevo.collections(name)?.length ?? 0;
  return { contacts: size('contacts'), events: size('events') };
}

function sentNothing({ contacts, events }: ActivateSummary): boolean {
  return contacts.created + contacts.updated === 0 && Object.keys(events.sent).length === 0;
}

function sentText({ contacts, events }: ActivateSummary): string {
  const sent = Object.values(events.sent).reduce((sum, n) => sum + n, 0);
  return `${count(contacts.created + contacts.updated, 'contact')} and ${count(sent, 'event')} sent`;
}

function nextSteps(
  { terminal, programName: program }: Invocation,
  { sandbox, dataDir, keep }: Stage,
): string[] {
  const steps: [string, string][] = [
    ['sandbox', 'keep such a Zoom and Brevo running, and try every command on it'],
    ['init', 'set up your own Zoom and Brevo'],
    ['activate --dry-run', 'see what your last 7 days would bring'],
    ['actions', 'every operation that can be called'],
    ...(keep
      ? []
      : [['demo --keep', 'keep the records, and explain single people from them'] as [string, string]]),
  ];
  const rows = steps.map(([command, says]) => [`  ${program} ${command}`, says]);
  const lines = [table([{ title: '' }, { title: '', wrap: true }], rows, terminal.proseWidth)];
  if (!keep) return lines;
  const person = (sandbox.brevo.collections('contacts')?.at(-1) as { email?: string } | undefined)?.email;
  return [
    ...lines,
    '',
    `  The records are kept in ${dataDir}. Why somebody did or did not arrive:`,
    `  TRUNKLINE_DATA_DIR=${dataDir} ${program} explain ${person ?? 'ada@example.com'}`,
  ];
}
