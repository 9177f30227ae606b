import type { Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Stream } from '../../core/stream.ts';
import type { Mode, StreamChoice } from '../../extract/request.ts';
import { nearestFew, slip } from '../config/nearest.ts';
import { ConfigError, problem, show } from '../config/problem.ts';
import type { Problem } from '../config/problem.ts';
import { ColumnNames } from './column-names.ts';
import { tableName, type Replication, type ReplicationStream } from './replication.ts';
import { MODES } from './schema.ts';

/** What is wanted of a source. */
export interface Wanted {
  connector: Connector;
  /** Name of the connection. */
  source: string;
  /** Names of streams or patterns, from the command line; they choose among those of the file. */
  names: readonly string[];
  replication: Replication | undefined;
  /** What stands above the file. */
  mode?: Mode;
  select?: readonly string[];
  newColumns?: 'keep' | 'add';
  /** Whether the destination has schemas: without, `zoom.users` is `users`. */
  schemas: boolean;
}

export interface Chosen {
  /** In the order of the connector, each with whether it was asked for by its own name. */
  streams: { stream: Stream; choice: StreamChoice; named: boolean }[];
  /** Range of a backfill, in milliseconds. */
  range?: { since: number; until: number };
  /** What the person should know, a sentence each. */
  notes: string[];
}

/** The streams of a connector by name. */
export function streamsOf(connector: Connector): Map<string, Stream> {
  return new Map(Object.values(connector.streams ?? {}).map((stream) => [stream.name, stream]));
}

interface Match {
  stream: Stream;
  line: ReplicationStream | undefined;
  named: boolean;
}

/**
 * The streams that are wanted, and how.
 * @throws ConfigError with every problem of the file, ConnectorError of kind `config` for names of the command line
 */
export function chooseStreams(wanted: Wanted): Chosen {
  const streams = streamsOf(wanted.connector);
  const problems = (wanted.replication?.streams ?? []).flatMap((line) => unmatched(line, streams, wanted));
  if (problems.length > 0) throw new ConfigError(problems);
  for (const name of wanted.names) requireMatch(name, [...streams.keys()], wanted.connector);
  const matches = [...streams.values()].flatMap((stream) => matchOf(stream, wanted));
  if (matches.length === 0) {
    throw new ConnectorError('nothing is left to extract: all the streams are disabled', {
      kind: 'config',
      hint: `Take disabled: true away from one of them in ${wanted.replication?.file ?? 'the file'}, or name streams.`,
    });
  }
  const columns = new ColumnNames();
  const chosen = matches.map((match) => ({
    stream: match.stream,
    named: match.named,
    choice: choiceOf(match, wanted, columns),
  }));
  const range = rangeOf(matches);
  const found = [...columns.problems(), ...sameTables(matches, chosen), ...range.problems];
  if (found.length > 0) throw new ConfigError(found);
  return {
    streams: chosen,
    ...(range.range && { range: range.range }),
    notes: [...schemaNote(matches, wanted), ...modeNotes(matches, wanted)],
  };
}

function matchOf(stream: Stream, { names, replication }: Wanted): Match[] {
  const asked = names.length === 0 || names.some((name) => fits(name, stream.name));
  if (!asked) return [];
  const byName = names.includes(stream.name);
  const line = replication && lineOf(stream, replication);
  // A name on the command line outranks the file; a pattern chooses among what the file has.
  if (replication && !byName && (!line || line.settings.disabled)) return [];
  return [{ stream, line: line ?? replication?.defaults, named: byName || line?.pattern === stream.name }];
}

/** The line of a file that is for a stream: the most specific counts. */
function lineOf(stream: Stream, { streams }: Replication): ReplicationStream | undefined {
  return streams
    .filter(({ pattern }) => fits(pattern, stream.name))
    .toSorted((a, b) => specificity(b.pattern) - specificity(a.pattern))[0];
}

function specificity(pattern: string): number {
  return pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.POSITIVE_INFINITY;
}

/** Whether a name, or a pattern with `*`, means a stream. */
function fits(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^\w-]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

function unmatched(
  line: ReplicationStream,
  streams: ReadonlyMap<string, Stream>,
  { connector }: Wanted,
): Problem[] {
  const names = [...streams.keys()];
  if (names.some((name) => fits(line.pattern, name))) return [];
  const isPattern = line.pattern.includes('*');
  const near = isPattern ? undefined : slip(line.pattern, names);
  return [
    problem({
      ...line.place(),
      expected:
        near ??
        `${isPattern ? 'a pattern that means streams' : 'the name of a stream'} of ${connector.title}`,
      got: show(line.pattern),
      reason: `no such stream: see trunkline streams ${connector.id}`,
      example: `${near ?? (isPattern ? "'meeting_*'" : names[0])}: { mode: incremental }`,
    }),
  ];
}

