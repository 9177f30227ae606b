import type { FlowItem, FlowRun, FlowRunLine, FlowView, Rehearsal, RehearsedItem } from '../app/index.ts';
import { duration } from './activation-report.ts';
import { table, type Cell } from './layout.ts';
import { cutNote, factLines, shortMoment, stateCell, troubleText } from './record-tables.ts';
import { hanging } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** Characters of an id that are shown in a list and enough to name it. */
const SHORT = 13;

export function runList(terminal: Terminal, runs: readonly FlowRunLine[], limit: number): void {
  if (runs.length === 0) {
    terminal.print('There are no such runs.');
    return;
  }
  const columns = [
    { title: 'ID' },
    { title: 'BEGAN (UTC)' },
    { title: 'FLOW', wrap: true },
    { title: 'BEGUN BY' },
    { title: 'STATE' },
    { title: 'TROUBLE', wrap: true },
  ];
  const rows = runs.map(({ id, createdAt, flow, origin, state, error }): Cell[] => [
    id.slice(0, SHORT),
    shortMoment(createdAt),
    flow,
    origin,
    flowState(terminal, state),
    error?.message ?? '',
  ]);
  terminal.print(table(columns, rows, terminal.width));
  const cut = cutNote(runs.length, limit);
  if (cut !== undefined) terminal.note(cut);
}

/** One run, with what went into each step and what came out. */
export function runPage(terminal: Terminal, run: FlowRun): string {
  const {
    id,
    flow,
    origin,
    state,
    createdAt,
    startedAt,
    finishedAt,
    resumeAt,
    error,
    output,
    items,
    trigger,
  } = run;
  const took =
    startedAt === undefined || finishedAt === undefined
      ? undefined
      : duration(Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)));
  return [
    terminal.paint('bold', `${flow} ${id}`),
    ...factLines(terminal, [
      ['State', state],
      ['Begun by', origin],
      ['Began', createdAt],
      ['Took', took],
      ['Goes on', resumeAt],
      ['Trouble', troubleText(error)],
      ['Given', jsonOf(trigger)],
      ['Output', jsonOf(output)],
    ]),
    ...items.flatMap((item) => ['', ...itemLines(terminal, item)]),
  ].join('\n');
}

function itemLines(terminal: Terminal, item: FlowItem): string[] {
  const { step, state, attempts, input, output, error } = item;
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  const cell = flowState(terminal, state);
  return [
    `${terminal.paint('bold', nameOf(item))}  ${cell.paint(cell.text)}${tries}`,
    ...factLines(terminal, [
      ['Input', jsonOf(input)],
      ['Output', jsonOf(output)],
      ['Trouble', troubleText(error && error.step === step ? error : undefined)],
    ]),
  ];
}

/** What a run would send. */
export function rehearsalText(terminal: Terminal, shown: Rehearsal): string {
  const { flow, wanted, key, items, output, error } = shown;
  const sampled = items.some((item) => item.sampled);
  const lines = [
    terminal.paint('bold', `Dry run of ${flow}: nothing that changes anything was sent.`),
    ...(wanted ? [] : ['No run would go on to its steps: the filter or the condition does not hold.']),
    ...factLines(terminal, [
      ['Key', jsonOf(key)],
      ['Output', jsonOf(output)],
      ['Trouble', troubleText(error)],
    ]),
    ...items.flatMap((item) => ['', ...rehearsedLines(terminal, item)]),
  ];
  if (sampled)
    lines.push('', 'Outputs marked (made up) follow from schemas: the other system would give others.');
  return lines.join('\n');
}

const DOES: Readonly<Record<RehearsedItem['state'], string>> = {
  'would-send': 'would be called',
  read: 'was called, as it only reads',
  skipped: 'would be left out',
  failed: 'would fail',
};

function rehearsedLines(terminal: Terminal, item: RehearsedItem): string[] {
  const { action, effect, state, input, output, error, sampled } = item;
  const what = `${action}${effect === undefined ? '' : ` (${effect})`} ${DOES[state]}`;
  return [
    `${terminal.paint('bold', nameOf(item))}  ${what}`,
    ...factLines(terminal, [
      ['Input', jsonOf(input)],
      ['Output', output === undefined ? undefined : `${sampled ? '(made up) ' : ''}${jsonOf(output)}`],
      ['Trouble', troubleText(error)],
    ]),
  ];
}

export function problemLines(terminal: Terminal, problems: FlowView['problems']): string[] {
  if (problems.length === 0) return [];
  return [
    '',
    terminal.paint('red', problems.length === 1 ? 'Wrong now:' : `${problems.length} things are wrong now:`),
    ...problems.flatMap(({ where, pointer, message }) =>
      hanging(`${where ?? pointer}  ${message}`, terminal.proseWidth, '  ', '    '),
    ),
  ];
}

function nameOf({ step, item }: { step: string; item: number }): string {
  return item === 0 ? step : `${step} (${item + 1})`;
}

function flowState(terminal: Terminal, state: string) {
  const style = { 'in-doubt': 'failed', partly: 'stopped', waiting: 'sending', queued: 'planned' }[state];
  const { paint } = stateCell(terminal, style ?? state) as { paint: (text: string) => string };
  return { text: state, paint };
}

function jsonOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
