import { z } from 'zod';
import { once } from '../../core/once.ts';
import { group, leaf, setting, text } from '../config/settings.ts';
import { oneOf } from '../config/problem.ts';
import { parseMoment } from '../moment.ts';

/** How rows reach their table, with the words that other tools have for it. */
export const MODES = {
  incremental: 'incremental',
  'full-refresh': 'full-refresh',
  append: 'append',
  truncate: 'full-refresh',
  snapshot: 'append',
  backfill: 'incremental',
} as const;
export type ModeWord = keyof typeof MODES;

const NOT_HERE = 'types follow from the stream, and widen without loss';

/** A replication: the whole of its own file, or the block `extract` of the configuration. */
export const replicationSchema = once(() => {
  const settings = streamSettings();
  // One value of `inputs` that is a time.
  const anchor = setting(
    z.string().refine((value) => parseMoment(value) !== undefined),
    {
      expected: 'a date, or a date and time',
      example: '2026-01-01',
    },
  );
  return group(
    {
      source: text('the name of a connection', 'zoom'),
      target: setting(z.string().min(1), {
        expected: 'the URL of a destination, or the name of an environment variable that holds it',
        example: 'sqlite:./zoom.db',
        secret: true,
      }),
      defaults: settings,
      streams: setting(z.record(z.string().min(1), settings.nullable()), {
        expected: 'a map with a line for each stream',
        example: "{ users: , 'webinar*': { mode: full-refresh } }",
      }),
      env: setting(
        z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.union([z.string(), z.number(), z.boolean()])),
        {
          expected: 'a map from names of variables to values',
          example: '{ SCHEMA: zoom }',
        },
      ),
      inputs: group({ anchor_date: anchor }, '{ anchor_date: 2026-01-01 }'),
    },
    '{ streams: { users: , meetings: } }',
    {
      hooks: instead('commands before and after trunkline extract', 'trunkline extract && dbt build'),
      connections: instead('connections in trunkline.yaml', 'source: zoom'),
    },
  );
});

function streamSettings(): z.ZodType {
  const mode = setting(z.enum(Object.keys(MODES) as [ModeWord, ...ModeWord[]]), {
    expected: oneOf(Object.keys(MODES)),
    example: 'incremental',
  });

  const names = setting(z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]), {
    expected: 'the name of a column, or a list of names',
    example: '[id, start_time]',
  });

  const select = setting(z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]), {
    expected: 'a list of columns to keep, or of columns to leave out with - before each',
    example: "[id, topic], or ['-join_url']",
  });

  const range = setting(
    z.string().refine((value) => readRange(value) !== undefined),
    {
      expected: 'the first and the last day or moment with a comma between',
      example: "'2026-01-01,2026-01-31'",
    },
  );

  const object = setting(z.string().regex(/^[^.]+(\.[^.]+)?$/), {
    expected: 'the name of a table, with a schema before it or without',
    example: "'zoom.{stream_name}'",
  });
  return group(
    {
      mode,
      object,
      select,
      primary_key: names,
      update_key: text('the name of a column', 'end_time'),
      new_columns: setting(z.enum(['keep', 'add']), { expected: 'keep or add', example: 'add' }),
      disabled: leaf.flag,
      description: text('a text', '"Webinars of the sales team"'),
      source_options: group({ range }, "{ range: '2026-01-01,2026-01-31' }", {
        limit: instead('nothing: all rows are read', 'select: [id, topic]'),
        flatten: instead('nothing: what is nested stays JSON', "select: ['-settings']"),
      }),
    },
    '{ mode: incremental }',
    {
      columns: instead(`nothing (${NOT_HERE})`, 'select: [id, topic]'),
      sql: instead('select, or a view in the database', 'select: [id, topic]'),
      where: instead('select, or a view in the database', 'select: [id, topic]'),
      transforms: instead('a view in the database', 'select: [id, topic]'),
      hooks: instead('commands before and after trunkline extract', 'trunkline extract && dbt build'),
      target_options: instead('options in the URL of the target', 'target: file:./out?format=parquet'),
      single: instead('nothing: every stream has one table', "object: 'zoom.{stream_name}'"),
      tags: instead('names on the command line', "trunkline extract -r FILE 'webinar*'"),
      since: instead(
        'source_options.range with the mode backfill',
        "source_options: { range: '2026-01-01,2026-01-31' }",
      ),
    },
  );
}

/** First and last moment of `2026-01-01,2026-01-31`, both included; the last day is included whole. */
export function readRange(value: string): { since: number; until: number } | undefined {
  const [first = '', last = '', more] = value.split(',');
  const since = parseMoment(first);
  const until = parseMoment(last, 'end');
  if (since === undefined || until === undefined || more !== undefined || since >= until) return undefined;
  return { since, until };
}

function instead(expected: string, example: string): { expected: string; example: string } {
  return { expected, example };
}
