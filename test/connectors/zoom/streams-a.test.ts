import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoom } from '../../../src/connectors/zoom/index.ts';
import * as streams from '../../../src/connectors/zoom/streams/index.ts';
import type { JsonObject, Span, Stream } from '../../../src/core/stream.ts';
import { memberTypes } from '../../../src/extract/columns.ts';
import { spansOf } from '../../../src/extract/spans.ts';

const DAY = 24 * 3600_000;
const NOW = Date.UTC(2026, 9, 20);
const all = new Map(Object.values<Stream>(streams).map((stream) => [stream.name, stream]));

/** Streams of meetings, webinars and recordings. */
const NAMES = `
  meetings upcoming_meetings past_meetings meeting_details meeting_instances meeting_registrants
  meeting_registration_questions meeting_polls meeting_surveys meeting_invitations
  history_meetings report_meetings past_meeting_details report_meeting_details report_webinar_details
  report_meeting_participants past_meeting_participants report_webinar_participants past_webinar_participants
  meeting_poll_results report_meeting_polls meeting_qa report_meeting_qa report_meeting_surveys
  webinars webinar_details webinar_instances webinar_registrants webinar_registration_questions webinar_panelists
  webinar_polls webinar_surveys webinar_absentees webinar_tracking_sources
  webinar_poll_results report_webinar_polls webinar_qa report_webinar_qa report_webinar_surveys
  recordings recording_files recording_registrants recording_settings recording_analytics meeting_transcripts
  archive_files meeting_summaries meeting_summary_details upcoming_events meeting_templates webinar_templates
  dashboard_meetings dashboard_meeting_participants dashboard_meeting_participants_qos
  dashboard_webinars dashboard_webinar_participants`
  .trim()
  .split(/\s+/);

function named(name: string): Stream {
  const stream = all.get(name);
  assert.ok(stream, `there is ${name}`);
  return stream;
}

const ours = NAMES.map(named);

/** Whether a child is asked for below a row of its parent, or undefined when every row leads to it. */
function asksFor(child: string, parent: string, row: JsonObject): boolean | undefined {
  const by = named(child).parents?.find(({ stream }) => stream === parent);
  assert.ok(by, `${child} hangs below ${parent}`);
  return by.when?.(row, NOW);
}

test('there is each stream of meetings, webinars and recordings, under a name of its own', () => {
  assert.equal(new Set(NAMES).size, 56);
  assert.equal(all.size, Object.keys(streams).length, 'no two have one name');
});

test('the key, the cursor and what comes from the parent are columns', () => {
  for (const { name, ...stream } of ours) {
    const types = memberTypes({ name, ...stream });
    const carried = [
      ...(stream.parents ?? []).flatMap(({ carry = {} }) => Object.keys(carry)),
      ...(stream.passes?.carry === undefined ? [] : [stream.passes.carry]),
    ];
    assert.ok(stream.primaryKey.length > 0, `${name} has a key`);
    for (const member of [...stream.primaryKey, ...carried]) assert.ok(member in types, `${name}.${member}`);
    if (stream.cursor !== undefined)
      assert.equal(types[stream.cursor], 'timestamp', `${name}.${stream.cursor}`);
    if (stream.kind === 'history') assert.ok(stream.cursor, `${name} is history and has a time`);
    for (const member of stream.omit ?? []) assert.ok(!(member in types), `${name}.${member} is not kept`);
  }
});

test('what a stream takes from its parents they have, and every parameter of its path is given', () => {
  for (const { name, path, parents = [], lane } of ours) {
    const inPath = (route: string) => [...route.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param);
    if (lane) assert.deepEqual(inPath(lane.path), inPath(path), `${name} and its lane`);
    if (parents.length === 0) assert.deepEqual(inPath(path), [], name);
    assert.equal(new Set(parents.map(({ stream }) => stream)).size, parents.length, `parents of ${name}`);
    for (const parent of parents) {
      const has = memberTypes(named(parent.stream));
      const taken = [...Object.values(parent.params), ...Object.values(parent.carry ?? {})];
      for (const member of taken) assert.ok(member in has, `${name}: ${parent.stream}.${member}`);
      for (const param of inPath(path)) assert.ok(param in parent.params, `${name}: {${param}}`);
      if (parent.endedAt !== undefined)
        assert.equal(has[parent.endedAt], 'timestamp', `${name}: ${parent.stream}`);
    }
    const [first] = parents;
    for (const { carry } of parents) {
      assert.deepEqual(
        Object.keys(carry ?? {}),
        Object.keys(first?.carry ?? {}),
        `${name}: the same from each parent`,
      );
    }
  }
});

