import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as streams from '../../../src/connectors/zoom/streams/index.ts';
import type { Stream } from '../../../src/core/stream.ts';
import { streamGraph } from '../../../src/extract/graph.ts';
import { choose } from '../../extract/school.ts';

const all = new Map(Object.values<Stream>(streams).map((stream) => [stream.name, stream]));

/** What the wanted streams hang below, for an app without the scopes of some streams. */
function parents(wanted: string[], lacking: string[] = []): Record<string, string[]> {
  const lacked = new Set(lacking.flatMap((name) => all.get(name)?.scopes ?? []));
  const granted = (scopes: readonly string[]) => scopes.some((scope) => !lacked.has(scope));
  const nodes = streamGraph(
    all,
    wanted.map((name) => choose(name)),
    granted,
  );
  return Object.fromEntries(
    nodes
      .filter(({ stream }) => wanted.includes(stream.name))
      .map(({ stream, parents: above }) => [stream.name, above.map(({ node }) => node.stream.name)]),
  );
}

test('registrants are found by the details, and by the list for an app that may not read these', () => {
  for (const [child, details, list] of [
    ['meeting_registrants', 'meeting_details', 'meetings'],
    ['meeting_registration_questions', 'meeting_details', 'meetings'],
    ['webinar_registrants', 'webinar_details', 'webinars'],
    ['webinar_tracking_sources', 'webinar_details', 'webinars'],
    ['recording_registrants', 'recording_settings', 'recordings'],
  ] as const) {
    assert.deepEqual(parents([child]), { [child]: [details] });
    // The list is read as well, and knows less: asking by it too would ask for all that the details spare.
    assert.deepEqual(parents([child, list])[child], [details], `${child} beside ${list}`);
    assert.deepEqual(parents([child, list, details])[child], [details], child);
    assert.deepEqual(parents([child], [details])[child], [list], `${child} without the scope of ${details}`);
  }
});

test('people are found by the history of the account, or by every list that is read anyway', () => {
  const child = 'report_meeting_participants';
  assert.deepEqual(parents([child]), { [child]: ['history_meetings'] });
  assert.deepEqual(parents([child, 'past_meetings'])[child], ['past_meetings']);
  assert.deepEqual(parents([child, 'report_meetings', 'history_meetings', 'past_meetings'])[child], [
    'history_meetings',
    'report_meetings',
    'past_meetings',
  ]);
  assert.deepEqual(parents([child], ['history_meetings'])[child], ['report_meetings']);
  assert.deepEqual(parents([child], ['history_meetings', 'report_meetings'])[child], ['past_meetings']);
  const webinars = 'webinar_absentees';
  assert.deepEqual(parents([webinars], ['history_meetings', 'report_meetings'])[webinars], [
    'webinar_instances',
  ]);
});

test('transcripts are found by the history, and by recordings for an app that may not read reports', () => {
  const child = 'meeting_transcripts';
  assert.deepEqual(parents([child])[child], ['history_meetings']);
  assert.deepEqual(parents([child], ['history_meetings'])[child], ['recordings']);
});

test('every stream can be read alone, and none hangs below itself', () => {
  for (const { name } of all.values()) {
    const nodes = streamGraph(all, [choose(name)], () => true);
    assert.equal(nodes.at(-1)?.stream.name, name);
    for (const node of nodes) {
      assert.equal(node.hidden, node.stream.name !== name);
      assert.equal(node.parents.length === 0, (node.stream.parents ?? []).length === 0, name);
    }
  }
});

test('parents of one stream all say when a thing was over, or none of them does', () => {
  for (const { name, parents: above = [] } of all.values()) {
    const said = above.map(({ endedAt }) => endedAt !== undefined);
    assert.equal(new Set(said).size <= 1, true, name);
    for (const { endedAt, longest, stream } of above) {
      assert.equal(endedAt === 'start_time', longest !== undefined, `${name} below ${stream}`);
    }
  }
});

test('lists that go by the start of a meeting look back for as long as one may last, those of recordings longer', () => {
  const lookback = (name: string) => all.get(name)?.window?.lookback;
  for (const name of ['past_meetings', 'report_meetings', 'dashboard_meetings', 'dashboard_webinars']) {
    assert.equal(lookback(name), 2, name);
  }
  assert.deepEqual([lookback('recordings'), lookback('recording_files')], [3, 3]);
});

test('streams whose lines have a fingerprint for a key count those that are alike', () => {
  const counting = [...all.values()].filter(({ repeats }) => repeats !== undefined);
  assert.deepEqual(counting.map(({ name }) => name).toSorted(), [
    'phone_call_charges',
    'phone_operation_logs',
    'report_activities',
    'report_invoices',
    'report_meeting_activities',
    'report_operation_logs',
    'report_remote_support',
    'report_telephone',
    'survey_answers',
  ]);
  for (const { name, repeats, primaryKey } of counting) {
    assert.ok(primaryKey.at(-1) === repeats && primaryKey.length > 1, name);
  }
});
