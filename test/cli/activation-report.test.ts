import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Readable, Writable } from 'node:stream';
import type { ActivateSummary } from '../../src/activate/run.ts';
import { activationReport, duration } from '../../src/cli/activation-report.ts';
import { exitCodeFor } from '../../src/cli/commands/activate.ts';
import { Terminal } from '../../src/cli/terminal.ts';

const NOTHING: ActivateSummary = {
  dryRun: false,
  since: '2026-11-01T00:00:00.000Z',
  until: '2026-11-08T00:00:00.000Z',
  meetings: 0,
  webinars: 0,
  instancesRead: 0,
  contacts: { created: 0, updated: 0, unchanged: 0, refused: 0, failed: 0, optedOut: 0 },
  events: { sent: {}, refused: 0, failed: 0, skipped: 0 },
  prepared: [],
  guests: { count: 0, first: [] },
  refused: [],
  failed: [],
  skips: [],
  rowsRefused: 0,
  calls: { zoom: {}, brevo: {} },
  refusedForRate: 0,
};

const terminal = new Terminal(
  {
    env: { COLUMNS: '80' },
    cwd: '/',
    stdin: Readable.from([]),
    stdout: new Writable(),
    stderr: new Writable(),
    isTTY: { stdin: false, stdout: false, stderr: false },
  },
  false,
);
const report = (summary: Partial<ActivateSummary>): string =>
  activationReport(terminal, { ...NOTHING, ...summary }, 1500);

test('a run that found nothing says so in few lines', () => {
  assert.equal(
    report({}),
    [
      'Zoom to Brevo, 2026-11-01 00:00 to 2026-11-08 00:00 UTC',
      '  Looked at   0 meetings, 0 webinars; nothing was held in this time',
      '  Contacts    0 created, 0 updated, 0 unchanged',
      '  Events      none to send',
      '',
      '  Calls       zoom: none; brevo: none',
      '  Took        1.5 s',
    ].join('\n'),
  );
});

test('people who were refused are grouped by reason, the first of them named, with what helps', () => {
  const refused = Array.from({ length: 6 }, (_, i) => ({
    email: `p${i}@example.com`,
    reason: {
      kind: 'input',
      message: `Invalid phone number of p${i}@example.com`,
      hint: 'Correct the number.',
    },
  }));
  const text = report({
    refused: [
      ...refused,
      { email: 'q@example.com', event: 'meeting_attended', reason: { kind: 'input', message: 'no' } },
    ],
  });
  assert.match(
    text,
    /Refused by Brevo: 7\n {2}6 {2}Invalid phone number of p0@example\.com\n {5}p0@example\.com, p1@example\.com, p2@example\.com, p3@example\.com and 2 more\n {5}→ Correct the number\.\n {2}1 {2}no\n {5}meeting_attended of q@example\.com\n {5}→ See trunkline explain q@example\.com/,
  );
});

test('many reasons do not fill the screen', () => {
  const words = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox', 'gnu', 'hen', 'ibis'];
  const failed = words.map((word) => ({
    what: `contact ${word}`,
    reason: { kind: 'remote', message: `no ${word}` },
  }));
  assert.match(
    report({ failed }),
    /Failed: 9\n[^]*no fox\n[^]* {5}and 3 more for other reasons; --json lists them all/,
  );
});

test('people who opted out, things that were made and odd rows are told', () => {
  const text = report({
    contacts: { ...NOTHING.contacts, optedOut: 1 },
    events: { ...NOTHING.events, skipped: 2, sent: { webinar_absent: 1, webinar_attended: 3 } },
    prepared: ['attribute UTM_SOURCE'],
    rowsRefused: 1,
  });
  assert.match(text, /Events {6}3 webinar_attended, 1 webinar_absent/);
  assert.match(text, /Absentees {3}1 person registered and did not come/);
  assert.match(text, /Opted out {3}1 person said no to mail: attributes only, no list, 2 events/);
  assert.match(text, /Made {8}attribute UTM_SOURCE/);
  assert.match(text, /Odd rows {4}1 row of Zoom's answers/);
  assert.ok(text.split('\n').every((line) => line.length <= 80));
});

test('the exit code tells failed from partly done from done', () => {
  const reason = { kind: 'remote', message: 'no' };
  const skip = { what: 'webinars of a', code: '200', message: 'no plan', hint: 'buy one' };
  assert.equal(exitCodeFor({ ...NOTHING, skips: [skip], guests: { count: 5, first: [] } }), 0);
  assert.equal(exitCodeFor({ ...NOTHING, refused: [{ email: 'a@example.com', reason }] }), 3);
  assert.equal(exitCodeFor({ ...NOTHING, rowsRefused: 1 }), 3);
  assert.equal(exitCodeFor({ ...NOTHING, rowsRefused: 1, failed: [{ what: 'a', reason }] }), 1);
});

test('durations are said in seconds, then in minutes', () => {
  assert.equal(duration(450), '0.5 s');
  assert.equal(duration(59_940), '59.9 s');
  assert.equal(duration(59_990), '1 min 0 s');
  assert.equal(duration(119_700), '2 min 0 s');
});
