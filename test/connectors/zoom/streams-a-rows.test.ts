import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as streams from '../../../src/connectors/zoom/streams/index.ts';
import type { JsonObject, Stream } from '../../../src/core/stream.ts';

function rowsOf(name: string, item: JsonObject, values: Readonly<Record<string, string>> = {}) {
  const stream = Object.values<Stream>(streams).find((one) => one.name === name);
  const rows = stream?.rows?.(item, values);
  assert.ok(rows, `${name} makes rows`);
  return rows;
}

/** All but the key that is made of them. */
const bare = (row: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'row_key'));
const keysOf = (rows: readonly JsonObject[]): unknown[] => rows.map((row) => row['row_key']);

const ada = { email: 'ada@example.com', name: 'Ada Lovelace' };
const guest = { email: '', name: 'Anonymous Attendee' };

test('each answer to a poll is a row with a short key of its own', () => {
  const at = '2026-10-01T10:05:00Z';
  const answer = { answer: 'Good', date_time: at, polling_id: 'p1', question: 'How was it?' };
  const item = {
    id: 85746065432,
    uuid: '/aB//c==',
    start_time: '2026-10-01T10:00:00Z',
    questions: [
      { ...ada, question_details: [answer, { ...answer, answer: 'Yes', question: 'Again?' }] },
      { ...guest, question_details: [{ ...answer, answer: 'Bad' }] },
      { ...guest, question_details: [answer] },
      { name: 'Nobody', email: '' },
    ],
  };
  const { start_time } = item;
  const rows = rowsOf('meeting_poll_results', item);
  assert.deepEqual(rows.map(bare), [
    { start_time, ...guest, ...answer, answer: 'Bad' },
    { start_time, ...guest, ...answer, answer: 'Good' },
    { start_time, ...ada, ...answer },
    { start_time, ...ada, ...answer, answer: 'Yes', question: 'Again?' },
  ]);
  assert.equal(new Set(keysOf(rows)).size, 4);
  for (const key of keysOf(rows)) assert.match(String(key), /^[\w-]{22}(?:\.\d+)?$/);
  assert.equal(keysOf(rows)[1], `${String(keysOf(rows)[0])}.2`, 'the two guests cannot be told apart');
});

test('answers keep their keys when Zoom lists them in another order, and gain none when read again', () => {
  const details = (answer: string) => [
    { answer, polling_id: 'p', question: 'q'.repeat(1024), date_time: 't' },
  ];
  const people = ['a', 'b', 'c'].map((answer) => ({ ...guest, question_details: details(answer) }));
  const keyed = (questions: unknown) =>
    rowsOf('report_webinar_polls', { questions }).map(({ row_key, answer }) => [row_key, answer]);
  assert.deepEqual(keyed(people.toReversed()), keyed(people));
  assert.equal(new Set(keyed(people).map(([key]) => key)).size, 3);
});

test('people without an address are told apart by their names', () => {
  const asked = [{ question: 'Why?', answer: 'Because', polling_id: 'p', question_id: 'q', date_time: 't' }];
  const john = { email: '', name: 'John', question_details: asked, answer_details: asked };
  const both = [john, { ...john, name: 'Jane' }];
  for (const name of ['meeting_poll_results', 'report_webinar_qa', 'report_meeting_surveys']) {
    const keys = keysOf(rowsOf(name, { questions: both, survey_answers: both }));
    assert.equal(new Set(keys).size, 2, name);
    // A number would depend on who else answered.
    for (const key of keys) assert.doesNotMatch(String(key), /\./, name);
  }
});

test('a question of Q&A is one row, whatever is answered later', () => {
  const question = { question: 'Why?', question_id: 'q1', create_time: '2026-10-01T10:03:00Z' };
  const open = { ...question, answer: '', question_status: 'open', answer_details: [] };
  const answered = {
    ...question,
    answer: 'Because',
    question_status: 'answered',
    answer_details: [{ name: 'Paul', content: 'Because', type: 'host_answered_publicly' }],
  };
  const report = (detail: JsonObject) => ({
    start_time: '2026-10-01T10:00:00Z',
    questions: [{ user_id: '', ...ada, question_details: [detail] }],
  });
  const [before] = rowsOf('report_meeting_qa', report(open));
  const [after] = rowsOf('report_meeting_qa', report(answered));
  assert.equal(before?.['row_key'], after?.['row_key']);
  assert.deepEqual(bare(after ?? {}), {
    start_time: '2026-10-01T10:00:00Z',
    user_id: '',
    ...ada,
    ...answered,
  });
});

