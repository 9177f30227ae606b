import { meeting, recordingRegistration } from './meeting-parts.ts';
import { about, flags, ids, lists, many, numbers, operator, part, texts } from './shape.ts';

const file = {
  ...texts('id meeting_id recording_start recording_end file_type file_extension file_name'),
  ...texts('play_url download_url file_path status recording_type'),
  ...numbers('file_size'),
};

/**
 * The recording of a meeting. One meeting gives several of these events, as its files are finished one by one: keep the
 * files by their id (FACTS E, trap 11).
 */
const recording = {
  ...meeting,
  ...texts('account_id host_email password share_url recording_play_passcode auto_delete_date'),
  ...numbers('total_size recording_count'),
  ...flags('on_prem auto_delete'),
  recording_files: many(file),
  participant_audio_files: many(file),
};

const span = { ...meeting, recording_file: part(texts('recording_start recording_end')) };

const archive = {
  ...ids('id uuid'),
  ...texts(
    'host_id topic start_time timezone meeting_type account_name complete_time parent_meeting_id status group_id',
  ),
  ...numbers('type duration duration_in_second total_size recording_count'),
  ...flags('is_breakout_room'),
  archive_files: many({
    ...texts(
      'id file_type file_extension file_name download_url file_path status recording_type participant_email',
    ),
    ...texts('participant_join_time participant_leave_time encryption_fingerprint storage_location'),
    ...numbers('file_size number_of_messages'),
    ...flags('individual'),
  }),
};

const batch = { meetings: many({ ...texts('meeting_uuid'), ...lists('recording_file_ids') }) };

const named = { ...ids('id uuid'), ...texts('topic host_id'), ...numbers('type') };

// Opens the files for 24 hours. It is blanked before an event is kept (trap 3).
const token = texts('download_token');

/** Events of cloud recordings. */
export const recordings = {
  'recording.started': () => about(span),
  'recording.paused': () => about(span),
  'recording.resumed': () => about(span),
  'recording.stopped': () => about(span),
  'recording.completed': () => about(recording, {}, token),
  'recording.transcript_completed': () => about(recording, {}, token),
  'recording.renamed': () =>
    about(named, { ...operator, ...numbers('time_stamp'), old_object: part(named).optional() }),
  'recording.trashed': () => about(recording, operator, token),
  'recording.recovered': () => about(recording, operator, token),
  'recording.deleted': () => about(recording, operator, token),
  'recording.batch_trashed': () => about(lists('meeting_uuids'), { ...operator, ...texts('operation') }),
  'recording.batch_deleted': () => about(batch, operator),
  'recording.batch_recovered': () => about(batch, operator),
  'recording.archive_files_completed': () => about(archive, {}, token),
  'recording.cloud_storage_usage_updated': () =>
    about({
      ...texts('free_storage plan_storage plan_type storage_used storage_exceed max_exceed_date'),
      ...numbers('storage_used_percentage'),
    }),
  'recording.registration_created': () => about(recordingRegistration),
  'recording.registration_approved': () => about(recordingRegistration, operator),
  'recording.registration_denied': () => about(recordingRegistration, operator),
};
