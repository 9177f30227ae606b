/**
 * Brings the participants of one past meeting to a Brevo list, person by person. For whole accounts there is
 * `trunkline.activate`, which joins the stays of a person and needs far fewer calls: see the end.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline({
  apiKey: process.env['TRUNKLINE_API_KEY'],
  brevoApiKey: process.env['BREVO_API_KEY'],
});
const zoom = await trunkline.connectors.connect('zoom', {
  accountId: process.env['ZOOM_ACCOUNT_ID'],
  clientId: process.env['ZOOM_CLIENT_ID'],
  clientSecret: process.env['ZOOM_CLIENT_SECRET'],
});

// A meeting's number means its last time only; each time has a UUID of its own.
const meeting = await findPastMeeting();
console.log(`${meeting.topic}, ${meeting.start_time}`);

const synced = new Set<string>();
let guests = 0;
for await (const participant of zoom.pastMeetings.participants.items({ meetingId: meeting.uuid })) {
  if (participant.user_email) {
    const { email, optedOut } = await trunkline.contacts.sync({
      email: participant.user_email,
      attributes: {
        FIRSTNAME: participant.name,
        MEETING_DURATION: participant.duration,
        MEETING_JOIN_DATE: participant.join_time,
        ATTENDANCE_STATUS: 'attended',
      },
      listIds: [15],
    });
    console.log(`${email}${optedOut ? ' said no to mail: on no list' : ''}`);
    synced.add(email);
  } else guests++;
}
console.log(`${synced.size} people brought over; ${guests} stays without an address`);

const brevo = await trunkline.connectors.connect('brevo');
for (const email of synced) {
  const contact = await brevo.contacts.get({ email });
  assert.equal(contact.attributes['ATTENDANCE_STATUS'], 'attended');
  // Brevo keeps the day; the time of day would be dropped.
  assert.match(String(contact.attributes['MEETING_JOIN_DATE']), /^\d{4}-\d{2}-\d{2}$/);
  assert.ok(contact.emailBlacklisted || contact.listIds.includes(15));
}
assert.ok(synced.size > 0);

// The same for all meetings and webinars of a range of time. A dry run sends nothing.
const weekAgo = Date.now() - 7 * 24 * 3600_000;
const summary = await trunkline.activate({ since: weekAgo, dryRun: true });
console.log(`the last week: ${summary.contacts.created} new, ${summary.contacts.updated} to update`);
assert.equal(summary.failed.length, 0);

/** The last meeting of any host that people with an address were in. */
async function findPastMeeting() {
  const range = { from: day(Date.now() - 30 * 24 * 3600_000), to: day(Date.now()) };
  for await (const { id } of zoom.users.list.items({ status: 'active' })) {
    if (!id) continue;
    for await (const row of zoom.reports.userMeetings.items({ userId: id, ...range })) {
      const { participants } = await zoom.pastMeetings.participants({ meetingId: row.uuid });
      if (participants.some(({ user_email: email }) => email)) return row;
    }
  }
  throw new Error('nobody held a meeting in the last 30 days');
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
