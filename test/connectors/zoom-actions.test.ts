import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectors } from '../../src/catalog.ts';
import type { Action } from '../../src/core/action.ts';
import { findAction, listActions } from '../../src/core/connector.ts';
import { fieldErrors, toJsonSchema } from '../../src/core/schema.ts';
import { toWire } from '../../src/http/request.ts';

const { zoom } = connectors;
const API = 'https://api.zoom.us/v2';

type Json = Readonly<Record<string, unknown>>;
type Input = Readonly<Record<string, unknown>>;

function actionOf(name: string): Action {
  const action = findAction(zoom, name);
  assert.ok(action, `there is ${name}`);
  return action;
}

function wireOf(name: string, input: Input): { url: string; body: string | undefined } {
  const action = actionOf(name);
  const { url, body } = toWire(action.call(action.input.parse(input)), API, 'test');
  assert.ok(!(body instanceof Uint8Array), 'text or nothing');
  return { url: url.slice(API.length), body };
}

function errorsOf(name: string, input: Input): string[] {
  const { error } = actionOf(name).input.safeParse(input);
  return error ? fieldErrors(error).map(({ field, message }) => `${field}: ${message}`) : [];
}

/** Every member of a JSON Schema by its path, `[]` for the items of a list. */
function members(schema: Json, path = ''): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const [name, member] of Object.entries((schema['properties'] ?? {}) as Record<string, Json>)) {
    found.set(path + name, member);
    for (const entry of members(member, `${path}${name}.`)) found.set(...entry);
  }
  const items = schema['items'] as Json | undefined;
  if (items) for (const entry of members(items, `${path}[].`)) found.set(...entry);
  return found;
}

const inputsOf = (action: Action) => members(toJsonSchema(action.input, 'input'));

test('every input that people know from other Zoom connectors is there', () => {
  const file = new URL('../../tools/checklist/zoom.json', import.meta.url);
  const wanted = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  for (const [name, inputs] of Object.entries(wanted)) {
    const known = inputsOf(actionOf(name));
    assert.deepEqual(
      inputs.filter((input) => !known.has(input)),
      [],
      name,
    );
  }
});

