import { ConnectorError } from '../../core/errors.ts';
import type { Instance, PeopleSource } from '../../core/people.ts';
import type { Reader } from '../../core/reader.ts';
import { instances } from './instances.ts';
import * as pastMeetings from './past-meetings.ts';
import * as pastWebinars from './past-webinars.ts';
import * as webinars from './webinars.ts';

const DAY = 24 * 3600_000;

/** One instance by its UUID, or the latest of a meeting or webinar number. */
export const findInstance: NonNullable<PeopleSource['instance']> = async (reader, id) =>
  (await unlessMissing(() => pastMeeting(reader, id))) ?? unlessMissing(() => pastWebinar(reader, id));

async function pastMeeting(reader: Reader, id: string): Promise<Instance> {
  const past = await reader.call(pastMeetings.get, { meetingId: id });
  return {
    id: past.uuid,
    series: past.id,
    kind: 'meeting',
    topic: past.topic,
    startedAt: past.start_time,
    ...(past.end_time ? { endedAt: past.end_time } : {}),
    ...(past.user_email ? { hostEmail: past.user_email.toLowerCase() } : {}),
  };
}

/** `/past_meetings` knows no webinars, and `/webinars` not when one was held: the lists of its host do. */
async function pastWebinar(reader: Reader, id: string): Promise<Instance | undefined> {
  const webinar = await reader.call(webinars.get, { webinarId: id });
  const held: { uuid: string; start_time: string }[] = [];
  for await (const { rows } of reader.pages(pastWebinars.instances, { webinarId: webinar.id })) {
    held.push(...rows);
  }
  const latest = held.toSorted((a, b) => a.start_time.localeCompare(b.start_time)).at(-1);
  const one = held.find(({ uuid }) => uuid === id) ?? (id === webinar.id ? latest : undefined);
  const { host_id: hostId, host_email: email } = webinar as { host_id?: string; host_email?: string };
  if (!one || hostId === undefined) return undefined;
  const at = Date.parse(one.start_time);
  const host = { id: hostId, email: email?.toLowerCase() ?? '', name: '' };
  // A webinar of late evening is reported on the day that it began, in UTC; a day on each side is sure.
  const range = { since: at - DAY, until: at + DAY };
  const found = await instances(reader, host, range, ['webinar']);
  return found.instances.find((candidate) => candidate.id === one.uuid);
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
