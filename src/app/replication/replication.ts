import { Secret } from '../../core/secret.ts';
import { isRecord, pathText } from '../config/document.ts';
import type { ConfigDocument, Path } from '../config/document.ts';
import { oneOf, problem, show } from '../config/problem.ts';
import type { Finding, Problem } from '../config/problem.ts';
import { parseMoment } from '../moment.ts';
import { readRange, replicationSchema, type ModeWord } from './schema.ts';

/** Where a setting stands, for what is said about it later. */
export type Place = Pick<Finding, 'source' | 'position' | 'path'>;

/** What a file says about a stream, or about all of them. */
export interface StreamSettings {
  mode?: ModeWord;
  /** Name of its table; `{stream_name}` stands for that of the stream. */
  object?: string;
  select?: readonly string[];
  primary_key?: readonly string[];
  update_key?: string;
  new_columns?: 'keep' | 'add';
  disabled?: boolean;
  /** First and last moment, in milliseconds. */
  range?: { since: number; until: number };
}

/** One line of `streams`, with what the defaults add to it. */
export interface ReplicationStream {
  /** Name of a stream, or a pattern with `*`. */
  pattern: string;
  settings: StreamSettings;
  place: (setting?: keyof StreamSettings) => Place;
}

/** Which streams go where, and how. */
export interface Replication {
  /** The file that says so. */
  file: string;
  /** Name of a connection. */
  source?: string;
  /** URL of a destination, or the name of a variable that holds it. */
  target?: Secret;
  /** Where the first reading of history begins, in milliseconds. */
  anchor?: number;
  /** Values for `{NAME}` in the names of tables. */
  env: Readonly<Record<string, string>>;
  /** For streams that have no line of their own. */
  defaults: ReplicationStream;
  /** Those that are wanted; all of the source when none is named. */
  streams: readonly ReplicationStream[];
  place: (...path: string[]) => Place;
}

/** Names in braces that have a value in the name of a table, beside those of `env`. */
const PLACEHOLDERS = ['stream_name', 'source_name'];

/** Reads a replication that stands at a path of a document; nothing where its form is wrong, which others report. */
export function readReplication(
  document: ConfigDocument,
  path: Path = [],
): { replication?: Replication; problems: Problem[] } {
  const value = path.length > 0 ? document.get(path) : document.root;
  if (!isRecord(value) || !replicationSchema().safeParse(value).success) return { problems: [] };
  const place = (...rest: Path): Place => placeOf(document, [...path, ...rest]);
  const env = mapValues(value['env'], String);
  const anchor = textAt(value, 'inputs', 'anchor_date');
  const source = textAt(value, 'source');
  const target = textAt(value, 'target');
  const line = (pattern: string, own: unknown, at: Path): ReplicationStream => ({
    pattern,
    settings: { ...settingsOf(value['defaults']), ...settingsOf(own) },
    place: (setting) => {
      if (setting === undefined) return place(...at);
      const key = setting === 'range' ? 'source_options' : setting;
      const holder = document.spot([...path, ...at, key]) ? at : ['defaults'];
      return place(...holder, key, ...(setting === 'range' ? [setting] : []));
    },
  });
  const defaults = line('*', undefined, ['defaults']);
  const lines = Object.entries(isRecord(value['streams']) ? value['streams'] : {});
  const streams =
    lines.length === 0 ? [defaults] : lines.map(([name, own]) => line(name, own, ['streams', name]));
  const replication: Replication = {
    file: document.file,
    ...(source && { source }),
    ...(target && { target: new Secret(target) }),
    ...(anchor && { anchor: parseMoment(anchor) ?? 0 }),
    env,
    defaults,
    streams,
    place,
  };
  return { replication, problems: distinct(streams.flatMap((stream) => check(stream, Object.keys(env)))) };
}

/** The name of a stream's table, its placeholders filled in. */
export function tableName(
  object: string,
  values: { stream: string; source: string; env: Readonly<Record<string, string>> },
): string {
  const known: Record<string, string> = {
    ...values.env,
    stream_name: values.stream,
    source_name: values.source.toLowerCase(),
  };
  return object.replaceAll(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
}

function settingsOf(value: unknown): StreamSettings {
  if (!isRecord(value)) return {};
  const { source_options: options, description: _, ...given } = value;
  const range =
    isRecord(options) && typeof options['range'] === 'string' ? readRange(options['range']) : undefined;
  const settings = Object.fromEntries(
    Object.entries(given)
      .filter(([, one]) => one !== null && one !== undefined)
      .map(([key, one]) => [key, LISTS.has(key) ? listOf(one) : one]),
  );
  return { ...settings, ...(range && { range }) };
}

const LISTS: ReadonlySet<string> = new Set(['select', 'primary_key']);

function listOf(value: unknown): string[] {
  const items = Array.isArray(value) ? value : String(value).split(',');
  return items.map((item) => String(item).trim());
}

function check({ settings, place }: ReplicationStream, variables: readonly string[]): Problem[] {
  const { object, select, mode, range } = settings;
  const problems: Problem[] = [];
  const known = [...PLACEHOLDERS, ...variables];
  const strange = [...(object ?? '').matchAll(/\{(\w*)\}/g)].find(([, name = '']) => !known.includes(name));
  if (strange) {
    const expected = `${oneOf(known.map((name) => `{${name}}`))} in the name of a table`;
    problems.push(
      problem({
        ...place('object'),
        expected,
        got: show(strange[0]),
        example: "object: 'zoom.{stream_name}'",
      }),
    );
  }
  const without = (select ?? []).filter((name) => name.startsWith('-')).length;
  if (select && without > 0 && without < select.length) {
    problems.push(
      problem({
        ...place('select'),
        expected: 'columns to keep, or columns to leave out',
        got: 'both',
        example: "select: ['-join_url', '-settings']",
      }),
    );
  }
  const example = "{ mode: backfill, source_options: { range: '2026-01-01,2026-01-31' } }";
  if (mode === 'backfill' && !range) {
    problems.push(
      problem({ ...place('mode'), expected: 'source_options.range beside backfill', got: 'none', example }),
    );
  }
  if (range && mode !== 'backfill') {
    const got = mode ?? 'none';
    problems.push(problem({ ...place('range'), expected: 'the mode backfill beside a range', got, example }));
  }
  return problems;
}

/** What stands in the defaults is wrong once, however many streams it is for. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((one) => [`${one.where} ${one.message}`, one])).values()];
}

function placeOf(document: ConfigDocument, path: Path): Place {
  const spot = document.spot(path);
  const value = document.get(path);
  return {
    source: document.file,
    path: pathText(path),
    ...(spot && { position: value === undefined || isRecord(value) ? spot.key : spot.value }),
  };
}

function textAt(value: unknown, ...path: string[]): string | undefined {
  let found = value;
  for (const key of path) found = isRecord(found) ? found[key] : undefined;
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined;
}

function mapValues(value: unknown, change: (one: unknown) => string): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)]));
}
