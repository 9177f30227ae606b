/** Rows of meetings and webinars that were held, of their recordings and summaries. */
import type { PushedRow, StreamPushes } from '../../../core/pushed-rows.ts';
import type { JsonObject } from '../../../core/stream.ts';
import { fromEvents, pick, timeOf, told, type Said } from './from-events.ts';

type Ended = Said<'meeting.ended'>;
type WebinarEnded = Said<'webinar.ended'>;
type Recorded = Said<'recording.completed'>;

const PLANNED = new Set([2, 3, 8, 5, 6, 9]);

/** A rehearsal is no webinar that was held. */
const held = (row: (event: Ended | WebinarEnded) => PushedRow[]) => (event: WebinarEnded) =>
  event.payload.object.practice_session === true ? [] : row(event);

/** The history of the account, of both kinds. */
export const history = fromEvents(['meeting_uuid'], {
  'meeting.ended': (event) => inHistory(event, 'Meeting'),
  'webinar.ended': held((event) => inHistory(event, 'Webinar')),
});

function inHistory(event: Ended | WebinarEnded, type: string): PushedRow[] {
  const { uuid, id, end_time, ...object } = event.payload.object;
  const row = {
    meeting_uuid: uuid,
    meeting_id: id,
    type,
    end_time: end_time ?? timeOf(event),
    ...pick(object, 'topic start_time'),
  };
  return [{ row: told(row), within: {} }];
}

/** The lists by host, which may leave out instant meetings (Zoom FACTS G 6). The event has the planned duration. */
export const pastMeetings = fromEvents(['uuid'], {
  'meeting.ended': ({ payload: { object } }) =>
    object.host_id && object.type !== 1
      ? [
          {
            row: pick(object, 'uuid id host_id topic type start_time timezone'),
            within: { userId: object.host_id },
          },
        ]
      : [],
});

/** The times at which one meeting or webinar of the lists was held. */
export function instancesOf(kind: 'meeting' | 'webinar'): StreamPushes {
  const instance = ({ payload: { object } }: Ended | WebinarEnded): PushedRow[] =>
    object.type !== undefined && PLANNED.has(object.type)
      ? [
          {
            row: { [`${kind}_id`]: object.id, ...pick(object, 'uuid host_id start_time') },
            within: { [`${kind}Id`]: object.id },
          },
        ]
      : [];
  return kind === 'meeting'
    ? fromEvents(['uuid'], { 'meeting.ended': instance })
    : fromEvents(['uuid'], { 'webinar.ended': held(instance) });
}

const RECORDED =
  'uuid id account_id host_id topic start_time duration total_size recording_count auto_delete auto_delete_date' +
  ' recording_files';

/** Files are finished one by one, so a later event may have fewer of them: the first one to tell is that of all. */
export const recordings = fromEvents(['uuid'], {
  'recording.completed': ({ payload: { object } }) => {
    // Zoom answers the type as text (Zoom FACTS F 25).
    const type = object.type === undefined ? {} : { type: String(object.type) };
    return object.host_id
      ? [{ row: { ...pick(object, RECORDED), ...type }, within: { userId: object.host_id } }]
      : [];
  },
});

/** @param files makes the rows of a recording, as the stream does of an answer */
export function recordingFiles(files: (recording: JsonObject) => readonly JsonObject[]): StreamPushes {
  const rows = ({ payload: { object } }: Recorded): PushedRow[] => {
    const { host_id: userId } = object;
    // A file that is still being processed has no id.
    return userId
      ? files(object)
          .filter(({ id }) => typeof id === 'string' && id !== '')
          .map((file) => ({ row: told(file), within: { userId } }))
      : [];
  };
  return fromEvents(['meeting_uuid', 'id'], {
    'recording.completed': rows,
    'recording.transcript_completed': rows,
  });
}

const SUMMARIZED =
  'meeting_uuid meeting_id meeting_host_id meeting_host_email meeting_topic meeting_start_time meeting_end_time' +
  ' summary_start_time summary_end_time summary_created_time summary_last_modified_time';

export const summaries = fromEvents(['meeting_uuid', 'summary_start_time'], {
  'meeting.summary_completed': summarized,
  'meeting.summary_updated': summarized,
});

function summarized({ payload }: { payload: { object: JsonObject } }): PushedRow[] {
  const row = pick(payload.object, SUMMARIZED);
  return row['summary_start_time'] ? [{ row, within: {} }] : [];
}
