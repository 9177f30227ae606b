import type { ItemOf } from '../../core/action.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Host, Instance, InstancePeople, PeopleSource, Registrant, Segment } from '../../core/people.ts';
import type { Reader } from '../../core/reader.ts';
import { pushes } from './happenings.ts';
import { findInstance } from './instance.ts';
import { instances } from './instances.ts';
import * as meetings from './meetings.ts';
import * as pastMeetings from './past-meetings.ts';
import * as pastWebinars from './past-webinars.ts';
import * as reports from './reports.ts';
import { skipper } from './skips.ts';
import * as users from './users.ts';
import * as webinars from './webinars.ts';

/** Who met on Zoom, and who had said they would. */
export const people: PeopleSource = {
  uses: [
    users.list,
    meetings.list,
    meetings.get,
    meetings.registrants,
    pastMeetings.get,
    pastMeetings.participants,
    webinars.list,
    webinars.registrants,
    webinars.trackingSources,
    pastWebinars.instances,
    pastWebinars.participants,
    pastWebinars.absentees,
    reports.userMeetings,
  ],

  async *hosts(reader) {
    // Users who left meanwhile held meetings too; pending ones never signed in.
    for (const status of ['active', 'inactive'] as const) {
      for await (const { rows, refused } of reader.pages(users.list, { status })) {
        yield { rows: rows.flatMap(toHost), refused };
      }
    }
  },

  instances,

  instance: findInstance,

  async people(reader, instance, wanted) {
    const result: InstancePeople = { segments: [], registrants: [], refused: [], skips: [] };
    const skip = skipper(result.skips);
    const name = `${instance.kind} '${instance.topic}' of ${instance.startedAt}`;
    await skip(`participants of ${name}`, () => segments(reader, instance, result));
    if (instance.kind === 'webinar') {
      await skip(`registrants of ${name}`, () =>
        webinarRegistrants(reader, instance, wanted.sources, result));
      await skip(`absentees of ${name}`, () => absentees(reader, instance, result));
    } else if (await hasRegistration(reader, instance, result.segments)) {
      await skip(`registrants of ${name}`, () => meetingRegistrants(reader, instance, result));
    }
    return result;
  },

  pushes,
};

function toHost(user: { id?: string | undefined; email: string; display_name?: string | undefined }): Host[] {
  return user.id ? [{ id: user.id, email: user.email.toLowerCase(), name: user.display_name ?? '' }] : [];
}

async function segments(reader: Reader, instance: Instance, result: InstancePeople): Promise<void> {
  // Until the last page is here, somebody who seems to be missing may only not have been read yet.
  result.incomplete = true;
  // The registration is the surest sign of who somebody is, and Zoom shows it only when asked.
  const include = { include_fields: 'registrant_id' } as const;
  const pages =
    instance.kind === 'webinar'
      ? reader.pages(pastWebinars.participants, { webinarId: instance.id, ...include })
      : reader.pages(pastMeetings.participants, { meetingId: instance.id, ...include });
  let uncounted = false;
  for await (const page of pages) {
    result.refused.push(...page.refused);
    for (const row of page.rows) {
      uncounted ||= isUncounted(row);
      result.segments.push({
        userId: row.user_id,
        name: row.name,
        joinedAt: row.join_time,
        waiting: row.status === 'in_waiting_room',
        ...(row.leave_time ? { leftAt: row.leave_time } : {}),
        ...(row.registrant_id ? { registrant: row.registrant_id } : {}),
        ...(row.user_email ? { email: row.user_email.toLowerCase() } : {}),
        ...(row.id ? { account: row.id } : {}),
      } satisfies Segment);
    }
  }
  result.incomplete = uncounted || result.refused.length > 0;
}

/** Zoom has not counted this stay yet: after large meetings, lengths are 0 for a while (Zoom FACTS F 8). */
function isUncounted(row: ItemOf<typeof pastMeetings.participants>): boolean {
  if (row.duration !== 0 || !row.leave_time) return false;
  return Date.parse(row.leave_time) - Date.parse(row.join_time) >= 2000;
}

async function webinarRegistrants(
  reader: Reader,
  instance: Instance,
  sources: boolean,
  result: InstancePeople,
): Promise<void> {
  for (const status of STATUSES) {
    const pages = reader.pages(webinars.registrants, { webinarId: instance.series, status });
    for await (const { rows, refused } of pages) {
      result.refused.push(...refused);
      result.registrants.push(...rows.map((row) => toRegistrant(row, status)));
    }
  }
  if (sources && result.registrants.length > 0) await addSources(reader, instance.series, result.registrants);
}

async function meetingRegistrants(reader: Reader, instance: Instance, result: InstancePeople): Promise<void> {
  for (const status of STATUSES) {
    const pages = reader.pages(meetings.registrants, { meetingId: instance.series, status });
    for await (const { rows, refused } of pages) {
      result.refused.push(...refused);
      result.registrants.push(...rows.map((row) => toRegistrant(row, status)));
    }
  }
}

/** Zoom lists registrants of one status at a time (Zoom FACTS G 11, 20). */
const STATUSES = ['approved', 'pending', 'denied'] as const;

function toRegistrant(row: ItemOf<typeof webinars.registrants>, status: Registrant['status']): Registrant {
  return {
    id: row.id,
    email: row.email.toLowerCase(),
    firstName: row.first_name,
    lastName: row.last_name,
    status,
    ...(row.create_time ? { registeredAt: row.create_time } : {}),
    answers: Object.fromEntries((row.custom_questions ?? []).map(({ title, value }) => [title, value])),
  };
}

/** Whether people had to register: their stays show it, else the settings do, so that nobody is asked in vain. */
async function hasRegistration(
  reader: Reader,
  instance: Instance,
  stays: readonly Segment[],
): Promise<boolean> {
  if (stays.some(({ registrant }) => registrant)) return true;
  try {
    const { settings } = await reader.call(meetings.get, { meetingId: instance.series });
    return settings?.approval_type === 0 || settings?.approval_type === 1;
  } catch (error) {
    // Instant meetings and those that are long over are no longer shown.
    if (error instanceof ConnectorError && error.kind === 'not-found') return false;
    throw error;
  }
}

/** A registrant's row does not say where he came from; the list of each tracked link does. */
async function addSources(
  reader: Reader,
  webinarId: string,
  registrants: readonly Registrant[],
): Promise<void> {
  const byId = new Map(registrants.map((registrant) => [registrant.id, registrant]));
  const statuses = new Set(registrants.map(({ status }) => status));
  for await (const { rows } of reader.pages(webinars.trackingSources, { webinarId })) {
    for (const { id, source_name: source, registration_count: count } of rows) {
      if (count === 0) continue;
      for (const status of statuses) {
        const query = { webinarId, status, tracking_source_id: id };
        for await (const page of reader.pages(webinars.registrants, query)) {
          for (const row of page.rows) Object.assign(byId.get(row.id) ?? {}, { source });
        }
      }
    }
  }
}

async function absentees(reader: Reader, instance: Instance, result: InstancePeople): Promise<void> {
  const listed: string[] = [];
  for await (const page of reader.pages(pastWebinars.absentees, { webinarId: instance.id })) {
    result.refused.push(...page.refused);
    for (const row of page.rows) listed.push(row.email.toLowerCase());
  }
  result.absentees = listed;
}
