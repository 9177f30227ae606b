import { readFileSync } from 'node:fs';
import type { Connector } from '../../src/core/connector.ts';
import type { Stream } from '../../src/core/stream.ts';
import { row } from './table.ts';

/** `docs/streams.md`: every stream of every connector, and whether those that people expect are there. */
export function streamsPage(all: readonly Connector[]): string {
  const parts = [
    '# Streams',
    'Made from the definitions by `node tools/docs.ts`; do not edit. `trunkline streams zoom <name>` shows the columns of one, and [extraction](extraction.md) tells how they are read.',
    [
      '- **Key**: the columns that tell rows apart; none of them is ever empty.',
      '- **Below**: it is read for each row of that stream. Several are alternatives.',
      '- **New by**: the time of a row. Files are divided by its month. A stream that is read by windows of time names the longest one.',
      '- **Limit**: the label whose limit its calls count against. After *or*, another endpoint with the same rows, and its label.',
      '- **Scopes**: any one of them is enough.',
      '- **Kind**: *state* is what is there now, read whole in each run; *history* is what has happened, read once it is over.',
    ].join('\n'),
  ];
  for (const connector of all) {
    const streams = streamsOf(connector);
    if (streams.length === 0) continue;
    const wanted = new Set(wantedOf(connector.id));
    parts.push(
      `## ${connector.title}: ${streams.length} streams`,
      ...(wanted.size > 0 ? [`The ${wanted.size} base streams are marked with ★.`] : []),
      [
        row('Stream', 'Key', 'Below', 'New by', 'Limit', 'Scopes', 'Plan', 'Kind'),
        row('---', '---', '---', '---', '---', '---', '---', '---'),
        ...streams.map((stream) => line(stream, wanted.has(stream.name))),
      ].join('\n'),
      ...fed(streams),
      ...checklist(streams, [...wanted]),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

function streamsOf({ streams }: Connector): Stream[] {
  return Object.values(streams ?? {}).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function line(stream: Stream, marked: boolean): string {
  const {
    name,
    title,
    docs,
    primaryKey,
    parents = [],
    cursor,
    window,
    budget,
    lane,
    scopes,
    plan,
    kind,
  } = stream;
  const size = window && (window.step === 'month' ? 'by month' : `${window.step} days`);
  return row(
    `${marked ? '★ ' : ''}[\`${name}\`](${docs} "${title.replaceAll('"', "'")}")`,
    primaryKey.map(code).join(', '),
    [...new Set(parents.map((parent) => parent.stream))].map(code).join(' or '),
    [cursor === undefined ? '' : code(cursor), size ?? ''].filter(Boolean).join(', '),
    budget + (lane ? ` or [${lane.budget}](${lane.docs})` : ''),
    scopes.map(code).join(' '),
    plan ?? '',
    kind,
  );
}

/** Streams that events tell of before they are read. */
function fed(streams: readonly Stream[]): string[] {
  const lines = streams.flatMap(({ name, pushes }) =>
    pushes ? [row(code(name), Object.keys(pushes.events).map(code).join(' '))] : [],
  );
  if (lines.length === 0) return [];
  return [
    `### ${lines.length} streams that events feed`,
    'Where a server runs, [rows of webhooks](extraction.md#rows-of-webhooks) stand in these tables before the API is asked.',
    [row('Stream', 'Events'), row('---', '---'), ...lines].join('\n'),
  ];
}

function checklist(streams: readonly Stream[], wanted: readonly string[]): string[] {
  if (wanted.length === 0) return [];
  const known = new Map(streams.map((stream) => [stream.name, stream]));
  const found = wanted.filter((name) => known.has(name)).length;
  return [
    `### Checklist of the ${wanted.length} base streams`,
    `${found} of ${wanted.length} are there.`,
    [
      row('There', 'Stream', 'Rows', 'Path'),
      row('---', '---', '---', '---'),
      ...wanted.map((name) => {
        const stream = known.get(name);
        return row(stream ? '✓' : '✗', code(name), stream?.title ?? '', stream ? code(stream.path) : '');
      }),
    ].join('\n'),
  ];
}

function wantedOf(id: string): string[] {
  try {
    const file = new URL(`../checklist/${id}-streams.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')) as string[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function code(text: string): string {
  return `\`${text}\``;
}
