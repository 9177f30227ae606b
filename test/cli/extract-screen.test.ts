import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import type { ExtractionPlan, ExtractionReport } from '../../src/app/index.ts';
import { counted, grouped, lasting, rate } from '../../src/cli/amounts.ts';
import { exitCodeFor } from '../../src/cli/commands/extract.ts';
import { extractionPlan } from '../../src/cli/extract-plan.ts';
import { extractionPanel, showExtraction } from '../../src/cli/extract-progress.ts';
import { brokenName, extractionReport } from '../../src/cli/extract-report.ts';
import { textWidth } from '../../src/cli/layout.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import type { ExtractProgress, StreamReport } from '../../src/extract/request.ts';

/** A screen without colours, of so many columns and lines. */
function screen(columns: number, rows = 24, isTTY = true) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const output = Object.assign(stream, { columns, rows });
  const tty = { stdin: isTTY, stdout: isTTY, stderr: isTTY };
  const env = { NO_COLOR: '1', ...(isTTY ? {} : { COLUMNS: String(columns) }) };
  const io = { env, cwd: '/', stdin: Readable.from([]), stdout: output, stderr: output, isTTY: tty };
  return { terminal: new Terminal(io, false), written };
}

function progress(streams: number): ExtractProgress {
  const states = ['done', 'running', 'waiting', 'failed', 'running'] as const;
  return {
    streams: Array.from({ length: streams }, (_, i) => ({
      stream: i % 7 === 1 ? 'dashboard_meeting_participants_qos_of_everybody' : `stream_${i}`,
      hidden: i === 0,
      rows: i * 123_456,
      calls: i * 789,
      done: i * 10,
      waiting: i % 5 === 0 ? 0 : 40,
      state: states[i % 5] ?? 'done',
    })),
    labels: [
      { label: 'medium', calls: 12_345, inFlight: 12, perSecond: 20, lastSecond: 19 },
      { label: 'resource', calls: 12, inFlight: 1, perSecond: 1 / 6, lastSecond: 0 },
      { label: 'light', calls: 0, inFlight: 0, perSecond: 30, lastSecond: 0 },
    ],
    remainingMs: 200_000,
  };
}

test('the table of a running extraction fits every screen, however many streams there are', () => {
  for (const columns of [40, 50, 80, 120, 200]) {
    for (const rows of [8, 24, 60]) {
      for (const streams of [1, 3, 40, 500]) {
        const { terminal } = screen(columns, rows);
        const lines = extractionPanel(terminal, progress(streams), 61_000);
        const where = `${columns} × ${rows}, ${streams} streams`;
        assert.ok(lines.length < Math.max(rows, 11), `${where}: ${lines.length} lines`);
        for (const line of lines) assert.ok(textWidth(line) < columns, `${where}: ${line}`);
      }
    }
  }
});

test('it shows what goes on first, and counts the rest', () => {
  const { terminal } = screen(80, 14);
  const lines = extractionPanel(terminal, progress(12), 61_000);
  assert.deepEqual(lines.slice(0, 6), [
    'STREAM                                      ROWS  CALLS  PARTS',
    'dashboard_meeting_participants_qos_of_…  123,456    789  ██░░░░░░░░ 10/50',
    'stream_3                                 370,368  2,367  failed',
    'stream_4                                 493,824  3,156  █████░░░░░ 40/80',
    'stream_6                                 740,736  4,734  ██████░░░░ 60/100',
    'dashboard_meeting_participants_qos_of_…  987,648  6,312  failed',
  ]);
  assert.equal(lines[6], 'and 7 others: 2 running, 2 waiting, 3 done');
  assert.equal(lines.at(-4), 'medium      12,345    19/s     20/s        12');
  assert.match(lines.slice(-2).join(' '), /about 3 min 20 s left$/);
  assert.equal(
    lines.find((line) => line.startsWith('resource')),
    'resource        12     0/s   10/min         1',
  );
});

test('where lines cannot be rewritten, there is one now and then', () => {
  const { terminal, written } = screen(100, 24, false);
  let now = 0;
  const show = showExtraction(terminal, () => now);
  for (; now < 12_000; now += 250) show(progress(6));
  assert.deepEqual(written, [
    '5.0 s: 1 of 5 streams done, 1 failed; 1,851,840 rows; 11,835 calls; about 3 min 20 s left\n',
    '10 s: 1 of 5 streams done, 1 failed; 1,851,840 rows; 11,835 calls; about 3 min 20 s left\n',
  ]);
});

