import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span, Stream } from '../../../src/core/stream.ts';
import { budgets } from '../../../src/connectors/zoom/budgets.ts';
import { labelOf } from '../../../src/connectors/zoom/labels.ts';
import * as account from '../../../src/connectors/zoom/streams/account.ts';
import * as auditReports from '../../../src/connectors/zoom/streams/audit-reports.ts';
import * as billingReports from '../../../src/connectors/zoom/streams/billing-reports.ts';
import * as chat from '../../../src/connectors/zoom/streams/chat.ts';
import * as compliance from '../../../src/connectors/zoom/streams/compliance.ts';
import * as contacts from '../../../src/connectors/zoom/streams/contacts.ts';
import * as devices from '../../../src/connectors/zoom/streams/devices.ts';
import * as groups from '../../../src/connectors/zoom/streams/groups.ts';
import * as every from '../../../src/connectors/zoom/streams/index.ts';
import * as phoneCalls from '../../../src/connectors/zoom/streams/phone-calls.ts';
import * as phoneExtensions from '../../../src/connectors/zoom/streams/phone-extensions.ts';
import * as phoneMessages from '../../../src/connectors/zoom/streams/phone-messages.ts';
import * as phoneReports from '../../../src/connectors/zoom/streams/phone-reports.ts';
import * as phone from '../../../src/connectors/zoom/streams/phone.ts';
import * as surveys from '../../../src/connectors/zoom/streams/surveys.ts';
import * as usageReports from '../../../src/connectors/zoom/streams/usage-reports.ts';
import * as userChildren from '../../../src/connectors/zoom/streams/user-children.ts';
import { memberTypes } from '../../../src/extract/columns.ts';
import { spansOf } from '../../../src/extract/spans.ts';

const DAY = 24 * 3600_000;
const OCTOBER: Span = { from: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 9, 29) };

const files = {
  account,
  auditReports,
  billingReports,
  chat,
  compliance,
  contacts,
  devices,
  groups,
  phone,
  phoneCalls,
  phoneExtensions,
  phoneMessages,
  phoneReports,
  surveys,
  usageReports,
  userChildren,
};
const exported = Object.values(files).flatMap((file) => Object.entries(file as Record<string, Stream>));
const streams = exported.map(([, stream]) => stream);
const known = new Map(Object.values(every as Record<string, Stream>).map((stream) => [stream.name, stream]));

const carried = ({ parents = [], passes }: Stream): string[] => [
  ...parents.flatMap(({ carry }) => Object.keys(carry ?? {})),
  ...(passes?.carry === undefined ? [] : [passes.carry]),
];

void test('each stream of the account, its users, chat, reports and phone is there once, under its own name', () => {
  assert.equal(streams.length, 71);
  for (const [name, stream] of exported) {
    assert.equal(stream.name, name);
    assert.equal(known.get(name), stream, `${name} is one of the connector`);
  }
  const all = Object.values(every as Record<string, Stream>);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length, 'no name is used twice');
});

void test('keys, times and carried members are members of the rows', () => {
  for (const stream of streams) {
    const types = memberTypes(stream);
    for (const member of [...stream.primaryKey, ...carried(stream)]) {
      assert.ok(member in types, `${stream.name}.${member}`);
    }
    assert.equal(new Set(stream.primaryKey).size, stream.primaryKey.length, stream.name);
    if (stream.cursor !== undefined) {
      assert.match(String(types[stream.cursor]), /^(?:timestamp|date)$/, `${stream.name}.${stream.cursor}`);
    }
    for (const member of stream.omit ?? []) assert.ok(!(member in types), `${stream.name}.${member}`);
  }
});

void test('every parent exists, gives what it is asked for, and tells its children apart by it', () => {
  for (const { name, path, primaryKey, parents = [], query = {} } of streams) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter as string);
    for (const { stream, params, carry = {} } of parents) {
      const parent = known.get(stream);
      assert.ok(parent, `${name} hangs below ${stream}`);
      const members = {
        ...memberTypes(parent),
        ...Object.fromEntries(carried(parent).map((it) => [it, 'text'])),
      };
      for (const member of [...Object.values(params), ...Object.values(carry)]) {
        assert.ok(member in members, `${name} takes ${member} of ${stream}`);
      }
      // Rows of two parents must not have the same key, unless they bear an id that no other row has.
      const ownId = ['user_details', 'contacts', 'phone_call_elements'].includes(name);
      assert.ok(ownId || primaryKey.some((member) => member in carry), `${name} has its parent in its key`);
      for (const parameter of inPath) assert.ok(parameter in params, `${name} {${parameter}}`);
    }
    if (parents.length === 0)
      assert.deepEqual(
        inPath,
        inPath.filter((parameter) => parameter in query),
        name,
      );
  }
});

void test('every label is that of the route and has a limit in every plan', () => {
  const limited = Object.entries(budgets).filter(([plan]) => plan !== 'unlimited');
  for (const { name, path, budget } of streams) {
    assert.equal(budget, labelOf('GET', path.replaceAll(/\{\w+\}/g, 'x')), name);
    for (const [plan, labels] of limited) assert.ok(budget in labels, `${plan} ${budget}`);
  }
});

