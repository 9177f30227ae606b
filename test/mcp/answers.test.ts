import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { App, loadConfig, realWorld } from '../../src/app/index.ts';
import { runTool } from '../../src/mcp/call.ts';
import { offeredTools } from '../../src/mcp/offered-tools.ts';
import { offerOf, type Choice } from '../../src/mcp/offer.ts';
import { Answers } from '../../src/mcp/own-tool.ts';
import { MOST_CHARACTERS } from '../../src/mcp/pieces.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';

let box: Sandbox;
let app: App;
let dir: string;
before(async () => {
  box = await startSandbox({
    users: 4,
    meetings: 8,
    webinars: 4,
    participants: 20,
    plan: 'unlimited',
    seed: 3,
  });
  dir = await mkdtemp(join(tmpdir(), 'trunkline-answers-'));
  const env = {
    ...box.env,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    BREVO_READ_LAG_SECONDS: '1',
    TRUNKLINE_DATA_DIR: dir,
    LOG_LEVEL: 'silent',
  };
  app = new App(loadConfig({ env, cwd: dir, readFile: () => undefined }), realWorld);
});
after(async () => {
  await app.close();
  await box.close();
  await rm(dir, { recursive: true, force: true });
});

type Args = Record<string, unknown>;
const answers = new Answers(() => Date.now());

async function ask<T = Args>(name: string, args: Args = {}, choice: Choice = {}): Promise<T> {
  const offer = await offerOf(app, choice);
  const tool = (await offeredTools(app, offer)).get(name);
  const result = await runTool({ app, offer, answers }, name, tool, args);
  assert.equal(result.isError, false, result.content[0]?.text);
  assert.ok(
    JSON.stringify(result.structuredContent).length <= MOST_CHARACTERS + 2000,
    'the result is bounded',
  );
  const checked = tool?.tool.outputSchema as { required?: string[] };
  for (const key of checked.required ?? [])
    assert.ok(key in result.structuredContent, `${name} gives ${key}`);
  return result.structuredContent as T;
}

async function refusal(name: string, args: Args = {}, choice: Choice = {}): Promise<string> {
  const offer = await offerOf(app, choice);
  const result = await runTool(
    { app, offer, answers },
    name,
    (await offeredTools(app, offer)).get(name),
    args,
  );
  assert.equal(result.isError, true);
  return result.content[0]?.text ?? '';
}

