import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Row, inPath, openAccount } from './zoom-access.ts';

interface Given {
  email: string;
  name: string;
  question_details: { polling_id: string; question: string; answer: string; date_time: string }[];
}

const flat = (uuid: string, questions: readonly Given[]): string[] =>
  questions.flatMap(({ email, name, question_details: details }) =>
    details.map((one) =>
      JSON.stringify([uuid, email, name, one.polling_id, one.question, one.answer, one.date_time]),
    ),
  );

/** The poll answers of every instance, read one after the other, in both of their lists. */
async function answers(
  account: Account,
  kind: 'meeting' | 'webinar',
): Promise<{ past: string[]; report: string[] }> {
  const past: string[] = [];
  const report: string[] = [];
  for (const { kind: one, instance } of await account.truth('meetings')) {
    if (one !== kind) continue;
    const plain = await account.get(`/past_${kind}s/${inPath(instance)}/polls`);
    assert.equal(plain.status, 200);
    assert.equal(plain.body.uuid, instance);
    past.push(...flat(instance, plain.body.questions));
    const heavy = await account.get(`/report/${kind}s/${inPath(instance)}/polls`);
    if (heavy.status === 200) report.push(...flat(instance, heavy.body.questions));
  }
  return { past, report };
}

const told = (rows: readonly Row[]): string[] =>
  rows.map((row) =>
    JSON.stringify(
      ['uuid', 'email', 'name', 'polling_id', 'question', 'answer', 'date_time'].map((key) => row[key]),
    ),
  );

for (const kind of ['meeting', 'webinar'] as const) {
  void test(`poll answers of ${kind}s are those of the truth, in the light list and in the report`, async () => {
    await using account = await openAccount({ meetings: 9, webinars: 6 });
    const truth = told(await account.truth(`${kind}_poll_results`)).toSorted();
    const { past, report } = await answers(account, kind);
    assert.ok(truth.length > 20);
    assert.deepEqual(past.toSorted(), truth);
    assert.deepEqual(report.toSorted(), truth);
    assert.equal(new Set(truth).size, truth.length, 'no two answers are the same row');
  });

  void test(`the polls of ${kind}s are those of the truth, and some hosts have polls turned off`, async () => {
    await using account = await openAccount({ users: 12, meetings: 9, webinars: 9 });
    const truth = await account.truth(`${kind}_polls`);
    const found: Row[] = [];
    const codes = new Map<number, number>();
    for (const host of (await account.truth('users')).filter((one) => one['id'] !== null)) {
      const list = await account.get(`/users/${host['id']}/${kind}s?page_size=300`);
      for (const { id } of list.body[`${kind}s`] ?? []) {
        const { status, body } = await account.get(`/${kind}s/${id}/polls`);
        codes.set(body.code ?? status, (codes.get(body.code ?? status) ?? 0) + 1);
        for (const poll of body.polls ?? []) found.push({ series: id, ...poll });
        assert.equal(body.total_records, body.polls?.length);
      }
    }
    assert.deepEqual(
      found.map((row) => String(row['id'])).toSorted(),
      truth.map((row) => String(row['id'])).toSorted(),
    );
    const [one] = truth;
    const same = found.find((row) => row['id'] === one?.['id']);
    assert.deepEqual(
      same?.['questions'].map((question: Row) => question['name']),
      one?.['questions'],
    );
    assert.ok((codes.get(200) ?? 0) > found.length / 2, 'some have no polls');
    if (kind === 'meeting') assert.ok((codes.get(4400) ?? 0) > 0);
  });
}

void test('who answered a poll was there, unless the poll hides it', async () => {
  await using account = await openAccount({ meetings: 9 });
  const present = new Set(
    (await account.truth('participants'))
      .filter((row) => row['status'] === 'in_meeting')
      .map((row) => `${row['instance']} ${row['person']}`),
  );
  const rows = await account.truth('meeting_poll_results');
  assert.ok(rows.every((row) => present.has(`${row['uuid']} ${row['person']}`)));
  const polls = new Map((await account.truth('meeting_polls')).map((row) => [row['id'], row]));
  const hidden = rows.filter((row) => polls.get(row['polling_id'])?.['anonymous']);
  assert.ok(
    hidden.length > 0 && hidden.every((row) => row['email'] === '' && row['name'].startsWith('Anonymous')),
  );
  assert.ok(rows.some((row) => row['email'] !== '' && !hidden.includes(row)));
});

void test('polls can be asked for with and without the anonymous ones', async () => {
  await using account = await openAccount({ meetings: 9 });
  const poll = (await account.truth('meeting_polls')).find((row) => row['anonymous']) ?? assert.fail();
  const path = `/meetings/${poll['meeting_id']}/polls`;
  const all = (await account.get(path)).body.polls.length;
  const hidden = (await account.get(`${path}?anonymous=true`)).body.polls;
  const open = (await account.get(`${path}?anonymous=false`)).body.polls;
  assert.ok(hidden.length > 0 && hidden.every((one: Row) => one['anonymous']));
  assert.equal(hidden.length + open.length, all);
});

void test('a survey has questions, its report their answers; without one the report is empty', async () => {
  await using account = await openAccount({ users: 12, meetings: 9 });
  const seen = { with: 0, without: 0, off: 0 };
  for (const row of await account.truth('meetings')) {
    if (row['kind'] !== 'meeting' || !row['visible']) continue;
    const report = (await account.get(`/report/meetings/${inPath(row['instance'])}/survey`)).body;
    assert.equal(report.meeting_uuid, row['instance']);
    const planned = await account.get(`/meetings/${row['series']}/survey`);
    if (planned.status !== 200) {
      if (planned.body.code === 3000) seen.off++;
      continue;
    }
    if (planned.body.custom_survey === undefined) {
      seen.without++;
      assert.deepEqual([report.survey_id, report.survey_answers], ['', []]);
      continue;
    }
    seen.with++;
    const asked = planned.body.custom_survey.questions.map((one: Row) => one['name']);
    assert.equal(report.survey_name, planned.body.custom_survey.title);
    for (const { answer_details: details } of report.survey_answers) {
      assert.deepEqual(
        details.map((one: Row) => one['question']),
        asked,
      );
    }
  }
  assert.ok(seen.with > 2 && seen.without > 2 && seen.off > 0, JSON.stringify(seen));
});

void test('questions of webinars are always there, those of meetings sometimes; both lists agree', async () => {
  await using account = await openAccount({ meetings: 9, webinars: 6 });
  const counts = { meeting: [0, 0], webinar: [0, 0] };
  for (const { kind, instance, visible } of await account.truth('meetings')) {
    if (!visible) continue;
    const short = (await account.get(`/past_${kind}s/${inPath(instance)}/qa`)).body.questions;
    const long = (await account.get(`/report/${kind}s/${inPath(instance)}/qa`)).body.questions;
    assert.deepEqual(
      long.map((one: Row) => [one['name'], one['email'], one['question_details'][0].question]),
      short.map((one: Row) => [one['name'], one['email'], one['question_details'][0].question]),
    );
    const count = counts[kind as 'meeting' | 'webinar'];
    count[short.length > 0 ? 0 : 1]!++;
  }
  assert.ok(counts.meeting[0]! > 0 && counts.meeting[1]! > 0);
  assert.ok(counts.webinar[0]! > 0 && counts.webinar[1] === 0);
});