void test('Zoom Phone has limits of its own, with a daily cap of its own', () => {
  const { free, pro, business } = budgets;
  const perSecond = (limit: number) => [{ limit, perMs: 1000 }];
  assert.deepEqual(pro?.['phone-light'], { windows: perSecond(20) });
  assert.deepEqual(pro?.['phone-medium'], { windows: perSecond(10) });
  assert.deepEqual(pro?.['phone-heavy'], {
    windows: perSecond(5),
    day: { name: 'phone-heavy', limit: 15_000 },
  });
  assert.deepEqual(business?.['phone-heavy'], {
    windows: perSecond(10),
    day: { name: 'phone-heavy', limit: 30_000 },
  });
  assert.deepEqual(business?.['phone-resource'], {
    windows: [{ limit: 10, perMs: 60_000 }],
    day: { name: 'phone-heavy', limit: 30_000 },
  });
  assert.equal(pro?.['heavy']?.day?.name, 'heavy');
  for (const label of ['light', 'medium', 'heavy', 'resource']) {
    const [slowest] = free?.[`phone-${label}`]?.windows ?? [];
    const [slow] = pro?.[`phone-${label}`]?.windows ?? [];
    assert.ok(slowest && slow && slowest.limit <= slow.limit, label);
  }
});

void test('every window names both ends of at most a month', () => {
  for (const { name, window } of streams) {
    if (!window) continue;
    const params = window.params(OCTOBER);
    if (window.step === 'month') {
      assert.deepEqual(params, { year: '2026', month: '10' }, name);
      continue;
    }
    assert.ok(window.step >= 1 && window.step <= 28, name);
    const ends = Object.values(params);
    assert.equal(ends.length, 2, name);
    assert.match(String(ends[0]), /^2026-10-01/, name);
    // A day is a whole day, a moment is where the next window begins.
    assert.match(String(ends[1]), window.whole === false ? /^2026-10-29T00:00:00Z$/ : /^2026-10-28$/, name);
  }
  assert.deepEqual(surveys.survey_answers.window?.params(OCTOBER), {
    submit_time_start: '2026-10-01T00:00:00Z',
    submit_time_end: '2026-10-29T00:00:00Z',
  });
});

void test('the oldest month of the daily report lies within six months on every day of a year', () => {
  const { window } = usageReports.report_daily;
  assert.ok(window?.reach);
  for (let now = Date.UTC(2027, 0, 1); now < Date.UTC(2028, 0, 1); now += DAY) {
    const [oldest] = spansOf(window, { from: now - window.reach * DAY, until: now });
    const sixMonthsAgo = new Date(now);
    sixMonthsAgo.setUTCMonth(sixMonthsAgo.getUTCMonth() - 6);
    assert.ok(oldest && oldest.from >= sixMonthsAgo.getTime(), new Date(now).toISOString());
  }
});

void test('active hosts are asked for day by day, inactive ones in one span of 28 days', () => {
  const now = Date.UTC(2026, 10, 21, 7, 16);
  const { report_active_users, report_inactive_users } = usageReports;
  assert.ok(report_active_users.window && report_inactive_users.window?.reach === 27);
  const days = spansOf(report_active_users.window, { from: now - 2 * DAY, until: now });
  assert.deepEqual(
    days.map((span) => report_active_users.window?.params(span)),
    [
      { from: '2026-11-19', to: '2026-11-19' },
      { from: '2026-11-20', to: '2026-11-20' },
      { from: '2026-11-21', to: '2026-11-21' },
    ],
  );
  const month = spansOf(report_inactive_users.window, { from: now - 27 * DAY, until: now });
  assert.deepEqual(
    month.map((span) => report_inactive_users.window?.params(span)),
    [{ from: '2026-10-25', to: '2026-11-21' }],
  );
});

void test('users who have not accepted the invitation are not asked about, and only active ones have a presence', () => {
  const asked = (stream: Stream) =>
    ['active', 'inactive', 'pending'].filter(
      (status) => stream.parents?.[0]?.when?.({ status }, 0) !== false,
    );
  const belowUsers = streams.filter(({ parents }) => parents?.[0]?.stream === 'users');
  assert.equal(belowUsers.length, 11);
  for (const stream of belowUsers) {
    const expected = stream.name === 'user_presence' ? ['active'] : ['active', 'inactive'];
    assert.deepEqual(asked(stream), expected, stream.name);
  }
});

void test('pins and passwords are no columns', () => {
  assert.deepEqual(
    streams.filter(({ omit }) => omit).map(({ name, omit }) => [name, omit]),
    [
      ['pac_accounts', ['listen_only_password', 'participant_password']],
      ['sip_phones', ['password']],
      ['tsp_accounts', ['leader_pin']],
      ['user_details', ['host_key']],
    ],
  );
});
