/** Thirty ways in which a system changes its answers without notice: no run fails, no value is lost, one record each. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openAccount, type Account, type Row } from './account.ts';
import { textOf } from './text.ts';

interface Change {
  name: string;
  /** What it does to the rows of the list of users: see the switch `drift` of the sandbox. */
  drift: Row;
  /** The member that differs, and the type of its column afterwards. */
  member: string;
  type: string | undefined;
  /** `add` makes columns of new members; `keep` writes them down. Default keep. */
  mode?: 'add';
}

const set = (member: string, value: unknown): Row => ({ set: { [member]: value } });
const widened = (name: string, member: string, value: unknown, type: string): Change => ({
  name,
  drift: set(member, value),
  member,
  type,
});
const unknown = (name: string, value: unknown, type: string): Change[] => [
  { name: `a new member: ${name}`, drift: set('novel', value), member: 'novel', type: undefined },
  {
    name: `a new member that becomes a column: ${name}`,
    drift: set('novel', value),
    member: 'novel',
    type,
    mode: 'add',
  },
];

const CHANGES: readonly Change[] = [
  ...unknown('a text', 'fine', 'text'),
  ...unknown('a whole number', 42, 'integer'),
  ...unknown('a number with a point', 1.5, 'number'),
  ...unknown('a flag', true, 'boolean'),
  ...unknown('an object', { a: { b: 1 } }, 'json'),
  ...unknown('a list', [1, 'two', null], 'json'),
  widened('a whole number gets a point', 'type', 1.25, 'decimal'),
  widened('a whole number becomes a text', 'type', 'licensed', 'text'),
  widened('a whole number becomes an object', 'type', { id: 2 }, 'text'),
  widened('a whole number becomes a list', 'type', [1, 2], 'text'),
  widened('a whole number becomes a flag', 'type', true, 'text'),
  widened('a whole number passes 64 bits', 'verified', 1e20, 'decimal'),
  widened('a moment becomes a sentence', 'created_at', 'yesterday', 'text'),
  widened('a moment becomes a number', 'created_at', 1_790_000_000_000, 'text'),
  widened('a moment becomes an object', 'created_at', { at: '2026-10-01T10:00:00Z' }, 'text'),
  widened('a moment gets another spelling', 'created_at', '10/01/2026 10:00', 'text'),
  widened('a text becomes a number', 'dept', 12, 'text'),
  widened('a text becomes an object', 'dept', { name: 'Sales' }, 'text'),
  widened('a text becomes a list', 'dept', ['Sales', 'Support'], 'text'),
  widened('a list becomes an object', 'group_ids', { first: 'a' }, 'json'),
  widened('a list becomes a text', 'group_ids', 'a,b', 'json'),
  widened('a list becomes a number', 'group_ids', 7, 'json'),
  widened('a list becomes deeper', 'group_ids', [{ id: 'a', of: [[1], [2]] }], 'json'),
  { name: 'a number comes as text', drift: { text: ['type'] }, member: 'type', type: 'text' },
  { name: 'a value becomes null', drift: { null: ['dept'] }, member: 'dept', type: 'text' },
  {
    name: 'null becomes an object',
    drift: { null: ['language'], object: ['language'] },
    member: 'language',
    type: 'text',
  },
  {
    name: 'a value is wrapped in an object',
    drift: { object: ['timezone'] },
    member: 'timezone',
    type: 'text',
  },
  { name: 'a member is no longer there', drift: { remove: ['timezone'] }, member: 'timezone', type: 'text' },
  {
    name: 'a member comes in one row of two',
    drift: { ...set('novel', 'x'), every: 2 },
    member: 'novel',
    type: undefined,
  },
  {
    name: 'a member changes in one row of two',
    drift: { ...set('type', 'licensed'), every: 2 },
    member: 'type',
    type: 'text',
  },
  {
    name: 'a new member has the name of a column in capitals',
    drift: set('Email', 'x'),
    member: 'Email',
    type: undefined,
    mode: 'add',
  },
  {
    name: 'a new member has a name that statements trip over',
    drift: set('a "b"; --', 1),
    member: 'a "b"; --',
    type: 'integer',
    mode: 'add',
  },
];

describe('answers that change', () => {
  let account: Account;
  before(async () => {
    account = await openAccount({ users: 6 });
  });
  after(() => account[Symbol.asyncDispose]());

  for (const [n, change] of CHANGES.entries()) {
    test(change.name, async () => {
      const to = `sqlite:${join(account.folder, `drift-${n}.db`)}`;
      const options = { to, newColumns: change.mode ?? ('keep' as const) };
      await account.faults({ drift: [] });
      await account.run(['users'], options);
      await account.faults({ drift: [{ operation: 'GET /users', rows: 'users', ...change.drift }] });
      const raw = await answered(account);
      const report = await account.run(['users'], options);
      assert.equal(report.outcome, 'done', JSON.stringify(report.streams[0]?.error));
      assert.equal(report.streams[0]?.quarantined, 0);

      const copy = (await account.tables(to)).get('users');
      const { member, type } = change;
      assert.equal(copy?.table.columns.find(({ name }) => name === member)?.type, type);
      for (const row of copy?.rows ?? []) {
        const was = raw.get(String(row['email']));
        assert.ok(was, String(row['email']));
        for (const name of new Set([member, 'email', 'status', 'type', 'dept', 'timezone', 'created_at'])) {
          const extra = JSON.parse(String(row['_trunkline_extra'] ?? '{}')) as Row;
          assert.deepEqual(
            plain(row[name] ?? extra[name]),
            plain(was[name]),
            `${name} of ${String(row['email'])}`,
          );
        }
      }
      assert.equal(copy?.rows.length, raw.size);

      await account.run(['users'], options);
      const records = await account.own('_trunkline_changes', ['column_name', 'change', 'to_type'], to);
      const fields = await account.own('_trunkline_fields', ['field', 'type'], to);
      const noted = [
        ...records.filter((one) => one['column_name'] === member),
        ...fields.filter((one) => one['field'] === member),
      ];
      assert.equal(noted.length, isSilent(change) ? 0 : 1, JSON.stringify(noted));
    });
  }

  test('there are at least thirty', () => assert.ok(CHANGES.length >= 30, String(CHANGES.length)));
});

/** Nothing has to be done where the column takes the value as it is. */
function isSilent({ drift, member, type }: Change): boolean {
  return (
    'null' in drift ||
    'remove' in drift ||
    'object' in drift ||
    /^(dept|group_ids)$/.test(member) ||
    (type === 'text' && member === 'timezone')
  );
}

/** What the list of users answers now, by address. */
async function answered(account: Account): Promise<Map<string, Row>> {
  const session = await account.app.session('zoom');
  const rows = new Map<string, Row>();
  for (const status of ['active', 'inactive', 'pending']) {
    const { users } = (await session.request('GET /users', { status, page_size: 300 })) as { users: Row[] };
    for (const row of users) rows.set(String(row['email']), { status, ...row });
  }
  return rows;
}

/** A value so that it is the same however it is stored: as itself, as text, or as JSON. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'object') return settled(value);
  const text = textOf(value);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return new Date(text).toISOString();
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return /^[[{"]/.test(text) ? settled(JSON.parse(text)) : text;
}

/** JSON by its digits; the readers of places write numbers as their numerals. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settled);
  if (typeof value !== 'object' || value === null) return plain(value);
  const { numeral, ...rest } = value as Row;
  if (typeof numeral === 'string' && Object.keys(rest).length === 0) return Number(numeral);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, settled(one)]),
  );
}
