import type { ExtractionFrame, ExtractionReport } from '../app/extraction.ts';
import type { StreamReport } from '../extract/request.ts';
import { counted, grouped, lasting } from './amounts.ts';
import { table, type Column } from './layout.ts';
import { few, groups, paragraph } from './reasons.ts';
import { hanging } from './report-error.ts';
import type { Terminal } from './terminal.ts';

const LABEL = 10;

/** What an extraction did, as people read it. */
export function extractionReport(terminal: Terminal, report: ExtractionReport): string {
  const kept = report.streams.filter(({ hidden }) => !hidden);
  const sections = [
    streamTable(terminal, kept),
    failures(terminal, report),
    waiting(terminal, report),
    skipped(terminal, report.streams),
    quarantined(terminal, kept),
    newFields(terminal, kept),
    changed(terminal, kept),
    leftOut(terminal, report),
    notes(terminal, report),
    facts(terminal, report),
  ];
  const resumed = report.resumed ? '; it went on with the run before' : '';
  const title = hanging(`${report.from} to ${report.to}${resumed}`, terminal.proseWidth, '', '  ');
  return [
    ...title.map((line) => terminal.paint('bold', line)),
    ...sections.flatMap((lines) => (lines.length > 0 ? ['', ...lines] : [])),
  ].join('\n');
}

function streamTable(terminal: Terminal, streams: readonly StreamReport[]): string[] {
  const busy = streams.filter(({ rows, calls, state }) => rows > 0 || calls > 0 || state !== 'done');
  const idle = streams.length - busy.length;
  const quiet = idle > 0 ? [`${counted(idle, 'stream')} had nothing to read.`] : [];
  if (busy.length === 0) return quiet;
  // What is zero everywhere, or has its own paragraph below, needs no column where there is little room.
  const wide = terminal.width >= 76;
  const extra: [title: string, of: (one: StreamReport) => number][] = [
    ['DELETED', ({ deleted }) => deleted],
    ['ODD', ({ quarantined: odd }) => odd],
    ['SKIPPED', ({ slices }) => slices.skipped],
  ];
  const numbers: [title: string, of: (one: StreamReport) => number][] = [
    ['ROWS', ({ rows }) => rows],
    ['WRITTEN', ({ written }) => written],
    ...extra.filter(([, of]) => wide && busy.some((one) => of(one) > 0)),
    ['CALLS', ({ calls }) => calls],
  ];
  const columns: Column[] = [
    { title: 'STREAM', wrap: true },
    ...numbers.map(([title]): Column => ({ title, align: 'right' })),
    { title: '' },
  ];
  const taken = numbers.map(([title, of]) =>
    Math.max(title.length, ...busy.map((one) => grouped(of(one)).length)),
  );
  const state = busy.some((one) => one.state !== 'done') ? 'incomplete'.length + 2 : 0;
  const room = taken.reduce((left, one) => left - one - 2, terminal.width - state);
  const rows = busy.map((one) => [
    brokenName(one.stream, room),
    ...numbers.map(([, of]) => grouped(of(one))),
    one.state === 'done'
      ? ''
      : {
          text: one.state,
          paint: (text: string) => terminal.paint(one.state === 'failed' ? 'red' : 'yellow', text),
        },
  ]);
  return [table(columns, rows, terminal.width), ...quiet];
}

/** A name on several lines where there is no room for it on one; it breaks behind its underscores. */
export function brokenName(name: string, width: number): string {
  const lines = [''];
  for (const word of name.split(/(?<=_)/)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length > Math.max(width, 12)) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line + word;
  }
  return lines.join('\n');
}

function failures(terminal: Terminal, { error, streams }: ExtractionReport): string[] {
  const failed = streams.flatMap((one) => (one.error ? [{ name: one.stream, ...one.error }] : []));
  const all = error
    ? [{ name: '', ...error }, ...failed.filter(({ message }) => message !== error.message)]
    : failed;
  return groups(
    terminal,
    'red',
    'Failed',
    all.map(({ name, message, hint }) => ({ name, reason: message, remedy: hint, n: 1 })),
  );
}

/** What a daily cap, or the person, left for later. */
function waiting(terminal: Terminal, { outcome, streams }: ExtractionReport): string[] {
  const left = streams.filter(({ slices }) => slices.waiting > 0);
  if (left.length === 0 || outcome === 'done') return [];
  const remedies: Partial<Record<ExtractionReport['outcome'], string>> = {
    incomplete: 'Run the same command after 00:00 UTC: it goes on from there. --wait does so by itself.',
    stopped: 'Run the same command: it goes on from there.',
    failed: 'When the reason is gone, run the same command: it goes on from there.',
  };
  const reason = outcome === 'incomplete' ? 'the daily limit is used up' : 'not read yet';
  return groups(
    terminal,
    'yellow',
    'Left for later',
    left.map(({ stream, slices }) => ({
      name: `${stream} (${counted(slices.waiting, 'part')})`,
      reason,
      remedy: remedies[outcome] ?? '',
      n: slices.waiting,
    })),
  );
}

