/** Rows of meetings and webinars as they are planned. */
import type { PushedRow, StreamPushes } from '../../../core/pushed-rows.ts';
import type { JsonObject } from '../../../core/stream.ts';
import { fromEvents, pick, type Said } from './from-events.ts';

type Created = Said<'meeting.created'>;
type Updated = Said<'meeting.updated'>;
type Deleted = Said<'meeting.deleted'>;

/** Of instant meetings and rooms of one's own there is no line in the lists of what is planned. */
const PLANNED = new Set([2, 3, 8, 5, 6, 9]);

const LISTED = 'id uuid host_id topic type start_time duration timezone join_url pmi';
const DETAILS = `${LISTED} agenda registration_url creation_source tracking_fields recurrence`;

const userOf = ({ host_id: host }: JsonObject) => (typeof host === 'string' ? { userId: host } : undefined);

/** The lists by host. */
export const plannedMeetings = plansOf('meeting', LISTED, userOf);
export const plannedWebinars = plansOf('webinar', LISTED, userOf);

/** The same with details. Settings are left to the API: events have only those that were changed. */
export const meetingDetails = plansOf('meeting', DETAILS, ({ id }) => ({ meetingId: String(id) }));
export const webinarDetails = plansOf('webinar', DETAILS, ({ id }) => ({ webinarId: String(id) }));

function plansOf(
  kind: 'meeting' | 'webinar',
  names: string,
  within: (row: JsonObject) => Readonly<Record<string, string>> | undefined,
): StreamPushes {
  const placed = (row: JsonObject): PushedRow => {
    const place = within(row);
    return { row, ...(place && { within: place }) };
  };
  const created = ({ payload: { object } }: Created | Deleted) =>
    object.type !== undefined && PLANNED.has(object.type) ? [placed(pick(object, names))] : [];
  // What is planned may be no meeting of the lists, which only its creation tells: a change makes no row.
  const updated = ({ payload: { object } }: Updated) => [{ row: pick(object, names) }];
  // One occurrence less of what recurs: it is still there.
  const deleted = (event: Deleted) => (event.payload.operation === 'single' ? [] : gone(event));
  return kind === 'meeting'
    ? fromEvents(['id'], {
        'meeting.created': created,
        'meeting.updated': updated,
        'meeting.deleted': deleted,
        'meeting.permanently_deleted': deleted,
        'meeting.recovered': created,
        'meeting.converted_to_webinar': gone,
      })
    : fromEvents(['id'], {
        'webinar.created': created,
        'webinar.updated': updated,
        'webinar.deleted': deleted,
        'webinar.permanently_deleted': deleted,
        'webinar.recovered': created,
        'webinar.converted_to_meeting': gone,
      });
}

function gone({ payload: { object } }: { payload: { object: { id: string } } }): PushedRow[] {
  return [{ row: { id: object.id }, gone: true }];
}