async function truth<Row>(table: string): Promise<Row[]> {
  const text = await (await fetch(`${box.url}/__sandbox/truth/${table}`)).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

/** Every line of a list, whatever the number of its pieces. */
async function all<T>(name: string, member: string, args: Args): Promise<T[]> {
  const lines: T[] = [];
  for (let cursor: string | undefined; ;) {
    const page: Args = await ask(name, { ...args, limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    lines.push(...(page[member] as T[]));
    cursor = page['next_cursor'] as string | undefined;
    if (cursor === undefined) return lines;
  }
}

interface Attendance {
  kind: string;
  instance: string;
  series: string;
  topic: string;
  instance_start: string;
  email: string | null;
  name: string;
  status: string;
  joins: number;
  seconds: number;
  percent: number;
  first_join: string | null;
  last_leave: string | null;
  visible: boolean;
}

test('who attended and how long, and who did not come, are as they were, in every meeting', async () => {
  const rows = (await truth<Attendance>('attendance')).filter(({ visible }) => visible);
  const held = await truth<{
    instance: string;
    kind: string;
    topic: string;
    series: string;
    host_email: string;
  }>('meetings');
  assert.ok(
    held.some(({ kind }) => kind === 'webinar') && held.length > 15,
    'there is something to ask about',
  );
  const found = await all<{ id: string }>('find_meetings', 'meetings', { since: '2020-01-01' });
  assert.deepEqual(found.map(({ id }) => id).toSorted(), held.map(({ instance }) => instance).toSorted());
  let absent = 0;
  for (const { instance } of held) {
    const people = await all<{
      email?: string;
      name: string;
      minutes: number;
      percent: number;
      joins: number;
      first_join: string;
      last_leave: string;
    }>('meeting_attendance', 'people', { meeting: instance });
    const came = rows.filter((row) => row.instance === instance && row.status === 'attended');
    const known = people.filter(({ email }) => email !== undefined);
    const said = known.map((one) =>
      [one.email ?? null, one.minutes, one.percent, one.joins, one.first_join, one.last_leave].join(' '),
    );
    const true_ = came
      .filter(({ email }) => email !== null)
      .map((row) =>
        [
          row.email,
          Math.round(row.seconds / 6) / 10,
          row.percent,
          row.joins,
          row.first_join,
          row.last_leave,
        ].join(' '),
      );
    assert.deepEqual(said.toSorted(), true_.toSorted(), instance);
    // Of guests, nobody can tell which stays are one person's: all their stays are there.
    const stays = (list: readonly { joins: number }[]): number =>
      list.reduce((sum, { joins }) => sum + joins, 0);
    assert.equal(stays(people), stays(came), instance);
    const missed = await all<{ email: string; status: string }>('meeting_no_shows', 'people', {
      meeting: instance,
    });
    const away = rows
      .filter((row) => row.instance === instance && row.status === 'absent')
      .map(({ email }) => email ?? '');
    assert.deepEqual(
      missed
        .filter(({ status }) => status === 'absent')
        .map(({ email }) => email)
        .toSorted(),
      away.toSorted(),
      instance,
    );
    absent += away.length;
  }
  assert.ok(absent > 10, 'somebody did not come');
});

test('meetings are found by topic, host, kind and time', async () => {
  const held = await truth<{
    instance: string;
    kind: string;
    topic: string;
    host_email: string;
    instance_start: string;
  }>('meetings');
  const one = held.find(({ kind }) => kind === 'webinar');
  assert.ok(one);
  const ids = async (args: Args): Promise<string[]> => {
    const found = await all<{ id: string }>('find_meetings', 'meetings', { since: '2020-01-01', ...args });
    return found.map(({ id }) => id).toSorted();
  };
  const where = (keep: (row: (typeof held)[number]) => boolean): string[] =>
    held
      .filter(keep)
      .map(({ instance }) => instance)
      .toSorted();
  assert.deepEqual(
    await ids({ topic: one.topic.toUpperCase() }),
    where(({ topic }) => topic === one.topic),
  );
  assert.deepEqual(
    await ids({ host: one.host_email }),
    where(({ host_email: host }) => host === one.host_email),
  );
  assert.deepEqual(
    await ids({ kind: 'webinar' }),
    where(({ kind }) => kind === 'webinar'),
  );
  const day = one.instance_start.slice(0, 10);
  assert.deepEqual(
    await ids({ since: day, until: day }),
    where(({ instance_start: at }) => at.startsWith(day)),
  );
  assert.match(
    await refusal('find_meetings', { host: 'nobody@else.example' }),
    /nobody in Zoom is called 'nobody@else\.example'\nGive the address/,
  );
  assert.match(
    await refusal('find_meetings', { since: '2026-02-01', until: '2026-01-01' }),
    /since: is not before until/,
  );
});

test('recordings come with links, and a transcript with what was said', async () => {
  const recorded = await truth<{ instance: string; files: string[] }>('recordings');
  interface Line {
    meeting: string;
    share_url?: string;
    files: { type: string; play_url?: string }[];
  }
  const found = await all<Line>('find_recordings', 'recordings', { since: '2020-01-01' });
  assert.deepEqual(
    found.map(({ meeting }) => meeting).toSorted(),
    recorded.map(({ instance }) => instance).toSorted(),
  );
  for (const { files } of found) {
    assert.ok(files.some(({ play_url: link }) => link?.startsWith('https://')));
  }
  const [first] = found;
  assert.deepEqual(
    (await ask<{ recordings: Line[] }>('find_recordings', { meeting: first?.meeting })).recordings,
    [first],
  );
  const withText = found.find(({ files }) =>
    files.some(({ type }) => type === 'audio_transcript' || type === 'TRANSCRIPT'),
  );
  assert.ok(withText, 'one has a transcript');
  const whole = await ask<{ text: string; total: number; lines: number }>('meeting_transcript', {
    meeting: withText.meeting,
  });
  assert.ok(whole.total > 1 && whole.text.split('\n').length === whole.lines);
  const word = whole.text.split(/\W+/).find((one) => one.length > 5) ?? '';
  const near = await ask<{ text: string; total: number }>('meeting_transcript', {
    meeting: withText.meeting,
    search: word,
  });
  assert.ok(near.text.toLowerCase().includes(word.toLowerCase()) && near.total <= whole.total);
  const silent = (await truth<{ instance: string }>('meetings')).find(
    ({ instance }) => !recorded.some((one) => one.instance === instance),
  );
  assert.match(await refusal('meeting_transcript', { meeting: silent?.instance }), /\n/);
});

test('why a person did or did not reach Brevo, and whether the synchronisation works', async () => {
  const now = Date.now();
  await app.activate({ since: now - 90 * 24 * 3600_000, until: now }, () => undefined);
  const rows = (await truth<Attendance>('attendance')).filter(
    ({ visible, email }) => visible && email !== null,
  );
  const person = rows[0]?.email ?? '';
  const why = await ask<{
    verdict: string;
    seen: { meeting: string }[];
    sent: { effect: string; state: string }[];
    left_out: number;
  }>('explain_person', { email: person });
  assert.match(why.verdict, /^The contact is up to date/);
  assert.ok(why.sent.some(({ effect, state }) => effect === 'contact' && state === 'done'));
  const known = new Set(rows.filter(({ email }) => email === person).map(({ instance }) => instance));
  assert.ok(why.seen.every(({ meeting }) => known.has(meeting)));
  const nobody = await ask<{ verdict: string }>('explain_person', { email: 'nobody@else.example' });
  assert.match(nobody.verdict, /^Nobody with this address was seen/);
  const well = await ask<{
    troubles: string[];
    runs: { kind: string; state: string }[];
    deliveries: Record<string, number>;
  }>('sync_health');
  assert.deepEqual(well.troubles, []);
  assert.deepEqual(
    well.runs.map(({ kind, state }) => [kind, state]),
    [['activate', 'done']],
  );
  const { sql } = await app.store();
  await sql(`UPDATE deliveries SET state = 'refused', error = $1 WHERE effect = 'contact' AND person = $2`, [
    JSON.stringify({ kind: 'input', message: 'email is not valid', hint: 'Correct it.' }),
    person,
  ]);
  await sql(
    `INSERT INTO inbox (id, connection, event, received_us, dedupe_key, verdict, headers, body, state, attempts, done,
      replays) VALUES ('one', 'zoom', 'meeting.ended', $1, 'one', 'signature', '{}', $2, 'failed', 1, '[]', 0)`,
    [now * 1000, new Uint8Array()],
  );
  const ill = await ask<{ troubles: string[]; refused: unknown[] }>('sync_health');
  assert.deepEqual(ill.troubles, [
    '1 deliveries were refused by the other side',
    '1 received events could not be handled',
  ]);
  assert.deepEqual(ill.refused, [{ person, effect: 'contact', why: 'email is not valid Correct it.' }]);
});

test('any operation is found, described and run; a list goes on by cursor, across pages of the other system', async () => {
  const found = await ask<{ actions: { action: string; run_with: string }[] }>('find_actions', {
    query: 'list webinar registrants',
  });
  assert.equal(found.actions[0]?.action, 'webinars.registrants');
  assert.equal(found.actions[0]?.run_with, 'run_read_action');
  const told = await ask<{ input: { type: string }; run_with: string }>('describe_action', {
    connection: 'zoom',
    action: 'meetings.create',
  });
  assert.match(told.run_with, /^not allowed\. .*--allow write/);
  const held = (await truth<{ instance: string; kind: string }>('meetings')).find(
    ({ kind }) => kind === 'meeting',
  );
  const args = {
    connection: 'zoom',
    action: 'pastMeetings.participants',
    input: { meetingId: held?.instance, page_size: 3 },
  };
  const joins: string[] = [];
  let pages = 0;
  for (let cursor: string | undefined; ; pages++) {
    const page = await ask<{ result: { participants: { user_id: string }[] }; next_cursor?: string }>(
      'run_read_action',
      { ...args, ...(cursor ? { cursor } : {}) },
    );
    joins.push(...page.result.participants.map(({ user_id: id }) => id));
    cursor = page.next_cursor;
    if (cursor === undefined) break;
  }
  const rows = (await truth<{ instance: string; user_id: string }>('participants')).filter(
    ({ instance }) => instance === held?.instance,
  );
  assert.deepEqual(joins.toSorted(), rows.map(({ user_id: id }) => id).toSorted());
  assert.ok(pages >= 2);
  const stray = (await ask<{ next_cursor: string }>('run_read_action', args)).next_cursor;
  assert.match(
    await refusal('run_read_action', { ...args, input: { meetingId: held?.instance }, cursor: stray }),
    /this cursor does not belong to this question\n/,
  );
  const part = await ask<{ result: unknown }>('run_read_action', {
    connection: 'zoom',
    action: 'users.me',
    select: 'email',
  });
  assert.match(String(part.result), /@/);
  assert.match(
    await refusal('run_read_action', { connection: 'zoom', action: 'users.me', select: 'shoe' }),
    /has no 'shoe'\nIt has: /,
  );
});

test('what was not allowed is not there, and cannot be reached', async () => {
  assert.match(await refusal('run_write_action', {}), /there is no tool 'run_write_action' here/);
  const create = { connection: 'zoom', action: 'meetings.create', input: { userId: 'me', topic: 'x' } };
  assert.match(await refusal('run_read_action', create), /meetings\.create is a write action/);
  assert.match(
    await refusal('run_read_action', { ...create, connection: 'other' }),
    /'other' is not offered here\nOffered: zoom, brevo/,
  );
  const only = { connections: ['brevo'] };
  assert.match(await refusal('find_meetings', {}, only), /there is no tool 'find_meetings' here/);
  await assert.rejects(offerOf(app, { connections: ['zoomm'] }), /there is no connection 'zoomm'/);
  await assert.rejects(offerOf(app, { destroy: ['zoom.meetings.get'] }), /is no action .* that destroys/);
  const removal = { connection: 'zoom', action: 'users.remove', input: { userId: 'x' } };
  assert.match(
    await refusal('run_destroy_action', removal, { destroy: ['zoom.meetings.remove'] }),
    /users\.remove is not allowed here\n.*--allow-destroy zoom\.users\.remove/,
  );
});

test('a meeting that is made shows no key to whoever hosts it', async () => {
  const made = await ask<{ result: { id: unknown; start_url: string } }>(
    'run_write_action',
    { connection: 'zoom', action: 'meetings.create', input: { userId: 'me', topic: 'Made by an assistant' } },
    { write: true },
  );
  assert.ok(made.result.id);
  assert.equal(made.result.start_url, '[secret]');
});
