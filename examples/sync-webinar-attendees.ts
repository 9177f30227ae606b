/**
 * Brings those who attended a past webinar to a Brevo list, with its title.
 *
 * In your own project the import is: import { ConnectorError, Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { ConnectorError, Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline({ brevoApiKey: process.env['BREVO_API_KEY'] });
const zoom = await trunkline.connectors.connect('zoom', {
  accountId: process.env['ZOOM_ACCOUNT_ID'],
  clientId: process.env['ZOOM_CLIENT_ID'],
  clientSecret: process.env['ZOOM_CLIENT_SECRET'],
});

const webinar = await findPastWebinar();
const attendees = await Array.fromAsync(zoom.pastWebinars.participants.items({ webinarId: webinar.uuid }));

let synced = 0;
for (const attendee of attendees) {
  // Who did not register has no address here.
  if (!attendee.user_email) continue;
  await trunkline.contacts.sync({
    email: attendee.user_email,
    attributes: {
      FIRSTNAME: attendee.name,
      WEBINAR_NAME: webinar.topic,
      ATTENDANCE_STATUS: 'attended',
      MEETING_DURATION: attendee.duration,
    },
    listIds: [16],
  });
  synced++;
}
console.log(`${webinar.topic}: ${synced} of ${attendees.length} stays had an address`);
assert.ok(synced > 0);

const brevo = await trunkline.connectors.connect('brevo');
const email = attendees.find((one) => one.user_email)?.user_email ?? '';
const contact = await brevo.contacts.get({ email });
assert.equal(contact.attributes['WEBINAR_NAME'], webinar.topic);

/** A past webinar with attendees, of any host who has the webinar add-on. */
async function findPastWebinar() {
  for await (const { id } of zoom.users.list.items({ status: 'active' })) {
    if (!id) continue;
    try {
      for await (const { id: webinarId, topic } of zoom.webinars.list.items({ userId: id })) {
        const { webinars } = await zoom.pastWebinars.instances({ webinarId });
        for (const { uuid } of webinars) {
          const { participants } = await zoom.pastWebinars.participants({ webinarId: uuid });
          if (participants.some(({ user_email: address }) => address)) return { uuid, topic };
        }
      }
    } catch (error) {
      // A host without the add-on holds no webinars.
      if (!(error instanceof ConnectorError && error.kind === 'plan')) throw error;
    }
  }
  throw new Error('nobody held a webinar');
}
