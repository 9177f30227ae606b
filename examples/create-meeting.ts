/**
 * Creates a meeting, changes it, registers somebody and deletes it again.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline();
const zoom = await trunkline.connectors.connect('zoom', {
  accountId: process.env['ZOOM_ACCOUNT_ID'],
  clientId: process.env['ZOOM_CLIENT_ID'],
  clientSecret: process.env['ZOOM_CLIENT_SECRET'],
});

const { users } = await zoom.users.list({ status: 'active' });
// Registration needs a licensed host.
const host = users.find(({ type }) => type === 2);
assert.ok(host?.id, 'there is a licensed user');

const tomorrow = new Date(Date.now() + 24 * 3600_000).toISOString().replace(/\.\d+/, '');
const meeting = await zoom.meetings.create({
  userId: host.id,
  topic: 'Weekly review',
  type: 2,
  start_time: tomorrow,
  duration: 45,
  timezone: 'Europe/Berlin',
  settings: { approval_type: 0, waiting_room: true },
});
console.log(`created ${meeting.id}`);

// What an update does not name stays as it is.
await zoom.meetings.update({ meetingId: meeting.id, topic: 'Monthly review' });
const changed = await zoom.meetings.get({ meetingId: meeting.id });
assert.equal(changed.topic, 'Monthly review');
assert.equal(changed.duration, 45);

const registered = await zoom.meetings.addRegistrant({
  meetingId: meeting.id,
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
});
console.log(`registered ${registered.registrant_id}`);
const people = await Array.fromAsync(zoom.meetings.registrants.items({ meetingId: meeting.id }));
assert.deepEqual(
  people.map(({ email }) => email),
  ['ada@example.com'],
);

await zoom.meetings.remove({ meetingId: meeting.id });
await assert.rejects(zoom.meetings.get({ meetingId: meeting.id }), { kind: 'not-found' });
