/**
 * The streams that say which meetings and webinars were held. What happened in one of them is asked for by its UUID:
 * by a number Zoom answers with the latest one only (Zoom FACTS C).
 */
import type { JsonObject, StreamParent } from '../../../core/stream.ts';
import { LONGEST } from './columns.ts';

/** Features that a row of `history_meetings` says were used or not. */
export type Feature = 'poll' | 'registration';

export interface Wanted {
  /** There is nothing to ask for where this was not used. */
  feature?: Feature;
  /** Zoom has no list of people for a meeting that one person was in (Zoom FACTS F 6). */
  people?: boolean;
  /** Rows call UUID and number just `uuid` and `id`, as those of the instance itself. */
  own?: boolean;
}

/**
 * Meetings that were held. The account's history comes first: it lists all hosts with 300 rows a call, where every
 * other list is asked for host by host, and it says when a meeting was over and what was used in it. The reports leave
 * out meetings of one person, and the hosts' lists may leave out instant ones (Zoom FACTS G 6, G 27), so those that are
 * read anyway complete one another.
 *
 * The last two do not say when a meeting was over, but list it only then: at the latest when it is seen.
 */
export function belowMeetings(wanted: Wanted = {}): StreamParent[] {
  const carry = carrying('meeting', wanted);
  return [
    {
      stream: 'history_meetings',
      params: { meetingId: 'meeting_uuid' },
      carry: carry('meeting_uuid', 'meeting_id'),
      when: (row) => !isWebinar(row['type']) && hasMore(row, 'participants', wanted),
      endedAt: 'end_time',
    },
    {
      stream: 'report_meetings',
      params: { meetingId: 'uuid' },
      carry: carry('uuid', 'id'),
      when: (row) => !isWebinar(row['type']) && hasMore(row, 'participants_count', wanted),
      endedAt: 'end_time',
    },
    {
      stream: 'past_meetings',
      params: { meetingId: 'uuid' },
      carry: carry('uuid', 'id'),
      endedAt: 'start_time',
      longest: LONGEST,
    },
    {
      stream: 'meeting_instances',
      params: { meetingId: 'uuid' },
      carry: carry('uuid', 'meeting_id'),
      endedAt: 'start_time',
      longest: LONGEST,
    },
  ];
}

/** Webinars that were held, by the same order. */
export function belowWebinars(wanted: Omit<Wanted, 'people'> = {}): StreamParent[] {
  const carry = carrying('webinar', wanted);
  return [
    {
      stream: 'history_meetings',
      params: { webinarId: 'meeting_uuid' },
      carry: carry('meeting_uuid', 'meeting_id'),
      when: (row) => isWebinar(row['type']) && hasMore(row, 'participants', wanted),
      endedAt: 'end_time',
    },
    {
      stream: 'report_meetings',
      params: { webinarId: 'uuid' },
      carry: carry('uuid', 'id'),
      when: (row) => isWebinar(row['type']),
      endedAt: 'end_time',
    },
    {
      stream: 'webinar_instances',
      params: { webinarId: 'uuid' },
      carry: carry('uuid', 'webinar_id'),
      endedAt: 'start_time',
      longest: LONGEST,
    },
  ];
}

/** Names that the rows of children have for the UUID and the number of their instance. */
function carrying(kind: 'meeting' | 'webinar', { own = false }: Wanted) {
  const before = own ? '' : `${kind}_`;
  return (uuid: string, number: string) => ({ [`${before}uuid`]: uuid, [`${before}id`]: number });
}

/** The history says `Meeting` or `Webinar`; everywhere else 5, 6 and 9 are webinars (Zoom FACTS G 27). */
export function isWebinar(type: unknown): boolean {
  return type === 'Webinar' || [5, 6, 9].includes(Number(type));
}

/** False where the row says that a feature was not used; what it does not mention may have been. */
export function mayHaveUsed(row: JsonObject, feature: string): boolean {
  const used = row['feature_used'];
  return typeof used !== 'object' || used === null || (used as JsonObject)[feature] !== false;
}

/** False where the details of a meeting or webinar say that nobody registers for it (Zoom FACTS G 8, G 19). */
export function takesRegistrations({ settings }: JsonObject): boolean {
  return (settings as JsonObject | undefined)?.['approval_type'] !== 2;
}

function hasMore(row: JsonObject, count: string, { feature, people = false }: Wanted): boolean {
  if (people && row[count] === 1) return false;
  return feature === undefined || mayHaveUsed(row, feature);
}