function skipped(terminal: Terminal, streams: readonly StreamReport[]): string[] {
  return groups(
    terminal,
    'yellow',
    'Skipped',
    streams.flatMap(({ stream, skips }) =>
      skips.map(({ code, message, hint, slices, example, retry }) => ({
        name: `${stream}${example && example !== 'all' ? ` (such as ${example})` : ''}`,
        reason: reasonOf(message, code),
        remedy: `${hint ? `${hint} ` : ''}${retryText(retry)}`,
        n: slices,
        same: code,
      })),
    ),
  );
}

/** What the other side said: with its numbers behind it, and without the stream that it said it of. */
function reasonOf(message: string, code: string): string {
  const [, status, said] = /^.+? refused \S+ \((.*?)\): (.+)$/s.exec(message) ?? [];
  if (said !== undefined) return `${said.replace(/[.\s]+$/, '')} (${status})`;
  return code && !message.includes(code) ? `${message} (${code})` : message;
}

function retryText(retry: string): string {
  return retry.startsWith('never')
    ? `Not asked again${retry.slice('never'.length)}.`
    : `Asked again ${retry}.`;
}

function quarantined(terminal: Terminal, streams: readonly StreamReport[]): string[] {
  const odd = streams.filter(({ quarantined: n }) => n > 0);
  if (odd.length === 0) return [];
  const names = odd.map(({ stream, quarantined: n }) => `${stream} ${grouped(n)}`).join(', ');
  return paragraph(
    terminal,
    'yellow',
    'Odd rows',
    `kept apart, with the reason of each: ${names}`,
    `SELECT target, reason, "row" FROM _trunkline_quarantine`,
  );
}

function newFields(terminal: Terminal, streams: readonly StreamReport[]): string[] {
  const fresh = streams.filter((one) => one.newFields.length > 0);
  if (fresh.length === 0) return [];
  const names = fresh.map(({ stream, newFields: fields }) => `${stream}: ${few(fields)}`).join('; ');
  return paragraph(
    terminal,
    'cyan',
    'New fields',
    `kept in the column _trunkline_extra: ${names}`,
    'To make columns of them: --new-columns add',
  );
}

function changed(terminal: Terminal, streams: readonly StreamReport[]): string[] {
  const all = streams.flatMap(({ stream, changes }) =>
    changes
      .filter(({ change }) => change !== 'created')
      .map(({ column = '', change, from, to }) =>
        change === 'column added' ? `${stream}.${column} added` : `${stream}.${column} from ${from} to ${to}`,
      ),
  );
  return all.length === 0 ? [] : paragraph(terminal, 'cyan', 'Columns', few(all), '');
}

/** Streams that were passed over for want of a scope. */
export function leftOut(terminal: Terminal, { leftOut: streams }: ExtractionFrame): string[] {
  if (streams.length === 0) return [];
  const names = streams.map(({ stream, scope, below }) => `${stream} (${below ? `${below}: ` : ''}${scope})`);
  return paragraph(
    terminal,
    'cyan',
    'Left out',
    `${counted(streams.length, 'stream')} for want of a scope: ${few(names)}`,
    'Add scopes to the app to read them too. All that are missing: trunkline streams --check',
  );
}

/** Sentences that the person should read, below one another. */
export function notes(terminal: Terminal, { notes: all }: ExtractionFrame): string[] {
  // What differs in ids only is said once.
  const alike = Map.groupBy(all, (note) => note.replaceAll(/\S*[\d@/=]\S*/g, ''));
  return [...alike.values()].flatMap(([note = '', ...others]) => {
    const times = others.length > 0 ? ` (${grouped(others.length + 1)} times)` : '';
    return hanging(note + times, terminal.proseWidth, '', '  ');
  });
}

function facts(terminal: Terminal, report: ExtractionReport): string[] {
  const { labels, refusedForRate, wallMs, minimumMs, to } = report;
  const calls = labels.reduce((sum, one) => sum + one.calls, 0);
  const parts = labels
    .toSorted((a, b) => b.calls - a.calls)
    .map((one) => `${grouped(one.calls)} ${one.label}`);
  // Below a second, starting and signing in is all that a ratio would tell of.
  const ratio = minimumMs >= 1000 ? `, ${(wallMs / minimumMs).toFixed(2)} times that` : '';
  const least = minimumMs > 0 ? `; the limits allow no less than ${lasting(minimumMs)}${ratio}` : '';
  return [
    ...fact(
      terminal,
      'Calls',
      `${grouped(calls)}${calls > 0 ? `: ${parts.join(', ')}` : ''}; ${refused(refusedForRate)}`,
    ),
    ...fact(terminal, 'Took', lasting(wallMs) + least),
    ...fact(terminal, 'Data', to),
  ];
}

function refused(n: number): string {
  return n === 0
    ? 'none was refused as too fast (429)'
    : `${counted(n, 'was', 'were')} refused as too fast (429) and repeated`;
}

function fact(terminal: Terminal, label: string, text: string): string[] {
  return hanging(text, terminal.proseWidth, label.padEnd(LABEL), ' '.repeat(LABEL));
}
