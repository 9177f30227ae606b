/** Compiled, never run: what the types of the SDK allow, and what they refuse. */
import { Trunkline, type Client, type connectors, type SyncedPerson } from '../../src/index.ts';

export async function typesOfTheSdk(): Promise<void> {
  await using trunkline = new Trunkline({ apiKey: process.env['KEY'], brevoApiKey: process.env['KEY'] });
  // @ts-expect-error there is no such plan
  void new Trunkline({ zoomPlan: 'gold' });
  // @ts-expect-error it is spelled brevoApiKey
  void new Trunkline({ brevoKey: 'x' });
  void new Trunkline({ listIds: { meetingParticipants: 15, webinarAttendees: 'Attendees' } });
  // @ts-expect-error there is no list for hosts
  void new Trunkline({ listIds: { hosts: 15 } });

  const zoom: Client<typeof connectors.zoom> = await trunkline.connectors.connect('zoom', {
    accountId: process.env['ZOOM_ACCOUNT_ID'],
    clientId: process.env['ZOOM_CLIENT_ID'],
    clientSecret: process.env['ZOOM_CLIENT_SECRET'],
  });
  // @ts-expect-error the secret is missing
  await trunkline.connectors.connect('zoom', { accountId: 'a', clientId: 'b' });
  // @ts-expect-error Brevo takes a key
  await trunkline.connectors.connect('brevo', { token: 'a' });
  await trunkline.connectors.connect('./orders.json', { token: 'a' }, { servers: { api: 'https://x.test' } });

  const { id, topic } = await zoom.meetings.create({ userId: 'me', topic: 'Review', duration: 45 });
  const number: string = id;
  const name: string = topic;
  // @ts-expect-error the user is missing
  await zoom.meetings.create({ topic: 'Review' });
  // @ts-expect-error it is start_time
  await zoom.meetings.create({ userId: 'me', startTime: '2026-11-21T09:00:00Z' });
  // @ts-expect-error a number of minutes
  await zoom.meetings.create({ userId: 'me', duration: '45' });
  // @ts-expect-error there is no such area
  void zoom.parties;
  // @ts-expect-error one meeting has no pages
  void zoom.meetings.get.pages;
  for await (const user of zoom.users.list.items({ status: 'active' })) {
    const email: string = user.email;
    // @ts-expect-error a user has no such member that is a number
    const wrong: number = user.email;
    void [email, wrong];
  }

  const synced: SyncedPerson = await trunkline.contacts.sync({
    email: 'ada@example.com',
    attributes: { FIRSTNAME: 'Ada', MEETING_DURATION: 45, WEBINAR_NAME: undefined, IS_CUSTOMER: true },
    listIds: [15],
  });
  // @ts-expect-error the address is missing
  await trunkline.contacts.sync({ attributes: { FIRSTNAME: 'Ada' } });
  // @ts-expect-error lists go by id here
  await trunkline.contacts.sync({ email: 'ada@example.com', listIds: ['Newsletter'] });
  // @ts-expect-error a value is a text, a number, true or false, or a list of texts
  await trunkline.contacts.sync({ email: 'ada@example.com', attributes: { JOINED: new Date(0) } });
  // @ts-expect-error nobody is put back by us
  await trunkline.contacts.sync({ email: 'ada@example.com', emailBlacklisted: false });

  const off: () => void = trunkline.on('meeting.ended', async ({ topic: event, payload }) => {
    const text: 'meeting.ended' = event;
    const uuid: string = payload.object.uuid;
    // @ts-expect-error only ids are sure to be there
    const title: string = payload.object.topic;
    // @ts-expect-error a meeting that has ended has no recording
    void [text, uuid, title, payload.object.recording_files.length];
  });
  trunkline.on('something.new', ({ payload }) => {
    // @ts-expect-error of an event that nobody knows nothing is known
    void payload.object;
  });
  // @ts-expect-error a receiver is for a connection by its name
  void trunkline.receiver({ name: 'zoom' });
  const receiver = await trunkline.receiver();
  const count: number = receiver.counts().stored;
  const { outcome, streams } = await trunkline.extract({
    streams: ['users', 'meeting_*'],
    to: 'sqlite:./zoom.db',
    since: '2026-10-01',
    until: new Date(),
    mode: 'incremental',
    onProgress: ({ streams: all }) => void all.length,
  });
  if (outcome === 'done') void streams[0]?.rows.toFixed();
  // @ts-expect-error there is no such mode
  await trunkline.extract({ mode: 'truncate' });
  const { minimumMs } = await trunkline.plan({ streams: ['users'] });
  void [count, minimumMs.toFixed()];
  const { handled } = await trunkline.connectors.handleWebhook('zoom', {
    topic: 'meeting.ended',
    payload: {},
  });
  // @ts-expect-error the topic is missing
  await trunkline.connectors.handleWebhook('zoom', { payload: {} });
  // @ts-expect-error a parsed body has lost its bytes
  trunkline.webhooks.verify({ headers: {}, body: { event: 'meeting.ended' } });
  const verdict = trunkline.webhooks.verify({ headers: new Headers(), body: '{}' });
  if (!verdict.ok) void verdict.reason.length;
  // @ts-expect-error where the range begins is missing
  await trunkline.activate({ dryRun: true });
  void [number, name, synced.created, off, handled];
}
