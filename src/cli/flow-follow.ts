import type { FlowDesk, FlowRun } from '../app/index.ts';
import { runPage } from './flow-report.ts';
import type { Invocation } from './invocation.ts';
import { EXIT, usageError } from './report-error.ts';

/** How often it is looked how far a run is, in milliseconds. */
const LOOK_MS = 150;
const OPEN: ReadonlySet<string> = new Set(['queued', 'running', 'waiting']);

/** Follows a run to its end and shows it. Ended by the person, the run itself goes on where it is served. */
export async function followRun(invocation: Invocation, flows: FlowDesk, id: string): Promise<number> {
  const { terminal } = invocation;
  // Ends when the person wants it to.
  const { sleep } = await invocation.world();
  invocation.whenInterrupted = `the run ${id} is on record and goes on as soon as a server is there`;
  for (;;) {
    const run = await flows.runById(id);
    if (!OPEN.has(run.state)) {
      terminal.status('');
      if (terminal.json) terminal.printJson(run);
      else terminal.print(runPage(terminal, run));
      return exitOfRun(run);
    }
    terminal.status(progressOf(run));
    await sleep(LOOK_MS);
  }
}

function progressOf({ id, state, items, resumeAt, error }: FlowRun): string {
  const last = items.at(-1);
  const step = last ? `, ${last.step}${last.item > 0 ? ` ${last.item + 1}` : ''} ${last.state}` : '';
  const until = resumeAt === undefined ? '' : ` until ${resumeAt}${error ? `: ${error.message}` : ''}`;
  return `${id}: ${state}${until}${step}`;
}

/** What a command that ran a flow ends with. */
export function exitOfRun({ state }: Pick<FlowRun, 'state'>): number {
  if (state === 'failed' || state === 'in-doubt' || state === 'stopped') return EXIT.failed;
  return state === 'partly' ? EXIT.partly : EXIT.done;
}

/** The whole id of the run that begins like this. */
export async function idOfRun(flows: FlowDesk, start: string): Promise<string> {
  const fitting = (await flows.runs({}, 1000)).filter(({ id }) => id.startsWith(start));
  const [only] = fitting;
  if (only && (fitting.length === 1 || only.id === start)) return only.id;
  const why = only
    ? `${fitting.length} runs begin with '${start}'`
    : `there is no flow and no run '${start}'`;
  throw usageError(why, 'List them: trunkline flows list, trunkline flows runs');
}