function requireMatch(name: string, names: readonly string[], { id, title }: Connector): void {
  if (names.some((one) => fits(name, one))) return;
  const near = nearestFew(name.replaceAll('*', ''), names, 3);
  const all = `See all of them: trunkline streams ${id}`;
  throw new ConnectorError(
    names.length === 0 ? `${title} has no streams` : `${title} has no stream '${name}'`,
    { kind: 'config', hint: near.length > 0 ? `Did you mean ${near.join(', ')}?\n${all}` : all },
  );
}

function choiceOf({ stream, line }: Match, wanted: Wanted, columns: ColumnNames): StreamChoice {
  const settings = line?.settings ?? {};
  const { replication, schemas } = wanted;
  const object = settings.object ?? '{stream_name}';
  const name = tableName(object, { stream: stream.name, source: wanted.source, env: replication?.env ?? {} });
  const table = schemas ? name : (name.split('.').at(-1) ?? name);
  const mode = wanted.mode ?? MODES[settings.mode ?? 'incremental'];
  const of = (setting: 'select' | 'primary_key' | 'update_key') => ({ stream, line, setting, table, mode });
  const primaryKey = settings.primary_key && columns.known(settings.primary_key, of('primary_key'));
  const cursor = settings.update_key && columns.known([settings.update_key], of('update_key'))[0];
  const given = wanted.select ?? settings.select;
  const select =
    given && columns.selected(given, { ...of('select'), line: wanted.select ? undefined : line });
  return {
    stream: stream.name,
    table,
    mode,
    ...(select && { select }),
    ...(primaryKey && { primaryKey }),
    ...(cursor && { cursor }),
    newColumns: wanted.newColumns ?? settings.new_columns ?? 'keep',
  };
}

function sameTables(matches: readonly Match[], chosen: readonly { choice: StreamChoice }[]): Problem[] {
  const first = new Map<string, string>();
  return matches.flatMap(({ stream, line }, i) => {
    const table = chosen[i]?.choice.table ?? '';
    const before = first.get(table);
    first.set(table, before ?? stream.name);
    if (before === undefined || !line) return [];
    return [
      problem({
        ...line.place('object'),
        expected: 'a table for each stream',
        got: `${show(table)} for ${before} and ${stream.name}`,
        example: "object: 'zoom.{stream_name}'",
      }),
    ];
  });
}

/** The range of a backfill. A run has one, which is for all streams with a history. */
function rangeOf(matches: readonly Match[]): {
  range?: { since: number; until: number };
  problems: Problem[];
} {
  const lines = matches.filter(({ stream, line }) => stream.window !== undefined || line?.settings.range);
  const ranges = lines.flatMap(({ line }) => line?.settings.range ?? []);
  const [range] = ranges;
  if (!range) return { problems: [] };
  const odd = lines.find(
    ({ line }) => line?.settings.range?.since !== range.since || line.settings.range.until !== range.until,
  );
  if (!odd?.line) return { range, problems: [] };
  return {
    problems: [
      problem({
        ...odd.line.place(odd.line.settings.range ? 'range' : undefined),
        expected: 'one range for all streams with a history that a run reads',
        got: odd.line.settings.range ? 'another one' : `none for ${odd.stream.name}`,
        example:
          'a file of its own for the backfill, or trunkline extract NAME --since 2026-01-01 --until 2026-01-31',
      }),
    ],
  };
}

function schemaNote(matches: readonly Match[], { schemas }: Wanted): string[] {
  const object = matches.find(({ line }) => line?.settings.object?.includes('.'))?.line?.settings.object;
  if (schemas || object === undefined) return [];
  return [`This destination has no schemas: of '${object}', what stands after the dot is the table.`];
}

function modeNotes(matches: readonly Match[], { mode }: Wanted): string[] {
  if (mode !== undefined) return [];
  const words = new Set(matches.map(({ line }) => line?.settings.mode));
  return [
    ...(words.has('truncate')
      ? ['The mode truncate is run as full-refresh: the table is replaced when all is read.']
      : []),
    ...(words.has('snapshot') ? ['The mode snapshot is run as append: each run adds what it read.'] : []),
  ];
}