test('every input has a description, however deep it lies', () => {
  for (const { name, action } of listActions(zoom)) {
    for (const [path, { description }] of inputsOf(action)) {
      assert.match((description ?? '') as string, /^[A-Z0-9`].+\.$/s, `${name} ${path}`);
    }
  }
});

test('unset is never sent', () => {
  assert.deepEqual(wireOf('meetings.create', { userId: 'me' }), { url: '/users/me/meetings', body: '{}' });
  assert.deepEqual(wireOf('webinars.create', { userId: 'me' }), { url: '/users/me/webinars', body: '{}' });
  assert.deepEqual(wireOf('meetings.list', { userId: 'me' }).url, '/users/me/meetings');
  const given = { meetingId: 85_746_065_432, topic: undefined, settings: { waiting_room: undefined } };
  assert.deepEqual(wireOf('meetings.update', given), {
    url: '/meetings/85746065432',
    body: '{"settings":{}}',
  });
});

test('what an update does not name stays as it is: it has no defaults', () => {
  for (const name of ['meetings.update', 'webinars.update', 'users.update']) {
    const withDefault = [...inputsOf(actionOf(name))].filter(([, schema]) => 'default' in schema);
    assert.deepEqual(withDefault, [], name);
  }
  assert.equal(wireOf('meetings.update', { meetingId: '85746065432', topic: 'New' }).body, '{"topic":"New"}');
  assert.equal(wireOf('webinars.update', { webinarId: '91234567890' }).body, '{}');
  assert.equal(wireOf('users.update', { userId: 'me', dept: '' }).body, '{"dept":""}');
});

test('the only default that is sent is the one that Zoom demands', () => {
  const defaults = listActions(zoom).flatMap(({ name, action }) =>
    [...inputsOf(action)].filter(([, schema]) => 'default' in schema).map(([path]) => `${name} ${path}`),
  );
  assert.deepEqual(defaults, ['users.create action']);
  const { body } = wireOf('users.create', { user_info: { email: 'ada@example.com', type: 1 } });
  assert.equal(body, '{"action":"create","user_info":{"email":"ada@example.com","type":1}}');
});

const CHAT = { userId: 'me' };
const WEEKLY = { userId: 'me', type: 8 };
const EXCLUSIVE: readonly [name: string, input: Input, error: string][] = [
  [
    'meetings.create',
    { ...WEEKLY, recurrence: { type: 1, end_times: 2, end_date_time: '2026-12-24T12:00:00Z' } },
    'recurrence.end_date_time: `end_times` and `end_date_time` exclude each other: give one of them',
  ],
  [
    'meetings.update',
    { meetingId: 1, recurrence: { type: 1, end_times: 2, end_date_time: '2026-12-24T12:00:00Z' } },
    'recurrence.end_date_time: `end_times` and `end_date_time` exclude each other: give one of them',
  ],
  [
    'meetings.create',
    { userId: 'me', type: 2, recurrence: { type: 1 } },
    'recurrence: `recurrence` needs `type` 8: no other meeting repeats',
  ],
  [
    'meetings.create',
    { ...WEEKLY, recurrence: { type: 3 } },
    'recurrence.monthly_day: `monthly_day`, or `monthly_week` with `monthly_week_day`, is needed when `type` is 3',
  ],
  [
    'meetings.create',
    { ...WEEKLY, recurrence: { type: 3, monthly_week: -1 } },
    'recurrence.monthly_week_day: `monthly_week` and `monthly_week_day` go together: give both or neither',
  ],
  [
    'meetings.create',
    { ...WEEKLY, recurrence: { type: 2, weekly_days: '1,3', repeat_interval: 51 } },
    'recurrence.repeat_interval: at most 99 days, 50 weeks, 10 months, by `type`',
  ],
  [
    'chat.messages',
    { ...CHAT, to_contact: 'a', to_channel: 'b' },
    'to_channel: `to_contact` and `to_channel` exclude each other: give one of them',
  ],
  [
    'chat.messages',
    CHAT,
    'to_contact: give `to_contact` or `to_channel`, or `search_key` with `search_type`',
  ],
  [
    'chat.messages',
    { ...CHAT, search_type: 'file' },
    'search_type: `search_key` and `search_type` go together: give both or neither',
  ],
  [
    'chat.messages',
    { ...CHAT, search_key: 'notes', search_type: 'file', include_deleted_and_edited_message: true },
    'include_deleted_and_edited_message: `include_deleted_and_edited_message` and `search_key` exclude each other: give one of them',
  ],
  [
    'users.update',
    { userId: 'me', zoom_one_type: 64, plan_united_type: '32' },
    'type: `type`, `zoom_one_type` and `plan_united_type` exclude each other: change one a call',
  ],
];

for (const [name, input, error] of EXCLUSIVE) {
  test(`${name} refuses before the call: ${error}`, () => assert.deepEqual(errorsOf(name, input), [error]));
}

test('what goes together passes', () => {
  const recurrence = { type: 2, weekly_days: '1,3', end_date_time: '2026-12-24T12:00:00Z' };
  assert.deepEqual(errorsOf('meetings.create', { ...WEEKLY, recurrence }), []);
  assert.deepEqual(errorsOf('chat.messages', { ...CHAT, search_key: 'notes', search_type: 'message' }), []);
  assert.deepEqual(errorsOf('chat.messages', { ...CHAT, to_channel: 'b', date: '2026-11-20' }), []);
});

test('a plan beyond 2^53 reaches the wire with all its digits, however it is given', () => {
  for (const given of ['72057594037927936', 72_057_594_037_927_936n, 2 ** 56]) {
    const { body } = wireOf('users.update', { userId: 'me', zoom_one_type: given });
    assert.equal(body, '{"zoom_one_type":72057594037927936}');
  }
  const license = {
    license_type: 'ZOOM_WORKPLACE_BUNDLE',
    license_option: '576460752303423488',
    subscription_id: 'S',
  };
  const user_info = {
    email: 'ada@example.com',
    type: 1,
    feature: { zoom_one_type: '144115188075855872' },
    license_info_list: [license],
  };
  const { body = '' } = wireOf('users.create', { user_info });
  assert.match(body, /"zoom_one_type":144115188075855872\}/);
  assert.match(body, /"license_option":576460752303423488,/);
  assert.equal(wireOf('users.update', { userId: 'me', zoom_one_type: 0 }).body, '{"zoom_one_type":0}');
});

test('a plan that Zoom does not have is refused', () => {
  for (const given of ['72057594037927940', 17, 1.5, Number.NaN, 'pro', -16n]) {
    const [error = ''] = errorsOf('users.update', { userId: 'me', zoom_one_type: given });
    assert.match(error, /^zoom_one_type: must be one of 0, 16, .*, 576460752303423488$/, String(given));
  }
});

test('a meeting number is taken as people write it', () => {
  for (const meetingId of [
    85_746_065_432,
    '85746065432',
    '857 4606 5432',
    '857-4606-5432',
    ' 857 46065432 ',
  ]) {
    assert.equal(wireOf('meetings.get', { meetingId }).url, '/meetings/85746065432');
    assert.equal(wireOf('recordings.get', { meetingId }).url, '/meetings/85746065432/recordings');
  }
});

const UUIDS: readonly [uuid: string, segment: string][] = [
  ['4444AAAiAAAAAiAiAiiAii==', '4444AAAiAAAAAiAiAiiAii%3D%3D'],
  ['a/Xp+12QmuoKj4854875==', 'a%2FXp%2B12QmuoKj4854875%3D%3D'],
  ['/ajXp112QmuoKj4854875==', '%252FajXp112QmuoKj4854875%253D%253D'],
  ['ajXp1//QmuoKj4854875==', 'ajXp1%252F%252FQmuoKj4854875%253D%253D'],
];

test('a UUID is encoded twice where Zoom demands it, and once elsewhere', () => {
  for (const [meetingId, segment] of UUIDS) {
    const urls = [
      ['pastMeetings.get', `/past_meetings/${segment}`],
      ['recordings.remove', `/meetings/${segment}/recordings`],
      ['recordings.transcript', `/meetings/${segment}/recordings`],
      ['reports.meetingParticipants', `/report/meetings/${segment}/participants`],
      ['summaries.get', `/meetings/${segment}/meeting_summary`],
    ] as const;
    for (const [name, url] of urls) assert.equal(wireOf(name, { meetingId }).url, url, name);
    assert.equal(wireOf('reports.webinarQa', { webinarId: meetingId }).url, `/report/webinars/${segment}/qa`);
  }
});

test('an id cannot leave its place in the path', () => {
  const url = '/meetings/85746065432/registrants/..%2F..%2Fusers%3Faction%3Ddelete';
  const registrantId = '../../users?action=delete';
  assert.equal(wireOf('meetings.removeRegistrant', { meetingId: 85_746_065_432, registrantId }).url, url);
  assert.throws(() => wireOf('users.remove', { userId: '..', action: 'delete' }), TypeError);
});

test('a day or time that does not exist is refused', () => {
  const from = ['2026-02-30', '2026-13-01', '2026-2-3', '20261121', ''];
  for (const day of from) {
    assert.deepEqual(errorsOf('meetings.list', { userId: 'me', from: day }), [
      'from: expected a date such as 2026-11-21',
    ]);
  }
  const wrong = ['2026-11-21', '2026-11-21T25:00:00Z', '2026-11-21T15:00', '2026-11-21T15:00:00+01:00'];
  for (const start_time of wrong) {
    assert.deepEqual(errorsOf('meetings.create', { userId: 'me', start_time }), [
      'start_time: expected a time such as 2026-11-21T15:00:00Z in UTC, or 2026-11-21T15:00:00 in `timezone`',
    ]);
  }
  for (const start_time of ['2028-02-29T23:59:59Z', '2026-11-21T15:00:00']) {
    assert.deepEqual(errorsOf('meetings.create', { userId: 'me', start_time }), []);
  }
});

test('settings that are newer than this list are laid over the others', () => {
  const input = {
    meetingId: 1,
    settings: { host_video: true, audio: 'voip' },
    settings_extra_fields: { audio: 'both', shiny_new_setting: { enable: true } },
  };
  assert.equal(
    wireOf('meetings.update', input).body,
    '{"settings":{"host_video":true,"audio":"both","shiny_new_setting":{"enable":true}}}',
  );
});

test('what belongs in the query goes there, and the rest into the body', () => {
  const person = { email: 'ada@example.com', first_name: 'Ada' };
  assert.deepEqual(wireOf('meetings.addRegistrant', { meetingId: 1, occurrence_ids: '7,8', ...person }), {
    url: '/meetings/1/registrants?occurrence_ids=7%2C8',
    body: '{"first_name":"Ada","email":"ada@example.com"}',
  });
  assert.deepEqual(wireOf('users.update', { userId: 'me', login_type: 100, last_name: 'King' }), {
    url: '/users/me?login_type=100',
    body: '{"last_name":"King"}',
  });
  assert.deepEqual(wireOf('meetings.end', { meetingId: 1 }), {
    url: '/meetings/1/status',
    body: '{"action":"end"}',
  });
});
