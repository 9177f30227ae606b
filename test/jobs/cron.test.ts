import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nextCron } from '../../src/jobs/cron.ts';

const next = (expression: string, after: string): string =>
  new Date(nextCron(expression, Date.parse(after))).toISOString();

test('the next time of an expression is found, in UTC, never the time itself', () => {
  const cases: [string, string, string][] = [
    ['* * * * *', '2026-03-01T12:00:00Z', '2026-03-01T12:01:00.000Z'],
    ['* * * * *', '2026-03-01T12:00:30Z', '2026-03-01T12:01:00.000Z'],
    ['30 3 * * *', '2026-03-01T03:30:00Z', '2026-03-02T03:30:00.000Z'],
    ['*/15 * * * *', '2026-03-01T12:46:00Z', '2026-03-01T13:00:00.000Z'],
    ['5/20 9-17/4 * * *', '2026-03-01T09:45:01Z', '2026-03-01T13:05:00.000Z'],
    ['0 0 1 1 *', '2026-03-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['0 8 * * mon-fri', '2026-02-27T08:00:00Z', '2026-03-02T08:00:00.000Z'],
    ['0 8 * jun,dec 7', '2026-03-01T00:00:00Z', '2026-06-07T08:00:00.000Z'],
    // The 13th or a Friday, whichever comes first.
    ['0 0 13 * 5', '2026-03-07T00:00:00Z', '2026-03-13T00:00:00.000Z'],
    ['0 0 13 * 5', '2026-03-13T00:00:00Z', '2026-03-20T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 31 * *', '2026-04-01T00:00:00Z', '2026-05-31T00:00:00.000Z'],
  ];
  for (const [expression, after, wanted] of cases) assert.equal(next(expression, after), wanted, expression);
});

test('an expression that cannot be is refused with what is wrong', () => {
  const cases: [string, RegExp][] = [
    ['* * * *', /has 4 fields instead of 5/],
    ['60 * * * *', /has '60' as minute, which is from 0 to 59/],
    ['* 5-2 * * *', /has '5-2' as hour/],
    ['* * * * x', /has 'x' as day of the week/],
    ['*/0 * * * *', /has '\*\/0' as minute/],
    ['0 0 31 2 *', /names a day that never comes/],
  ];
  for (const [expression, message] of cases) {
    assert.throws(
      () => nextCron(expression, 0),
      { name: 'ConnectorError', kind: 'config', message },
      expression,
    );
  }
});
