import type { Access } from '../app/replication/scopes.ts';
import type { Stream } from '../core/stream.ts';
import { columnsOf } from '../extract/columns.ts';
import { table, type Cell, type Column } from './layout.ts';
import { hanging } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** A stream, and whether the account may read it. */
export interface ListedStream {
  stream: Stream;
  access: Access;
}

const LABEL = 13;

/** All streams of a connector, each below the first of those that it hangs below. */
export function streamList(terminal: Terminal, streams: readonly ListedStream[]): string {
  const wide = terminal.width >= 100;
  const columns: Column[] = [
    { title: 'STREAM' },
    { title: 'KEY', wrap: true },
    ...(wide ? [{ title: 'NEW ROWS BY' }] : []),
    { title: 'LIMIT', wrap: true },
    { title: 'READ' },
  ];
  const rows = inTree(streams).map(({ stream, access, depth }): Cell[] => [
    `${'  '.repeat(depth)}${stream.name}`,
    stream.primaryKey.join(', '),
    ...(wide ? [stream.cursor ?? '-'] : []),
    stream.lane ? `${stream.budget}, ${stream.lane.budget}` : stream.budget,
    readable(terminal, access),
  ]);
  return table(columns, rows, terminal.width);
}

/** What the column READ means, and what would make more of it. */
export function listLegend(streams: readonly ListedStream[], name: string, checked: boolean): string[] {
  const no = streams.filter(({ access }) => access.readable === 'no');
  const unknown = streams.some(({ access }) => access.readable === 'unknown');
  const scopes = [...new Set(no.map(({ access }) => access.missing ?? ''))];
  return [
    'A stream that stands below another is read for each of its rows.',
    ...(no.length > 0 && checked ? [`no: the app lacks a scope. Those to add: ${scopes.join(', ')}`] : []),
    ...(no.length > 0 && !checked
      ? [`no: the app lacks a scope; trunkline streams ${name} --check names those to add`]
      : []),
    ...(unknown ? [`?: nobody knows; trunkline streams ${name} --check signs in and looks`] : []),
    `One of them, with its columns: trunkline streams ${name} ${streams[0]?.stream.name ?? 'users'}`,
  ];
}

/** One stream, whole. */
export function streamPage(terminal: Terminal, { stream, access }: ListedStream): string {
  const line = (label: string, text: string): string[] =>
    hanging(text, terminal.proseWidth, label.padEnd(LABEL), ' '.repeat(LABEL));
  const choice = {
    stream: stream.name,
    table: stream.name,
    mode: 'incremental',
    newColumns: 'keep',
  } as const;
  const columns = columnsOf(stream, choice);
  const key = new Set(stream.primaryKey);
  return [
    `${terminal.paint('bold', stream.name)}: ${stream.title}`,
    '',
    ...line('Path', stream.path),
    ...line('Read', kindText(stream)),
    ...line('Key', stream.primaryKey.join(', ')),
    ...(stream.cursor ? line('New rows by', stream.cursor) : []),
    ...(stream.window ? line('Windows', windowText(stream.window)) : []),
    ...(stream.parents ?? []).flatMap(({ stream: parent, params }, i) =>
      line(i === 0 ? 'Below' : 'or below', `${parent} (${paramsText(params)})`),
    ),
    ...(stream.passes ? line('Passes', `${stream.passes.param}: ${stream.passes.values.join(', ')}`) : []),
    ...line('Limit', stream.budget),
    ...(stream.lane ? line('or by', `${stream.lane.path} (${stream.lane.budget})`) : []),
    ...line(
      'Scopes',
      stream.scopes.length > 1 ? `one of ${stream.scopes.join(', ')}` : (stream.scopes[0] ?? 'none'),
    ),
    ...(stream.plan ? line('Plan', stream.plan) : []),
    ...line('Readable', accessText(access)),
    ...line('See', stream.docs),
    '',
    table(
      [{ title: 'COLUMN', wrap: true }, { title: 'TYPE' }, { title: '' }],
      columns.map(({ name, type }) => [
        name,
        type,
        key.has(name) ? 'key' : name === stream.cursor ? 'new rows by' : '',
      ]),
      terminal.width,
    ),
  ].join('\n');
}

function inTree(streams: readonly ListedStream[]): (ListedStream & { depth: number })[] {
  const names = new Set(streams.map(({ stream }) => stream.name));
  const parentOf = ({ stream }: ListedStream): string => {
    const parent = stream.parents?.[0]?.stream ?? '';
    return names.has(parent) && parent !== stream.name ? parent : '';
  };
  const below = Map.groupBy(streams, parentOf);
  const branch = (parent: string, depth: number): (ListedStream & { depth: number })[] =>
    (below.get(parent) ?? []).flatMap((one) => [{ ...one, depth }, ...branch(one.stream.name, depth + 1)]);
  return branch('', 0);
}

function readable(terminal: Terminal, { readable: word }: Access): Cell {
  if (word === 'unknown') return '?';
  return { text: word, paint: (text) => terminal.paint(word === 'yes' ? 'green' : 'red', text) };
}

function accessText({ readable: word, missing, below }: Access): string {
  if (word === 'yes') return 'yes';
  if (word === 'unknown') return 'nobody knows; --check signs in and looks';
  return `no: ${below ? `${below}, above it, needs` : 'it needs'} the scope ${missing}`;
}

function kindText({ kind }: Stream): string {
  return kind === 'state'
    ? 'what is there now: all of it in each run; what is gone is marked'
    : 'what has happened: once it is over, it is not read again';
}

function windowText({ step, reach }: NonNullable<Stream['window']>): string {
  const size = step === 'month' ? 'a month a call' : `${step} days a call at most`;
  return reach === undefined ? size : `${size}, ${reach} days back`;
}

function paramsText(params: Readonly<Record<string, string>>): string {
  return Object.entries(params)
    .map(([param, member]) => (param === member ? param : `${param} is its ${member}`))
    .join(', ');
}
