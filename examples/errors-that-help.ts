/**
 * Shows what errors say: a kind to decide by, a hint for the person who reads it, and the fields at fault.
 *
 * In your own project the import is: import { ConnectorError, Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { ConnectorError, Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline();
const zoom = await trunkline.connectors.connect('zoom');

async function errorOf(call: Promise<unknown>): Promise<ConnectorError> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    console.log(`${error.kind}: ${error.message}\n  → ${error.hint}`);
    return error;
  }
  throw new Error('there was no error');
}

// Zoom does not know the meeting.
const gone = await errorOf(zoom.meetings.get({ meetingId: 99999999999 }));
assert.equal(gone.kind, 'not-found');
assert.equal(gone.code, '3001');
assert.equal(gone.retry, 'never');

// Seen before anything is sent, with the field.
const recurrence = { type: 1, end_times: 2, end_date_time: '2027-01-31T12:00:00Z' } as const;
const both = await errorOf(zoom.meetings.create({ userId: 'me', type: 8, recurrence }));
assert.equal(both.kind, 'input');
assert.equal(both.fields[0]?.field, 'recurrence.end_date_time');

// Brevo would drop both values and answer success.
const dropped = await errorOf(
  trunkline.contacts.sync({
    email: 'ada@example.com',
    attributes: { MEETING_DURATION: '45 minutes', FIRST_NAME: 'Ada' },
  }),
);
assert.deepEqual(
  dropped.fields.map(({ field }) => field),
  ['attributes.MEETING_DURATION', 'attributes.FIRST_NAME'],
);

// A wrong secret, told apart from a missing one.
await using other = new Trunkline({ dataDir: `${trunkline.config.dataDir}/other` });
const refused = await errorOf(
  other.connectors.connect('zoom', {
    accountId: process.env['ZOOM_ACCOUNT_ID'],
    clientId: process.env['ZOOM_CLIENT_ID'],
    clientSecret: 'not-the-secret',
  }),
);
assert.equal(refused.kind, 'auth');
assert.ok(refused.hint.length > 20);
