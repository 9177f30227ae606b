import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRange, parseWhen } from '../../src/cli/when.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const since = (text: string): string => new Date(parseWhen(text, '--since', NOW)).toISOString();
const until = (text: string): string => new Date(parseWhen(text, '--until', NOW)).toISOString();

test('a span is counted back from now', () => {
  assert.equal(since('30m'), '2026-11-21T11:30:00.000Z');
  assert.equal(since('24h'), '2026-11-20T12:00:00.000Z');
  assert.equal(since('7d'), '2026-11-14T12:00:00.000Z');
  assert.equal(since('4w'), '2026-10-24T12:00:00.000Z');
});

test('a date is a whole day in UTC: its beginning as a start, its end as an end', () => {
  assert.equal(since('2026-11-01'), '2026-11-01T00:00:00.000Z');
  assert.equal(until('2026-11-30'), '2026-12-01T00:00:00.000Z');
});

test('a date and time is in UTC unless it says otherwise', () => {
  assert.equal(since('2026-11-01T09:30'), '2026-11-01T09:30:00.000Z');
  assert.equal(since('2026-11-01 09:30:15Z'), '2026-11-01T09:30:15.000Z');
  assert.equal(since('2026-11-01T09:30:00+02:00'), '2026-11-01T07:30:00.000Z');
  assert.equal(until('2026-11-01T09:30'), '2026-11-01T09:30:00.000Z');
});

test('what is not a time is refused with what is expected', () => {
  for (const text of [
    'banana',
    '',
    '7',
    '7y',
    '2026-02-30',
    '2026-13-01',
    '2026-11-01T25:00',
    '01.11.2026',
    '-7d',
  ]) {
    assert.throws(() => parseWhen(text, '--since', NOW), /expected a date such as 2026-11-01.*7d/, text);
  }
});

test('a range that ends before it begins is refused', () => {
  assert.throws(
    () => parseRange({ since: '2026-11-02', until: '2026-11-01T00:00Z' }, NOW),
    /--since \(2026-11-02.*must be before --until/,
  );
  assert.deepEqual(parseRange({ since: '24h' }, NOW), { since: NOW - 86_400_000, until: NOW });
});
