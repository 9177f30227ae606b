import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareTarget, type TargetSettings } from '../../src/activate/target.ts';
import type { Audience } from '../../src/core/audience.ts';
import type { Reader } from '../../src/core/reader.ts';

const reader = {} as Reader;
const LISTS = [
  { id: 4, name: 'Newsletter' },
  { id: 15, name: 'Zoom meeting participants' },
];

/** An account that notes what is created in it. */
function account(lists = LISTS) {
  const made: string[] = [];
  const audience: Partial<Audience> = {
    schema: async () => ({ attributes: new Map([['FIRSTNAME', { type: 'text' }]]), lists }),
    createAttribute: async (_, name, type) => void made.push(`${name} ${type}`),
    createList: async (_, name) => made.push(name) + 100,
  };
  const prepare = (settings: Partial<TargetSettings>, write = true) =>
    prepareTarget(audience as Audience, reader, { ...plain, ...settings }, write);
  return { made, prepare };
}

const none = { meetingParticipants: null, webinarAttendees: null, webinarRegistrants: null };
const plain: TargetSettings = { fields: [], lists: none, ensureAttributes: false, ensureLists: false };
const fields = [
  { from: 'name', to: 'FIRSTNAME' },
  { from: 'duration', to: 'MINUTES' },
  { from: 'join_time', to: 'JOINED' },
];

test('lists are found by id and by name, and null means none', async () => {
  const { prepare, made } = account();
  const { lists, created } = await prepare({
    lists: { meetingParticipants: 15, webinarAttendees: 'Newsletter', webinarRegistrants: null },
  });
  assert.deepEqual(lists, { meetingParticipants: 15, webinarAttendees: 4, webinarRegistrants: null });
  assert.deepEqual([created, made], [[], []]);
});

/** What becomes of a configuration that names the list. */
const by = async (list: number | string, ensureLists = false) => {
  const error: unknown = await account()
    .prepare({ lists: { ...none, webinarAttendees: list }, ensureLists })
    .catch((thrown: unknown) => thrown);
  return error instanceof Error ? error.message : 'it went through';
};

test('a list that is not there is answered with those that are', async () => {
  const has = `it has 4 'Newsletter', 15 'Zoom meeting participants'`;
  const head =
    'the configuration does not fit the account:\n  lists: webinar_attendees: the account has no list';
  const byId = `${head} 16; ${has}. Name one of them by id or name, create it there, or write null for no list`;
  assert.equal(await by(16), byId);
  assert.equal(await by(16, true), byId, 'a list cannot be made with a certain id');
  assert.equal(
    await by('Webinars'),
    `${head} 'Webinars'; ${has}. Name one of them by id or name, create it there, set ensure_lists: true, or write null for no list`,
  );
});

test('an account with many lists shows eight and says how many more there are', async () => {
  const many = Array.from({ length: 11 }, (_, i) => ({ id: i + 1, name: `List ${i + 1}` }));
  await assert.rejects(account(many).prepare({ lists: { ...none, webinarAttendees: 99 } }), {
    kind: 'config',
    message: /it has 1 'List 1', .*8 'List 8' and 3 more\./,
  });
  await assert.rejects(account([]).prepare({ lists: { ...none, webinarAttendees: 99 } }), /it has none\./);
});

test('every problem comes at once, and nothing is created', async () => {
  const { prepare, made } = account();
  await assert.rejects(
    prepare({
      fields: [...fields, { from: 'duration', to: 'FIRSTNAME' }],
      lists: { meetingParticipants: 99, webinarAttendees: 'Webinars', webinarRegistrants: 'New' },
      ensureLists: true,
    }),
    (error: Error) => {
      assert.deepEqual(
        error.message.split('\n').map((line) => line.trim().split(';')[0]),
        [
          'the configuration does not fit the account:',
          'field_mapping: duration → MINUTES: the account has no attribute MINUTES',
          'field_mapping: join_time → JOINED: the account has no attribute JOINED',
          'lists: meeting_participants: the account has no list 99',
        ],
      );
      assert.match(error.message, /create it there as a number attribute, or set ensure_attributes: true/);
      return true;
    },
  );
  assert.deepEqual(made, []);
});

test('missing attributes and lists are created if the settings say so, a shared list once', async () => {
  const { prepare, made } = account();
  const { lists, created, mapping } = await prepare({
    fields,
    lists: { meetingParticipants: 'Zoom', webinarAttendees: 'Zoom', webinarRegistrants: 'Webinars' },
    ensureAttributes: true,
    ensureLists: true,
  });
  assert.deepEqual(made, ['MINUTES number', 'JOINED date', 'Zoom', 'Webinars']);
  assert.deepEqual(created, ['attribute MINUTES', 'attribute JOINED', 'list Zoom', 'list Webinars']);
  assert.deepEqual(lists, { meetingParticipants: 103, webinarAttendees: 103, webinarRegistrants: 104 });
  assert.deepEqual(mapping({ email: 'a@x.example', facts: [] }), {});
});

test('a dry run creates nothing, names what it would create, and keeps lists that differ apart', async () => {
  const { prepare, made } = account();
  const settings = {
    fields,
    lists: { meetingParticipants: 'Zoom', webinarAttendees: 'Zoom', webinarRegistrants: 'Webinars' },
    ensureAttributes: true,
    ensureLists: true,
  };
  const { lists, created } = await prepare(settings, false);
  assert.deepEqual(made, []);
  assert.deepEqual(created, ['attribute MINUTES', 'attribute JOINED', 'list Zoom', 'list Webinars']);
  assert.equal(lists.meetingParticipants, lists.webinarAttendees);
  assert.notEqual(lists.meetingParticipants, lists.webinarRegistrants);
});
