/** Values that copies bend, cut or lose on their way into a column: each case by name. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openAccount, type Account, type Extraction, type Row } from './account.ts';
import { textOf as text } from './text.ts';
import { withJson } from './proxy.ts';

const PEOPLE = ['users', 'history_meetings', 'report_meetings', 'report_meeting_participants'];

type Case = readonly [name: string, run: (account: Account) => Promise<void>];

const rowsOf = (body: Row, name: string): Row[] => body[name] as Row[];
const streamOf = ({ streams }: Extraction, name: string) => {
  const found = streams.find(({ stream }) => stream === name);
  assert.ok(found, name);
  return found;
};

/** Rewrites one member of all rows of a list, then looks at what is in the table. */
const written = (
  name: string,
  stream: string,
  list: [path: RegExp, items: string],
  member: string,
  raw: string,
  stored: (value: unknown, type: string | undefined) => void,
): Case => [
  name,
  async (account) => {
    const [path, items] = list;
    account.proxy.rules.after = (request, reply) => {
      if (!path.test(request.path) || reply.status !== 200) return undefined;
      const changed = withJson(reply, (body) => {
        for (const row of rowsOf(body, items)) row[member] = '@@@';
      });
      return { ...changed, text: changed.text.replaceAll('"@@@"', raw) };
    };
    const report = await account.run([stream]);
    assert.equal(report.outcome, 'done', JSON.stringify(streamOf(report, stream).error));
    const tables = await account.tables();
    const copy = tables.get(stream);
    assert.ok(copy && copy.rows.length > 0);
    const type = copy.table.columns.find((column) => column.name === member)?.type;
    for (const row of copy.rows) stored(row[member], type);
  },
];

const HISTORY = [/^\/report\/history_meetings$/, 'history_meetings'] as [RegExp, string];
const USERS = [/^\/users$/, 'users'] as [RegExp, string];

const CASES: readonly Case[] = [
  written(
    'a number of 64 bits',
    'history_meetings',
    HISTORY,
    'meeting_id',
    '9223372036854775807',
    (value) => {
      assert.equal(text(value), '9223372036854775807');
    },
  ),
  written(
    'a count beyond 2^53',
    'history_meetings',
    HISTORY,
    'duration',
    '9007199254740993',
    (value, type) => {
      assert.deepEqual([text(value), type], ['9007199254740993', 'integer']);
    },
  ),
  written(
    'a count beyond 64 bits',
    'history_meetings',
    HISTORY,
    'duration',
    '92233720368547758079',
    (value) => {
      assert.equal(text(value), '92233720368547758079');
    },
  ),
  written(
    'a number with digits behind the point',
    'history_meetings',
    HISTORY,
    'duration',
    '59.123456789',
    (value) => {
      assert.equal(Number(value), 59.123456789);
    },
  ),
  written(
    'a moment in summer time',
    'history_meetings',
    HISTORY,
    'start_time',
    '"2026-03-29T03:30:00+02:00"',
    (value) => assert.equal(value, '2026-03-29T01:30:00.000Z'),
  ),
  written(
    'the hour that comes twice when summer time ends',
    'history_meetings',
    HISTORY,
    'start_time',
    '"2026-10-25T02:30:00+01:00"',
    (value) => assert.equal(value, '2026-10-25T01:30:00.000Z'),
  ),
  written('a moment of no zone', 'history_meetings', HISTORY, 'start_time', '"10/25/2026 02:30"', (value) => {
    assert.equal(value, '10/25/2026 02:30');
  }),
  written(
    '29 February of a year without one',
    'history_meetings',
    HISTORY,
    'start_time',
    '"2027-02-29T10:00:00Z"',
    (value) => {
      assert.equal(value, '2027-02-29T10:00:00Z');
    },
  ),
  written('a leap second', 'history_meetings', HISTORY, 'start_time', '"2026-12-31T23:59:60Z"', (value) => {
    assert.equal(value, '2026-12-31T23:59:60Z');
  }),
  written('a time that is empty', 'history_meetings', HISTORY, 'create_time', '""', (value, type) => {
    assert.deepEqual([value, type], [null, 'timestamp']);
  }),
  written(
    'a text with every sign',
    'users',
    USERS,
    'dept',
    String.raw`"\u0001\"',;\t\r\n\\N \\. \ud83e\udd8a é"`,
    (value) => {
      assert.equal(value, '\u0001"\',;\t\r\n\\N \\. 🦊 é');
    },
  ),
  [
    'a row without its key is put aside with the reason, and what is no row at all, too',
    async (account) => {
      account.proxy.rules.after = ({ path }, reply) =>
        path === '/report/history_meetings'
          ? withJson(reply, (body) => {
              const rows = rowsOf(body, 'history_meetings');
              if (rows.length > 0)
                body['history_meetings'] = [null, 'nonsense', [1], { topic: 'Nobody’s' }, ...rows];
            })
          : undefined;
      const report = await account.run(PEOPLE);
      assert.equal(report.outcome, 'done');
      const aside = await account.own('_trunkline_quarantine', ['row', 'reason']);
      const reasons = [
        ...new Set(aside.map((row) => `${text(row['row'])}: ${text(row['reason'])}`)),
      ].toSorted();
      assert.deepEqual(reasons, [
        '"nonsense": is not an object',
        '[1]: is not an object',
        'null: is not an object',
        '{"topic":"Nobody’s"}: meeting_uuid: is part of the key and empty',
      ]);
      await account.sameAsTruth(PEOPLE);
    },
  ],
  [
    'a row that stands in one page twice is there once, as it stood last',
    async (account) => {
      account.proxy.rules.after = ({ path }, reply) =>
        path === '/users'
          ? withJson(reply, (body) => {
              body['users'] = rowsOf(body, 'users').flatMap((row) => [
                { ...row, dept: 'first' },
                { ...row, dept: 'last' },
              ]);
            })
          : undefined;
      assert.equal((await account.run(['users'])).outcome, 'done');
      for (const row of await account.rows('users')) assert.equal(row['dept'], 'last');
      await account.sameAsTruth(['users']);
    },
  ],
];

describe('what stands in rows', { concurrency: 2 }, () => {
  for (const [name, run] of CASES) {
    test(name, async () => {
      await using account = await openAccount({ seed: 7 });
      await run(account);
    });
  }
});