test('a panel is drawn over itself, and is gone before anything else is written', () => {
  const { terminal, written } = screen(20, 4);
  terminal.panel(['one', 'two', 'three', 'four']);
  terminal.panel(['one', 'a line that is much too long']);
  terminal.note('a line of the log');
  terminal.end();
  terminal.panel(['late']);
  assert.deepEqual(written, [
    '\r\u001B[2Kone\ntwo\nthree',
    '\r\u001B[2A\u001B[Jone\na line that is muc…',
    '\r\u001B[1A\u001B[J',
    'a line of the log\n',
    '\r\u001B[2Kone\na line that is muc…',
    '\r\u001B[1A\u001B[J',
  ]);
});

function streamReport(stream: string, more: Partial<StreamReport> = {}): StreamReport {
  return {
    stream,
    table: stream,
    mode: 'incremental',
    hidden: false,
    state: 'done',
    rows: 1200,
    written: 12,
    quarantined: 0,
    deleted: 0,
    slices: { done: 1, skipped: 0, failed: 0, waiting: 0 },
    calls: 4,
    skips: [],
    newFields: [],
    changes: [],
    ...more,
  };
}

const skip = {
  kind: 'plan',
  code: '200',
  message: 'Zoom refused webinars (HTTP 400, code 200): Webinar plan is missing.',
  hint: 'Assign a licence.',
  slices: 1000,
  example: 'u1',
  retry: 'after a day',
} as const;

const full: ExtractionReport = {
  from: 'zoom',
  to: 'postgres://me:[secret]@db.example.com/warehouse?schema=zoom',
  leftOut: Array.from({ length: 9 }, (_, i) => ({
    stream: `left_${i}`,
    scope: `some:read:scope_${i}:admin`,
  })),
  notes: ['A note about 123.', 'A note about 456.'],
  run: 'r1',
  resumed: true,
  outcome: 'incomplete',
  streams: [
    streamReport('users', { newFields: ['phone_number'], deleted: 3 }),
    streamReport('meeting_registration_questions', { rows: 0, calls: 0, written: 0 }),
    streamReport('webinars', { skips: [skip], slices: { done: 1, skipped: 1000, failed: 0, waiting: 0 } }),
    streamReport('webinar_templates', {
      skips: [{ ...skip, message: skip.message.replace('webinars', 'webinar_templates'), slices: 5 }],
    }),
    streamReport('dashboard_meeting_participants_qos', {
      state: 'incomplete',
      quarantined: 2,
      slices: { done: 1, skipped: 0, failed: 0, waiting: 4321 },
      changes: [
        { table: 'x', change: 'created' },
        { table: 'x', change: 'column added', column: 'jitter' },
        { table: 'x', change: 'type widened', column: 'loss', from: 'integer', to: 'decimal' },
      ],
    }),
    streamReport('roles', {
      state: 'failed',
      error: { kind: 'scope', message: 'The scope is missing.', hint: 'Add it.' },
    }),
    streamReport('hidden_one', { hidden: true }),
  ],
  labels: [
    { label: 'heavy', calls: 30_000, perSecond: 10, minimumMs: 3_000_000 },
    { label: 'medium', calls: 5, perSecond: 20, minimumMs: 250 },
  ],
  refusedForRate: 1,
  wallMs: 3_150_000,
  minimumMs: 3_000_000,
};

test('a report says everything that a person needs, and no line is too long', () => {
  for (const columns of [50, 80, 120]) {
    const lines = extractionReport(screen(columns).terminal, full).split('\n');
    for (const line of lines) {
      // What cannot be broken, such as a URL, may stick out.
      const words = line.trim().split(/\s+/);
      assert.ok(
        textWidth(line) <= columns || words.some((word) => word.length > columns - 20),
        `${columns}: ${line}`,
      );
    }
  }
  const text = extractionReport(screen(120).terminal, full);
  const said = [
    /^zoom to postgres:.*; it went on with the run\n {2}before\n\nSTREAM +ROWS +WRITTEN +DELETED +ODD +SKIPPED +CALLS\n/,
    /\nusers +1,200 +12 +3 +0 +0 +4\n/,
    /\ndashboard_meeting_participants_qos +1,200 +12 +0 +2 +0 +4 {2}incomplete\n/,
    /\n1 stream had nothing to read\.\n/,
    /\nFailed: 1\n {4}1 {2}The scope is missing\.\n {7}roles\n {7}→ Add it\.\n/,
    /\nLeft for later: 4,321\n.*the daily limit is used up\n.*\(4,321 parts\)\n +→ Run the same command after 00:00 UTC/s,
    /\nSkipped: 1,005\n1,005 {2}Webinar plan is missing \(HTTP 400, code 200\)\n {7}webinars \(such as u1\), webinar_templates \(such as u1\)\n {7}→ Assign a licence\. Asked again after a day\.\n/,
    /\nOdd rows: .*dashboard_meeting_participants_qos 2\n {2}→ SELECT target, reason, "row" FROM _trunkline_quarantine\n/,
    /\nNew fields: .*users: phone_number\n {2}→ .*--new-columns add\n/,
    /\nColumns: dashboard_meeting_participants_qos\.jitter added, [^]*loss\s+from integer to decimal\n/,
    /\nLeft out: 9 streams for want of a scope: left_0 \(some:read:scope_0:admin\), .* and 3 more\n/s,
    /\nA note about 123\. \(2 times\)\n/,
    /\nCalls +30,005: 30,000 heavy, 5 medium; 1 was refused as too fast \(429\) and repeated\n/,
    /\nTook +52 min 30 s; the limits allow no less than 50 min, 1\.05 times that\n/,
    /\nData +postgres:\/\/me:\[secret\]@/,
  ];
  for (const one of said) assert.match(text, one);
  assert.doesNotMatch(text, /hidden_one/);
});

