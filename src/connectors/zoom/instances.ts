import type { Host, Instance, PeopleSource, Skip, TimeRange } from '../../core/people.ts';
import type { Reader, RefusedRow } from '../../core/reader.ts';
import * as meetings from './meetings.ts';
import * as pastMeetings from './past-meetings.ts';
import * as pastWebinars from './past-webinars.ts';
import * as reports from './reports.ts';
import { skipper, type SkipPart } from './skips.ts';
import * as webinars from './webinars.ts';

const DAY = 24 * 3600_000;
/** Reports take at most one month a call (Zoom FACTS G 27); the shortest month has 28 days. */
const WINDOW_DAYS = 28;
/** Reports reach back six months (Zoom FACTS G 27). */
const REPORT_REACH = 180 * DAY;
const WEBINAR_TYPES = new Set([5, 6, 9]);

/** What one host held in a range of time, from all the lists that Zoom has. */
export const instances: PeopleSource['instances'] = async (reader, host, range, kinds) => {
  const found = new Map<string, Instance>();
  const refused: RefusedRow[] = [];
  const skips: Skip[] = [];
  const skip = skipper(skips);
  if (kinds.includes('meeting'))
    await skip(`meetings of ${host.email}`, () => previousMeetings(reader, host, range, found, refused));
  if (kinds.includes('webinar'))
    await skip(`webinars of ${host.email}`, () => pastWebinarInstances(reader, host, range, found, refused));
  // The list of previous meetings may leave out instant ones, the report those with one person: both are needed.
  await skip(`report of ${host.email}`, () => reported(reader, host, range, kinds, found, refused));
  const ended: Instance[] = [];
  for (const instance of found.values()) {
    const whole = await withEnd(reader, instance, skip);
    if (whole) ended.push(whole);
  }
  return { instances: ended, refused, skips };
};

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
async function withEnd(reader: Reader, instance: Instance, skip: SkipPart): Promise<Instance | undefined> {
  if (instance.endedAt || instance.kind === 'webinar') return instance;
  let whole: Instance | undefined;
  await skip(`details of '${instance.topic}' of ${instance.startedAt}`, async () => {
    const past = await reader.call(pastMeetings.get, { meetingId: instance.id });
    whole = { ...instance, startedAt: past.start_time, ...(past.end_time ? { endedAt: past.end_time } : {}) };
  });
  return whole;
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
