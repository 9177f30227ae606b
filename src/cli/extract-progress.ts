import type { ExtractProgress } from '../extract/request.ts';
import { counted, grouped, lasting, rate } from './amounts.ts';
import { cutLine, textWidth } from './layout.ts';
import { hanging } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** Lines of a log come this often at most, in milliseconds. */
const LOG_MS = 5000;
/** The table is drawn again this often at most, in milliseconds. */
const DRAW_MS = 100;
/** Lines for streams at most, however tall the screen is. */
const TALLEST = 20;
const GAP = 2;
const BAR = 10;

type StreamProgress = ExtractProgress['streams'][number];

/** Shows how far an extraction has come: a table that is rewritten, or a line now and then where that is not possible. */
export function showExtraction(terminal: Terminal, now: () => number): (progress: ExtractProgress) => void {
  const startedAt = now();
  let shownAt = terminal.live ? Number.NEGATIVE_INFINITY : startedAt;
  return (progress) => {
    const at = now();
    if (at - shownAt < (terminal.live ? DRAW_MS : LOG_MS)) return;
    shownAt = at;
    if (terminal.live) terminal.panel(extractionPanel(terminal, progress, at - startedAt));
    else terminal.note(summary(progress, at - startedAt));
  };
}

/** The table that stands on the screen while an extraction runs; as wide and as tall as the screen allows. */
export function extractionPanel(terminal: Terminal, progress: ExtractProgress, elapsedMs: number): string[] {
  const { columns, rows } = terminal.screen;
  const width = columns - 1;
  const labels = progress.labels.filter(({ calls, inFlight }) => calls > 0 || inFlight > 0);
  const below = [
    ...(labels.length > 0 ? ['', ...labelLines(terminal, labels)] : []),
    ...hanging(summary(progress, elapsedMs), width, '', ''),
  ];
  // The title, and the line that counts the others; the last line of the screen stays free.
  const room = Math.max(1, Math.min(TALLEST, rows - below.length - 3));
  const shown = worthSeeing(progress.streams, room);
  const others = rest(progress.streams, shown);
  return [
    ...streamLines(terminal, shown, width),
    ...(others ? [terminal.paintNote('dim', others)] : []),
    ...below,
  ].map((line) => cutLine(line, width));
}

const URGENCY: Readonly<Record<StreamProgress['state'], number>> = {
  failed: 0,
  running: 1,
  incomplete: 2,
  waiting: 3,
  done: 4,
};

/** Those in which something happens, in their own order, so that lines do not jump. */
function worthSeeing(streams: readonly StreamProgress[], room: number): StreamProgress[] {
  const first = new Set(streams.toSorted((a, b) => URGENCY[a.state] - URGENCY[b.state]).slice(0, room));
  return streams.filter((one) => first.has(one));
}

function rest(streams: readonly StreamProgress[], shown: readonly StreamProgress[]): string {
  const others = streams.filter((one) => !shown.includes(one));
  if (others.length === 0) return '';
  const states = (['failed', 'running', 'incomplete', 'waiting', 'done'] as const).flatMap((state) => {
    const n = others.filter((one) => one.state === state).length;
    return n > 0 ? [`${n} ${state}`] : [];
  });
  return `and ${counted(others.length, 'other')}: ${states.join(', ')}`;
}

function streamLines(terminal: Terminal, streams: readonly StreamProgress[], width: number): string[] {
  const cells = streams.map((one) => [grouped(one.rows), grouped(one.calls)] as const);
  const [rowsWidth, callsWidth] = [0, 1].map((i) =>
    Math.max(5, ...cells.map((cell) => cell[i as 0 | 1].length)),
  ) as [number, number];
  const withBar = width >= 72;
  const stateWidth = withBar ? BAR + 12 : 11;
  const room = width - rowsWidth - callsWidth - stateWidth - 3 * GAP;
  const longest = Math.max('STREAM'.length, ...streams.map(({ stream }) => textWidth(stream)));
  const nameWidth = Math.max(8, Math.min(longest, room));
  const line = (name: string, rows: string, calls: string, state: string): string =>
    [
      cutLine(name, nameWidth).padEnd(nameWidth),
      rows.padStart(rowsWidth),
      calls.padStart(callsWidth),
      state,
    ].join(' '.repeat(GAP));
  return [
    terminal.paintNote('bold', line('STREAM', 'ROWS', 'CALLS', 'PARTS')),
    ...streams.map((one, i) => {
      const [rows = '', calls = ''] = cells[i] ?? [];
      const text = line(one.stream, one.hidden ? '-' : rows, calls, stateOf(terminal, one, withBar));
      return one.state === 'done' || one.hidden ? terminal.paintNote('dim', text) : text;
    }),
  ];
}

function stateOf(terminal: Terminal, { state, done, waiting }: StreamProgress, withBar: boolean): string {
  const all = done + waiting;
  if (state === 'failed') return terminal.paintNote('red', 'failed');
  if (state === 'done') return 'done';
  if (state === 'waiting' && all === 0) return 'waiting';
  const parts = `${grouped(done)}/${grouped(all)}`;
  if (!withBar || all === 0) return parts;
  const filled = Math.floor((done / all) * BAR);
  return `${terminal.paintNote('cyan', '█'.repeat(filled))}${'░'.repeat(BAR - filled)} ${parts}`;
}

function labelLines(terminal: Terminal, labels: ExtractProgress['labels']): string[] {
  const name = Math.max('LIMIT'.length, ...labels.map(({ label }) => label.length));
  const line = (label: string, calls: string, last: string, allowed: string, flight: string): string =>
    [label.padEnd(name), calls.padStart(9), last.padStart(7), allowed.padStart(8), flight.padStart(9)].join(
      ' ',
    );
  return [
    terminal.paintNote('bold', line('LIMIT', 'CALLS', 'NOW', 'ALLOWED', 'IN FLIGHT')),
    ...labels.map(({ label, calls, lastSecond, perSecond, inFlight }) =>
      line(label, grouped(calls), `${lastSecond}/s`, rate(perSecond), String(inFlight)),
    ),
  ];
}

function summary({ streams, remainingMs }: ExtractProgress, elapsedMs: number): string {
  const sum = (of: (one: StreamProgress) => number): number => streams.reduce((all, one) => all + of(one), 0);
  const wanted = streams.filter(({ hidden }) => !hidden);
  const done = wanted.filter(({ state }) => state === 'done').length;
  const failed = wanted.filter(({ state }) => state === 'failed').length;
  const parts = [
    `${lasting(elapsedMs)}: ${done} of ${counted(wanted.length, 'stream')} done${failed > 0 ? `, ${failed} failed` : ''}`,
    counted(
      sum(({ hidden, rows }) => (hidden ? 0 : rows)),
      'row',
    ),
    counted(
      sum(({ calls }) => calls),
      'call',
    ),
    // A moment before the end nobody wants to hear of milliseconds.
    ...(remainingMs !== undefined && remainingMs >= 1000 ? [`about ${lasting(remainingMs)} left`] : []),
  ];
  return parts.join('; ');
}
