import type { ItemOf } from '../../core/action.ts';
import { ConnectorError } from '../../core/errors.ts';
import type {
  Host,
  Instance,
  InstancePeople,
  PeopleSource,
  Registrant,
  Segment,
  Skip,
  TimeRange,
} from '../../core/people.ts';
import type { Reader, RefusedRow } from '../../core/reader.ts';
import * as meetings from './meetings.ts';
import * as pastMeetings from './past-meetings.ts';
import * as pastWebinars from './past-webinars.ts';
import * as reports from './reports.ts';
import * as users from './users.ts';
import * as webinars from './webinars.ts';

const DAY = 24 * 3600_000;
/** Reports take at most one month a call (Zoom FACTS G 27); the shortest month has 28 days. */
const WINDOW_DAYS = 28;
/** Reports reach back six months (Zoom FACTS G 27). */
const REPORT_REACH = 180 * DAY;
const WEBINAR_TYPES = new Set([5, 6, 9]);

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

  async instances(reader, host, range, kinds) {
    const found = new Map<string, Instance>();
    const refused: RefusedRow[] = [];
    const skips: Skip[] = [];
    const skip = skipper(skips);
    if (kinds.includes('meeting'))
      await skip(`meetings of ${host.email}`, () => previousMeetings(reader, host, range, found, refused));
    if (kinds.includes('webinar'))
      await skip(`webinars of ${host.email}`, () =>
        pastWebinarInstances(reader, host, range, found, refused));
    // The list of previous meetings may leave out instant ones, the report those with one person: both are needed.
    await skip(`report of ${host.email}`, () => reported(reader, host, range, kinds, found, refused));
    const instances: Instance[] = [];
    for (const instance of found.values()) {
      const whole = await withEnd(reader, instance, skip);
      if (whole) instances.push(whole);
    }
    return { instances, refused, skips };
  },

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
};

function toHost(user: { id?: string | undefined; email: string; display_name?: string | undefined }): Host[] {
  return user.id ? [{ id: user.id, email: user.email.toLowerCase(), name: user.display_name ?? '' }] : [];
}

/**
 * Runs a part and records why it could not be had, when the reason is the account's plan, a role, or that the thing
 * is gone. A missing scope and everything else is a failure: it would hide people without anybody noticing.
 */
function skipper(skips: Skip[]) {
  return async (what: string, part: () => Promise<void>): Promise<void> => {
    try {
      await part();
    } catch (error) {
      if (!(error instanceof ConnectorError) || !isSkip(error)) throw error;
      skips.push({
        what,
        code: error.code ?? String(error.status ?? ''),
        message: error.message,
        hint: error.hint,
      });
    }
  };
}

function isSkip(error: ConnectorError): boolean {
  if (error.kind === 'plan' || error.kind === 'not-found') return true;
  // The firewall's page for one poisoned address: it will never answer (Zoom FACTS, errors table).
  return error.kind === 'remote' && error.status === 403;
}

async function previousMeetings(
  reader: Reader,
  host: Host,
  range: TimeRange,
  found: Map<string, Instance>,
  refused: RefusedRow[],
): Promise<void> {
  for (const window of windows(range)) {
    const query = { userId: host.id, type: 'previous_meetings', ...window } as const;
    for await (const page of reader.pages(meetings.list, query)) {
      refused.push(...page.refused);
      for (const row of page.rows) {
        if (!row.start_time || !within(range, row.start_time)) continue;
        found.set(row.uuid, {
          id: row.uuid,
          series: row.id,
          kind: 'meeting',
          topic: row.topic,
          startedAt: row.start_time,
          hostEmail: host.email,
        });
      }
    }
  }
}

async function pastWebinarInstances(
  reader: Reader,
  host: Host,
  range: TimeRange,
  found: Map<string, Instance>,
  refused: RefusedRow[],
): Promise<void> {
  for await (const page of reader.pages(webinars.list, { userId: host.id })) {
    refused.push(...page.refused);
    for (const webinar of page.rows) {
      // One that is planned for once and later has not been held yet; a recurring one may have been.
      if (webinar.type === 5 && webinar.start_time && Date.parse(webinar.start_time) >= range.until) continue;
      for await (const held of reader.pages(pastWebinars.instances, { webinarId: webinar.id })) {
        refused.push(...held.refused);
        for (const row of held.rows) {
          if (!within(range, row.start_time)) continue;
          found.set(row.uuid, {
            id: row.uuid,
            series: webinar.id,
            kind: 'webinar',
            topic: webinar.topic,
            startedAt: row.start_time,
            hostEmail: host.email,
          });
        }
      }
    }
  }
}

async function reported(
  reader: Reader,
  host: Host,
  range: TimeRange,
  kinds: readonly Instance['kind'][],
  found: Map<string, Instance>,
  refused: RefusedRow[],
): Promise<void> {
  const reach = { ...range, since: Math.max(range.since, reader.now() - REPORT_REACH) };
  for (const window of windows(reach)) {
    for await (const page of reader.pages(reports.userMeetings, { userId: host.id, ...window })) {
      refused.push(...page.refused);
      for (const row of page.rows) {
        const kind = WEBINAR_TYPES.has(row.type) ? 'webinar' : 'meeting';
        if (!kinds.includes(kind) || !within(range, row.start_time)) continue;
        found.set(row.uuid, {
          id: row.uuid,
          series: row.id,
          kind,
          topic: row.topic,
          startedAt: row.start_time,
          endedAt: row.end_time,
          hostEmail: row.user_email?.toLowerCase() ?? host.email,
        });
      }
    }
  }
}

/** The instance with its real end, or nothing when it has not ended. */
async function withEnd(
  reader: Reader,
  instance: Instance,
  skip: (what: string, part: () => Promise<void>) => Promise<void>,
): Promise<Instance | undefined> {
  if (instance.endedAt || instance.kind === 'webinar') return instance;
  let whole: Instance | undefined;
  await skip(`details of '${instance.topic}' of ${instance.startedAt}`, async () => {
    const past = await reader.call(pastMeetings.get, { meetingId: instance.id });
    whole = { ...instance, startedAt: past.start_time, ...(past.end_time ? { endedAt: past.end_time } : {}) };
  });
  return whole;
}

async function segments(reader: Reader, instance: Instance, result: InstancePeople): Promise<void> {
  // The registration is the surest sign of who somebody is, and Zoom shows it only when asked.
  const include = { include_fields: 'registrant_id' } as const;
  const pages =
    instance.kind === 'webinar'
      ? reader.pages(pastWebinars.participants, { webinarId: instance.id, ...include })
      : reader.pages(pastMeetings.participants, { meetingId: instance.id, ...include });
  for await (const page of pages) {
    result.refused.push(...page.refused);
    for (const row of page.rows) {
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

/** The range cut into spans of days that Zoom accepts; both ends are always sent (Zoom FACTS F 5). */
function windows({ since, until }: TimeRange): { from: string; to: string }[] {
  const result: { from: string; to: string }[] = [];
  for (let from = since; from < until; from += WINDOW_DAYS * DAY) {
    const to = Math.min(until - 1, from + (WINDOW_DAYS - 1) * DAY);
    result.push({ from: day(from), to: day(to) });
  }
  return result;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function within({ since, until }: TimeRange, time: string): boolean {
  const at = Date.parse(time);
  return at >= since && at < until;
}