test('people, answers and questions are asked for by UUID, never by number', () => {
  const held = ours.filter(({ path }) =>
    /^\/(?:past|report|metrics)\w*\/.*\{(?:meeting|webinar)Id\}/.test(path),
  );
  assert.equal(held.length, 23);
  const byUuid = held.filter(({ path }) => !path.endsWith('/instances'));
  for (const { name, parents = [] } of byUuid) {
    for (const { params, stream } of parents) {
      assert.match(
        params['meetingId'] ?? params['webinarId'] ?? '',
        /^(?:meeting_)?uuid$/,
        `${name}: ${stream}`,
      );
    }
  }
});

test('labels are those of the connector, for the lanes too, and a lane is under another label', () => {
  for (const { name, path, budget, lane, scopes, docs } of ours) {
    assert.equal(zoom.labelOf?.('GET', path), budget, name);
    assert.ok(scopes.length > 0 && docs.endsWith(`/GET${path}`), name);
    if (!lane) continue;
    assert.equal(zoom.labelOf?.('GET', lane.path), lane.budget, name);
    assert.notEqual(lane.budget, budget);
    assert.ok(lane.docs.endsWith(`/GET${lane.path}`), name);
  }
  assert.deepEqual(
    ours.filter(({ lane }) => lane).map(({ name }) => name),
    ['report_meeting_participants', 'report_webinar_participants'],
  );
});

/** Ranges at whose ends months, years and daylight saving time change. */
const RANGES: [string, string][] = [
  ['2026-01-29T00:00:00Z', '2026-03-02T00:00:00Z'],
  ['2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
  ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
  ['2026-03-07T23:30:00Z', '2026-04-06T01:30:00Z'],
  ['2026-10-24T22:00:00Z', '2026-11-25T02:00:00Z'],
  ['2025-12-30T12:00:00Z', '2026-02-02T12:00:00Z'],
];

test('every call of a window has both ends, and covers a month at most; archives seven days', () => {
  for (const { name, window } of ours) {
    if (!window) continue;
    const most = name === 'archive_files' ? 7 : 28;
    for (const [from, until] of RANGES) {
      const spans = spansOf(window, { from: Date.parse(from), until: Date.parse(until) });
      assert.ok(spans.length > 0);
      for (const span of spans) {
        const params = window.params(span);
        assert.deepEqual(Object.keys(params), ['from', 'to'], name);
        const [first, last] = [params['from'] ?? '', params['to'] ?? ''].map((end) => Date.parse(end));
        const whole = /^\d{4}-\d\d-\d\d$/.test(params['to'] ?? '') ? DAY : 0;
        assert.ok(
          first !== undefined && last !== undefined && first <= last,
          `${name} ${JSON.stringify(params)}`,
        );
        assert.ok(last + whole - first <= most * DAY, `${name} ${JSON.stringify(params)}`);
      }
    }
  }
});

test('windows follow one another without a gap', () => {
  const { window } = named('report_meetings');
  assert.ok(window);
  const spans = spansOf(window, { from: Date.UTC(2024, 1, 20, 5), until: Date.UTC(2024, 3, 2, 7) });
  assert.deepEqual(
    spans.map((span) => window.params(span)),
    [
      { from: '2024-02-20', to: '2024-03-18' },
      { from: '2024-03-19', to: '2024-04-02' },
    ],
  );
  assert.equal(window.reach, 180);
});

test('events to come are asked for from today on', () => {
  const { window } = named('upcoming_events');
  assert.ok(window);
  const now = Date.UTC(2026, 9, 20, 15);
  const spans: Span[] = spansOf(window, { from: now - (window.reach ?? 0) * DAY, until: now });
  assert.deepEqual(
    spans.map((span) => window.params(span)),
    [
      { from: '2026-10-20', to: '2026-11-16' },
      { from: '2026-11-17', to: '2026-11-17' },
    ],
  );
});

test('archives are asked for by moments', () => {
  const { window } = named('archive_files');
  assert.deepEqual(window?.params({ from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 8) }), {
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-08T00:00:00Z',
  });
});

const history = { meeting_uuid: 'u==', end_time: '2026-10-01T10:00:00Z', participants: 2 };

