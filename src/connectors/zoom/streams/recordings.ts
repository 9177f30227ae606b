/** Cloud recordings, their files, and archives. */
import { defineStream, type JsonObject, type StreamParent } from '../../../core/stream.ts';
import { list } from '../recordings.ts';
import { tokenPages } from '../shapes.ts';
import * as pushed from '../pushed/held.ts';
import { day, dayWindow, flag, id, integer, json, moment, momentWindow, row, text } from './columns.ts';
import { joined } from './parents.ts';

const PLAN = 'Pro or higher with cloud recording';
const { docs, budget, scopes, pages } = list;
const path = '/users/{userId}/recordings';

const ofUser: readonly StreamParent[] = [{ stream: 'users', params: { userId: 'id' }, when: joined }];

/**
 * By the start of the meeting, and new files come for days: Zoom makes them when the meeting is over, which takes hours
 * and with many recordings a day (Zoom FACTS E, payload traps 11), each when it is ready.
 */
const processed = { ...dayWindow(undefined), lookback: 3 };

/**
 * One row for each recorded meeting or webinar, with its files inside. Without both ends Zoom lists one day only, and a
 * longer range than a month may be cut without a word (Zoom FACTS F 5).
 */
export const recordings = defineStream({
  name: 'recordings',
  title: 'Meetings and webinars that were recorded',
  docs,
  path,
  budget,
  scopes,
  plan: PLAN,
  kind: 'history',
  row: row({
    uuid: text,
    id,
    account_id: text,
    host_id: text,
    topic: text,
    // Zoom answers this one as text (Zoom FACTS F 25).
    type: text,
    start_time: moment,
    /** In minutes. */
    duration: integer,
    /** In bytes. */
    total_size: integer,
    recording_count: integer,
    auto_delete: flag,
    auto_delete_date: day,
    recording_files: json,
  }),
  omit: ['recording_play_passcode', 'password', 'download_access_token'],
  primaryKey: ['uuid'],
  cursor: 'start_time',
  pages,
  window: processed,
  parents: ofUser,
  pushes: pushed.recordings,
});

/**
 * One row for each file. A file that is still being processed has no id (Zoom FACTS I), so it waits in the quarantine,
 * and in `recordings`, until it has one: any other key would make two rows of it.
 */
export const recordingFiles = defineStream({
  name: 'recording_files',
  title: 'Files of recordings',
  docs,
  path,
  budget,
  scopes,
  plan: PLAN,
  kind: 'history',
  row: row({
    meeting_uuid: text,
    meeting_id: id,
    host_id: text,
    id: text,
    participant_audio: flag,
    file_name: text,
    file_type: text,
    file_extension: text,
    /** In bytes. */
    file_size: integer,
    file_path: text,
    recording_type: text,
    recording_start: moment,
    recording_end: moment,
    deleted_time: moment,
    status: text,
    // Both ask for a token or a sign-in.
    download_url: text,
    play_url: text,
  }),
  primaryKey: ['meeting_uuid', 'id'],
  cursor: 'recording_start',
  pages,
  rows: filesOf,
  window: processed,
  parents: ofUser,
  pushes: pushed.recordingFiles(filesOf),
});

/** What a file calls `meeting_id` is the UUID; here it is the number, as everywhere. */
function filesOf(item: JsonObject): readonly JsonObject[] {
  const whose = { meeting_uuid: item['uuid'], meeting_id: item['id'], host_id: item['host_id'] };
  const files = (found: unknown, audio: boolean): JsonObject[] =>
    Array.isArray(found)
      ? found.map((file: JsonObject) => ({ ...file, ...whose, participant_audio: audio }))
      : [];
  return [...files(item['recording_files'], false), ...files(item['participant_audio_files'], true)];
}

/** By when the archive was complete, so that what took long does not come to a day that has been read. */
export const archiveFiles = defineStream({
  name: 'archive_files',
  title: 'Archived meetings and webinars with their files',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/archiving/GET/archive_files',
  path: '/archive_files',
  budget: 'medium',
  scopes: ['archiving:read:list_archived_files:admin', 'archiving:read:list_archived_files:master'],
  plan: 'Archiving of meetings and webinars switched on by Zoom',
  kind: 'history',
  row: row({
    // Breakout rooms have one of their own.
    uuid: text,
    id,
    parent_meeting_id: text,
    is_breakout_room: flag,
    account_name: text,
    host_id: text,
    group_id: text,
    topic: text,
    type: integer,
    meeting_type: text,
    status: text,
    start_time: moment,
    complete_time: moment,
    timezone: text,
    /** In minutes, as planned. */
    duration: integer,
    duration_in_second: integer,
    /** In bytes. */
    total_size: integer,
    recording_count: integer,
    archive_files: json,
    physical_files: json,
  }),
  primaryKey: ['uuid'],
  cursor: 'complete_time',
  query: { query_date_type: 'archive_complete_time' },
  pages: tokenPages('meetings', 300),
  // One call covers at most seven days.
  window: momentWindow(undefined, 7),
});
