import type { Command } from 'commander';
import type { ActivateSummary } from '../../activate/run.ts';
import { activationReport } from '../activation-report.ts';
import { examples, type Bind } from '../command.ts';
import { showProgress } from '../progress.ts';
import { EXIT } from '../report-error.ts';
import { parseRange } from '../when.ts';

interface ActivateOptions {
  since: string;
  until?: string;
  dryRun?: boolean;
  again?: boolean;
  retryRefused?: boolean;
  /** False when `--no-events` is given. */
  events: boolean;
}

export function addActivate(program: Command, bind: Bind): void {
  const command = program
    .command('activate')
    .usage('[--since <when>] [--until <when>] [options]')
    .description('Bring the people of Zoom meetings and webinars to Brevo; only what is new is sent.')
    .option('--since <when>', 'first day or moment, or a span back from now such as 24h (default: 7d)', '7d')
    .option('--until <when>', 'last day or moment (default: now)')
    .option('--dry-run', 'show what would be sent, and send nothing')
    .option('--again', 'read again also what was complete when it was read')
    .option('--retry-refused', 'send again what Brevo refused before')
    .option('--no-events', 'contacts and lists only');
  examples(command, [
    ['trunkline activate --dry-run', 'the last 7 days, only look'],
    ['trunkline activate --since 24h'],
    ['trunkline activate --since 2026-11-01 --until 2026-11-30', 'both days included, in UTC'],
  ]);
  bind<ActivateOptions>(command, async (invocation, { options }) => {
    const { terminal } = invocation;
    invocation.whenInterrupted =
      'interrupted; what was sent is on record, and the same command goes on from there';
    const app = await invocation.app();
    const startedAt = app.world.now();
    const range = parseRange(options, startedAt);
    const summary = await app.activate(
      {
        ...range,
        dryRun: options.dryRun ?? false,
        again: options.again ?? false,
        retryRefused: options.retryRefused ?? false,
        ...(options.events ? {} : { events: false }),
      },
      showProgress(terminal),
    );
    if (terminal.json) terminal.printJson(summary);
    else terminal.print(activationReport(terminal, summary, app.world.now() - startedAt));
    return exitCodeFor(summary);
  });
}

/** Failed, or done with something refused, or done. What was passed over for want of a plan is no failure. */
export function exitCodeFor({ failed, refused, rowsRefused }: ActivateSummary): number {
  if (failed.length > 0) return EXIT.failed;
  return refused.length > 0 || rowsRefused > 0 ? EXIT.partly : EXIT.done;
}