test('of what was held, meetings lead to streams of meetings and webinars to those of webinars', () => {
  const cases: [string, JsonObject, boolean, boolean][] = [
    ['history_meetings', { ...history, type: 'Meeting' }, true, false],
    ['history_meetings', { ...history, type: 'Webinar' }, false, true],
    ...[1, 2, 3, 4, 7, 8].map((type): [string, JsonObject, boolean, boolean] => [
      'report_meetings',
      { type, participants_count: 2 },
      true,
      false,
    ]),
    ...[5, 6, 9].map((type): [string, JsonObject, boolean, boolean] => [
      'report_meetings',
      { type, participants_count: 2 },
      false,
      true,
    ]),
  ];
  for (const [parent, row, meeting, webinar] of cases) {
    const about = `${parent} ${String(row['type'])}`;
    for (const child of [
      'report_meeting_participants',
      'past_meeting_participants',
      'report_meeting_details',
    ]) {
      assert.equal(asksFor(child, parent, row), meeting, `${child}: ${about}`);
    }
    for (const child of ['report_webinar_participants', 'webinar_absentees', 'report_webinar_details']) {
      assert.equal(asksFor(child, parent, row), webinar, `${child}: ${about}`);
    }
  }
});

test('a meeting of one person has details and no list of people', () => {
  const alone = { ...history, type: 'Meeting', participants: 1 };
  assert.equal(asksFor('report_meeting_participants', 'history_meetings', alone), false);
  assert.equal(asksFor('past_meeting_participants', 'history_meetings', alone), false);
  assert.equal(asksFor('past_meeting_details', 'history_meetings', alone), true);
  assert.equal(
    asksFor('report_meeting_participants', 'report_meetings', { type: 2, participants_count: 1 }),
    false,
  );
  // What does not say how many there were is asked.
  assert.equal(asksFor('report_meeting_participants', 'report_meetings', { type: 2 }), true);
  // Of webinars Zoom documents no such thing.
  const webinar = { ...alone, type: 'Webinar' };
  assert.equal(asksFor('report_webinar_participants', 'history_meetings', webinar), true);
});

test('what the history says was not used is not asked for', () => {
  const cases: [string, string, string][] = [
    ['meeting_poll_results', 'Meeting', 'poll'],
    ['report_meeting_polls', 'Meeting', 'poll'],
    ['webinar_poll_results', 'Webinar', 'poll'],
    ['report_webinar_polls', 'Webinar', 'poll'],
    ['webinar_absentees', 'Webinar', 'registration'],
  ];
  for (const [child, type, feature] of cases) {
    const row = (feature_used: unknown) => ({ ...history, type, feature_used });
    assert.deepEqual(
      [{ [feature]: true }, { [feature]: false }, {}, undefined, null].map((used) =>
        asksFor(child, 'history_meetings', row(used)),
      ),
      [true, false, true, true, true],
      child,
    );
  }
});

test('a transcript is asked for unless nothing was used that makes one', () => {
  const off = {
    record_to_cloud: false,
    smart_recording: false,
    meeting_summary: false,
    meeting_questions: false,
    live_transcription: false,
  };
  const asks = (feature_used: unknown) =>
    asksFor('meeting_transcripts', 'history_meetings', { ...history, feature_used });
  assert.deepEqual(
    [asks(off), asks({ ...off, meeting_summary: true }), asks({}), asks(undefined)],
    [false, true, true, true],
  );
});

test('registrants are asked for where people register, or where nobody knows', () => {
  for (const [child, details, list] of [
    ['meeting_registrants', 'meeting_details', 'meetings'],
    ['meeting_registration_questions', 'meeting_details', 'meetings'],
    ['webinar_registrants', 'webinar_details', 'webinars'],
    ['webinar_tracking_sources', 'webinar_details', 'webinars'],
  ] as const) {
    assert.deepEqual(
      [0, 1, 2, undefined].map((approval_type) => asksFor(child, details, { settings: { approval_type } })),
      [true, true, false, true],
      child,
    );
    assert.equal(asksFor(child, details, {}), true);
    assert.notEqual(asksFor(child, list, { type: 2 }), false);
  }
  assert.deepEqual(
    [true, false, undefined].map((on_demand) =>
      asksFor('recording_registrants', 'recording_settings', { on_demand }),
    ),
    [true, false, true],
  );
});

test('instant meetings have no polls and no surveys', () => {
  for (const child of ['meeting_polls', 'meeting_surveys']) {
    assert.deepEqual(
      [1, 2, 3, 8].map((type) => asksFor(child, 'meetings', { type })),
      [false, true, true, true],
    );
  }
});

test('a webinar that is planned for once and later has not been held', () => {
  const [by] = named('webinar_instances').parents ?? [];
  const when = (row: JsonObject, at: number) => by?.when?.(row, at);
  const now = Date.UTC(2026, 9, 1);
  const [before, after] = ['2026-09-30T10:00:00Z', '2026-10-02T10:00:00Z'];
  assert.deepEqual(
    [
      when({ type: 5, start_time: before }, now),
      when({ type: 5, start_time: after }, now),
      when({ type: 5 }, now),
      when({ type: 6 }, now),
      when({ type: 9, start_time: after }, now),
    ],
    [true, false, true, true, true],
  );
});
