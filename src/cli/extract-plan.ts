import type { ExtractionPlan } from '../app/extraction.ts';
import { counted, grouped, lasting, rate } from './amounts.ts';
import { leftOut, notes } from './extract-report.ts';
import { table, type Column } from './layout.ts';
import { hanging } from './report-error.ts';
import type { Terminal } from './terminal.ts';

const BASES: Readonly<Record<ExtractionPlan['streams'][number]['basis'], string>> = {
  known: 'known from earlier runs',
  counted: 'as counted now',
  sampled: 'about, from a sample',
};

/** What a run would ask for, as people read it. */
export function extractionPlan(terminal: Terminal, plan: ExtractionPlan): string {
  const sections = [
    streamTable(terminal, plan),
    labelTable(terminal, plan),
    verdict(terminal, plan),
    leftOut(terminal, plan),
    notes(terminal, plan),
  ];
  return [
    terminal.paint('bold', `${plan.from} to ${plan.to}: what a run would ask for`),
    ...sections.flatMap((lines) => (lines.length > 0 ? ['', ...lines] : [])),
  ].join('\n');
}

function streamTable(terminal: Terminal, { streams }: ExtractionPlan): string[] {
  const busy = streams.filter(({ calls, rows }) => calls > 0 || rows > 0);
  const idle = streams.length - busy.length;
  const quiet = idle > 0 ? [`${counted(idle, 'stream')} would ask for nothing.`] : [];
  if (busy.length === 0) return quiet;
  const wide = terminal.width >= 90;
  const columns: Column[] = [
    { title: 'STREAM', wrap: true },
    { title: 'CALLS', align: 'right' },
    { title: 'ROWS', align: 'right' },
    { title: 'LIMIT', wrap: true },
    ...(wide ? [{ title: 'HOW IT IS KNOWN' }] : []),
  ];
  const rows = busy.map((one) => [
    one.stream,
    amount(one.calls, one.basis),
    one.hidden ? '-' : amount(one.rows, one.basis),
    one.lane === undefined ? one.label : `${one.label} or ${one.lane}`,
    ...(wide ? [BASES[one.basis]] : []),
  ]);
  const hidden = busy.some((one) => one.hidden)
    ? hanging('- is read for what lies below it, and not kept', terminal.proseWidth, '', '')
    : [];
  const sampled = !wide && busy.some(({ basis }) => basis === 'sampled') ? ['~ is about, from a sample'] : [];
  return [table(columns, rows, terminal.width), ...quiet, ...hidden, ...sampled];
}

function amount(n: number, basis: string): string {
  return `${basis === 'sampled' ? '~' : ''}${grouped(n)}`;
}

function labelTable(terminal: Terminal, { labels }: ExtractionPlan): string[] {
  const busy = labels.filter(({ calls }) => calls > 0);
  if (busy.length === 0) return [];
  const daily = busy.some(({ perDay }) => perDay !== undefined);
  const columns: Column[] = [
    { title: 'LIMIT', wrap: true },
    { title: 'CALLS', align: 'right' },
    { title: 'RATE', align: 'right' },
    { title: 'AT LEAST', align: 'right' },
    ...(daily
      ? [{ title: 'LEFT TODAY', align: 'right' } as const, { title: 'DAYS', align: 'right' } as const]
      : []),
  ];
  const rows = busy.map(({ label, calls, perSecond, minimumMs, perDay, usedToday, days }) => [
    label,
    grouped(calls),
    rate(perSecond),
    lasting(minimumMs),
    ...(daily ? [perDay === undefined ? '-' : grouped(Math.max(0, perDay - usedToday)), String(days)] : []),
  ]);
  return [table(columns, rows, terminal.width)];
}

function verdict(terminal: Terminal, { minimumMs, days, probes }: ExtractionPlan): string[] {
  const long =
    days > 1
      ? `At least ${lasting(minimumMs)} of work, over ${days} UTC days: the daily limit ends a run, and the same command goes on the day after (--wait does so by itself).`
      : `At least ${lasting(minimumMs)}.`;
  return hanging(
    `${long} ${counted(probes, 'call')} were made to find this out; nothing was written.`,
    terminal.proseWidth,
    '',
    '',
  );
}
