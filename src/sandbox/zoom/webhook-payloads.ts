/** Payloads taken from the world, for orders that bring none (FACTS E and H). */
import { createHash, randomBytes } from 'node:crypto';
import type { Instance } from './schedule.ts';
import { TRACKING_SOURCES } from './registrants.ts';
import { iso } from './time.ts';
import type { World } from './world.ts';
import { minutes } from './measures.ts';

/** A payload as Zoom would send it with that event. */
export function samplePayload(
  event: string,
  world: World,
  clientId: string,
  now: number,
): Record<string, unknown> {
  if (event === 'endpoint.url_validation') return { plainToken: randomBytes(16).toString('base64url') };
  const account_id = world.accountId;
  if (event === 'app_deauthorized') {
    const at = iso(now);
    const text = `${at.slice(0, 10)} ${at.slice(11, 19)}`;
    const { id } = world.users[0] ?? { id: '' };
    const signature = createHash('sha256').update(`${account_id} ${id}`).digest('hex');
    return {
      account_id,
      user_id: id,
      signature,
      deauthorization_time: at,
      client_id: clientId,
      // A text, and here alone instead of beside `event` (FACTS B).
      event_ts: text,
    };
  }
  if (event.startsWith('user.')) return { account_id, object: userObject(world) };
  const instance = sampleInstance(event, world);
  if (instance === undefined) return { account_id, object: {} };
  return {
    account_id,
    object: { ...instanceObject(event, instance), ...details(event, world, instance, now) },
  };
}

function userObject(world: World): Record<string, unknown> {
  const user = world.users[0];
  if (user === undefined) return {};
  return { id: user.id, first_name: user.first, last_name: user.last, email: user.email, type: user.type };
}

function sampleInstance(event: string, world: World): Instance | undefined {
  const registration = event.includes('registration');
  const series = event.startsWith('webinar.')
    ? Array.from({ length: world.webinarCount }, (_, i) => world.webinar(i))
    : world.colleagues.slice(0, 8).flatMap((user) => world.meetings(user));
  const fitting = series.find((one) => !registration || one.registration) ?? series[0];
  return fitting?.instances[0];
}

function instanceObject(event: string, instance: Instance): Record<string, unknown> {
  const { series, uuid, start } = instance;
  // A string in live events, a number in those of planning and recording (FACTS E, trap 1).
  const live = /\.(started|ended|participant_|sharing_|alert)/.test(event) && event !== 'webinar.ended';
  return {
    id: live ? String(series.id) : series.id,
    uuid,
    host_id: series.host.id,
    topic: series.topic,
    type: series.type,
    start_time: iso(start),
    duration: series.minutes,
    timezone: series.host.timezone,
    ...(event.endsWith('.ended') ? { end_time: iso(instance.end) } : {}),
  };
}

function details(event: string, world: World, instance: Instance, now: number): Record<string, unknown> {
  const { series } = instance;
  if (event.includes('participant_')) {
    const row = world.cast(instance).rows.at(-1);
    if (row === undefined) return {};
    const { userId, id, name, email, registrantId } = row;
    const left = event.includes('left') ? { leave_time: iso(now), leave_reason: 'left the meeting' } : {};
    const joined = series.kind === 'webinar' ? { join_time: iso(now) } : { date_time: iso(now) };
    const person = { user_id: userId, user_name: name, id, participant_user_id: id, email };
    const participant_uuid = randomBytes(16).toString('hex').toUpperCase();
    const ids = { participant_uuid, registrant_id: registrantId };
    return { participant: { ...person, ...ids, ...(event.includes('left') ? left : joined) } };
  }
  if (event.includes('registration_')) {
    const one = world.registrants(series)[0];
    if (one === undefined) return {};
    const name = TRACKING_SOURCES[one.source];
    const source =
      name === undefined ? {} : { tracking_source: { id: String(one.source), source_name: name } };
    const { first, last } = one.person;
    return { registrant: { id: one.id, first_name: first, last_name: last, email: one.email, ...source } };
  }
  if (event.startsWith('recording.'))
    return { host_email: series.host.email, total_size: 1024 * minutes(instance) };
  return {};
}