test('answers to a survey say which survey it was', () => {
  const rows = rowsOf('report_webinar_surveys', {
    webinar_id: 912,
    survey_id: 's1',
    survey_name: 'Feedback',
    start_time: '2026-10-01T10:00:00Z',
    survey_answers: [
      { ...ada, answer_details: [{ question: 'Good?', question_id: 'q1', answer: 'Yes', date_time: 't' }] },
    ],
  });
  assert.deepEqual(rows.map(bare), [
    {
      survey_id: 's1',
      survey_name: 'Feedback',
      start_time: '2026-10-01T10:00:00Z',
      ...ada,
      question: 'Good?',
      question_id: 'q1',
      answer: 'Yes',
      date_time: 't',
    },
  ]);
});

test('an answer without a list has no rows', () => {
  for (const name of ['meeting_poll_results', 'webinar_qa', 'report_meeting_surveys', 'recording_files']) {
    assert.deepEqual(rowsOf(name, { uuid: 'u==', questions: null, recording_files: 'none' }), [], name);
  }
});

test("a registration form has Zoom's fields and those of the host, even when two have one title", () => {
  const rows = rowsOf('meeting_registration_questions', {
    questions: [{ field_name: 'city', required: true }],
    custom_questions: [
      { title: 'city', type: 'short', required: false },
      { title: 'city', type: 'single', required: false, answers: ['Rome'] },
    ],
  });
  assert.deepEqual(rows.map(bare), [
    { question: 'city', custom: false, required: true },
    { question: 'city', custom: true, type: 'short', required: false },
    { question: 'city', custom: true, type: 'single', required: false, answers: ['Rome'] },
  ]);
  assert.equal(new Set(keysOf(rows)).size, 3);
});

test('each file of a recording is a row; what is still being processed has no id', () => {
  const rows = rowsOf('recording_files', {
    uuid: '/aB//c==',
    id: 85746065432,
    host_id: 'h1',
    topic: 'Weekly',
    recording_files: [
      { id: 'f1', meeting_id: '/aB//c==', file_type: 'MP4', status: 'completed' },
      { meeting_id: '/aB//c==', status: 'processing' },
    ],
    participant_audio_files: [{ id: 'f2', file_name: 'Audio only - Ada', file_type: 'M4A' }],
  });
  const whose = { meeting_uuid: '/aB//c==', meeting_id: 85746065432, host_id: 'h1' };
  assert.deepEqual(rows, [
    { ...whose, id: 'f1', file_type: 'MP4', status: 'completed', participant_audio: false },
    { ...whose, status: 'processing', participant_audio: false },
    { ...whose, id: 'f2', file_name: 'Audio only - Ada', file_type: 'M4A', participant_audio: true },
  ]);
});

test('a transcript is kept under the number of its meeting, not under what it calls so', () => {
  assert.deepEqual(
    rowsOf(
      'meeting_transcripts',
      { meeting_id: '/aB//c==', can_download: true },
      { meeting_id: '85746065432' },
    ),
    [{ meeting_id: '85746065432', can_download: true }],
  );
});

test('dates of a recurring meeting do not hide one another among those to come', () => {
  const meeting = { id: 85746065432, type: 8, start_time: '2026-10-01T10:00:00Z' };
  assert.deepEqual(rowsOf('upcoming_meetings', meeting), [
    { ...meeting, occurrence: '2026-10-01T10:00:00Z' },
  ]);
  assert.deepEqual(rowsOf('upcoming_meetings', { id: 857, type: 3 }), [
    { id: 857, type: 3, occurrence: 'no fixed time' },
  ]);
});

test('viewings of one recording by guests of one second are told apart by how long they took', () => {
  const [first] = rowsOf('recording_analytics', { date_time: 't', name: '', email: '', duration: 60 });
  const [second] = rowsOf('recording_analytics', { date_time: 't', name: '', email: '', duration: 61 });
  const [again] = rowsOf('recording_analytics', { date_time: 't', name: '', email: '', duration: 60 });
  assert.notEqual(first?.['row_key'], second?.['row_key']);
  assert.deepEqual(again, first);
});