test('a plan tells calls by limit, and the days that a daily cap makes of them', () => {
  const plan: ExtractionPlan = {
    from: 'zoom',
    to: 'sqlite:./zoom.db',
    leftOut: [],
    notes: [],
    streams: [
      { stream: 'users', hidden: true, label: 'medium', calls: 4, rows: 1000, basis: 'counted' },
      {
        stream: 'report_meeting_participants',
        hidden: false,
        label: 'heavy',
        lane: 'medium',
        calls: 50_000,
        rows: 2_000_000,
        basis: 'sampled',
      },
      { stream: 'roles', hidden: false, label: 'medium', calls: 0, rows: 0, basis: 'known' },
    ],
    labels: [
      {
        label: 'heavy',
        calls: 50_000,
        perSecond: 10,
        minimumMs: 5_000_000,
        perDay: 30_000,
        usedToday: 400,
        days: 2,
      },
      { label: 'medium', calls: 4, perSecond: 20, minimumMs: 200, usedToday: 0, days: 1 },
    ],
    minimumMs: 5_000_000,
    days: 2,
    probes: 31,
  };
  assert.equal(
    extractionPlan(screen(120).terminal, plan),
    `zoom to sqlite:./zoom.db: what a run would ask for

STREAM                         CALLS        ROWS  LIMIT            HOW IT IS KNOWN
users                              4           -  medium           as counted now
report_meeting_participants  ~50,000  ~2,000,000  heavy or medium  about, from a sample
1 stream would ask for nothing.
- is read for what lies below it, and not kept

LIMIT    CALLS  RATE    AT LEAST  LEFT TODAY  DAYS
heavy   50,000  10/s  1 h 23 min      29,600     2
medium       4  20/s       0.2 s           -     1

At least 1 h 23 min of work, over 2 UTC days: the daily limit ends a run, and the same command goes
on the day after (--wait does so by itself). 31 calls were made to find this out; nothing was
written.`,
  );
  for (const columns of [50, 80]) {
    for (const line of extractionPlan(screen(columns).terminal, plan).split('\n')) {
      assert.ok(textWidth(line) <= columns, line);
    }
  }
});

test('the exit code tells whether all is there', () => {
  const code = (outcome: ExtractionReport['outcome'], ...streams: StreamReport[]) =>
    exitCodeFor({ ...full, outcome, streams });
  assert.equal(code('done', streamReport('users')), 0);
  assert.equal(code('failed', streamReport('users')), 1);
  assert.equal(code('incomplete', streamReport('users')), 3);
  assert.equal(code('done', streamReport('users', { quarantined: 1 })), 3);
  assert.equal(
    code('done', streamReport('users', { slices: { done: 1, skipped: 1, failed: 0, waiting: 0 } })),
    3,
  );
  assert.equal(code('stopped', streamReport('users', { quarantined: 1 })), 130);
});

test('amounts are written as people read them', () => {
  assert.deepEqual([0, 999, 1000, 1_234_567].map(grouped), ['0', '999', '1,000', '1,234,567']);
  assert.deepEqual(
    [counted(1, 'row'), counted(2000, 'row'), counted(0, 'was', 'were')],
    ['1 row', '2,000 rows', '0 were'],
  );
  assert.deepEqual(
    [0, 940, 9949, 9951, 59_400, 60_000, 83_000, 3_599_000, 3_600_000, 86_340_000, 172_800_000].map(lasting),
    [
      '0.0 s',
      '0.9 s',
      '9.9 s',
      '10 s',
      '59 s',
      '1 min',
      '1 min 23 s',
      '59 min 59 s',
      '1 h',
      '23 h 59 min',
      '48 h',
    ],
  );
  assert.deepEqual([20, 1 / 6, 0.05, 2.5, undefined].map(rate), [
    '20/s',
    '10/min',
    '3/min',
    '2.5/s',
    'no limit',
  ]);
  assert.equal(
    brokenName('dashboard_meeting_participants_qos', 20),
    'dashboard_meeting_\n  participants_qos',
  );
  assert.equal(brokenName('users', 3), 'users');
});
