/** Cloud recordings of a user and of one meeting or webinar (FACTS G, items 14 and 33). */
import { type Call, choice, decode, findUser, isAnswer, list, param, target } from './call.ts';
import { FILES, TRANSCRIPT, downloadToken, downloadUrl, fileSize, recordingFileId } from './downloads.ts';
import { invalidField, noMeeting, zoomError } from './errors.ts';
import { opaqueId } from './ids.ts';
import { minutes } from './measures.ts';
import type { SandboxAnswer } from '../types.ts';
import type { Instance } from './schedule.ts';
import { DAY, MINUTE, SECOND, addMonths, iso, isoDay, parseDay, startOfDay } from './time.ts';
import { ended } from './world.ts';

/** Seconds that a download token may live. */
const LONGEST_TTL = 604_800;

/** Without dates only the last day is answered: seen in May 2026 (FACTS G, item 33). */
export function listUserRecordings(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const today = startOfDay(call.now);
  const from = parseDay(call.query.get('from') ?? isoDay(today - DAY));
  const to = parseDay(call.query.get('to') ?? isoDay(today));
  if (from === undefined) return invalidField('from');
  if (to === undefined || to < from) return invalidField('to');
  // A month at most; more is cut without a word.
  const last = Math.min(startOfDay(to), addMonths(startOfDay(from), 1));
  const { world, now } = call;
  const { account } = call;
  const trash = call.query.get('trash') === 'true';
  const only = call.query.get('meeting_id') ?? '';
  const found = [...world.meetings(user), ...world.webinarsOf(user)]
    .flatMap((series) => ended(series, now))
    .filter((one) => only === '' || String(one.series.id) === only)
    .filter((one) => one.recorded && account.recordingFate(one.uuid) === (trash ? 'trash' : undefined))
    // Dates do not apply to the trash (FACTS G, item 33).
    .filter((one) => trash || (one.start >= startOfDay(from) && one.start < last + DAY))
    .toSorted((a, b) => a.start - b.start);
  const head = { from: isoDay(from), to: isoDay(last) };
  const answer = list(call, { key: 'meetings', head }, found, (one) => recording(call, one));
  // An empty list says page_size 0 whatever was asked (FACTS A).
  if (found.length > 0 || answer.status !== 200) return answer;
  return { ...answer, json: { ...Object(answer.json), page_size: 0 } };
}

/** A number stands for the latest instance only. */
export function getRecordings(call: Call): SandboxAnswer {
  if (call.switches.http200Errors) {
    return { status: 200, json: { code: 200, message: 'You do not have the right permissions.' } };
  }
  const instance = findRecorded(call);
  if (isAnswer(instance)) return instance;
  const token = call.query.get('include_fields')?.includes('download_access_token') === true;
  const ttl = Number(call.query.get('ttl') ?? DAY / SECOND);
  if (!(ttl >= 0 && ttl <= LONGEST_TTL)) return invalidField('ttl');
  const json = {
    ...recording(call, instance),
    password: '',
    participant_audio_files: [],
    ...(token ? { download_access_token: downloadToken(instance.uuid, call.now + ttl * SECOND) } : {}),
  };
  return { status: 200, json };
}

/** To the trash unless told to delete; what is in the trash can still be deleted. */
export function deleteRecordings(call: Call): SandboxAnswer {
  const action = choice(call, 'action', ['trash', 'delete'], 'trash');
  if (typeof action !== 'string') return action;
  const instance = findRecorded(call, action === 'delete');
  if (isAnswer(instance)) return instance;
  call.account.removeRecording(instance.uuid, action);
  return { status: 204 };
}

/** One file of a recording. */
export function deleteRecordingFile(call: Call): SandboxAnswer {
  const action = choice(call, 'action', ['trash', 'delete'], 'trash');
  if (typeof action !== 'string') return action;
  const instance = findRecorded(call);
  if (isAnswer(instance)) return instance;
  const wanted = decode(param(call, 'recordingId'));
  const file = FILES.findIndex((_, i) => recordingFileId(instance.uuid, i) === wanted);
  if (file < 0 || call.account.recordingFate(instance.uuid, file) !== undefined) return noRecording();
  call.account.removeRecording(instance.uuid, action, file);
  return { status: 204 };
}

/** Where the transcript is; its text comes by `download_url`. */
export function getTranscript(call: Call): SandboxAnswer {
  const instance = findRecorded(call);
  if (isAnswer(instance) || call.account.recordingFate(instance.uuid, TRANSCRIPT) !== undefined) {
    return zoomError(404, 3322, 'This meeting transcript does not exist.');
  }
  const { series, uuid, end } = instance;
  const json = {
    meeting_id: uuid,
    account_id: call.world.accountId,
    meeting_topic: series.topic,
    host_id: series.host.id,
    transcript_created_time: iso(end + 10 * MINUTE),
    can_download: true,
    auto_delete: false,
    download_url: downloadUrl(call.origin, { kind: 'recording', uuid, file: TRANSCRIPT }),
  };
  return { status: 200, json };
}

/** The recorded instance that the path names. Recordings outlive the meeting they are of. */
export function findRecorded(call: Call, inTrash = false): Instance | SandboxAnswer {
  const { text, id, uuid } = target(param(call, 'meetingId'));
  const { world, now, account } = call;
  const series = id === undefined ? undefined : world.series(id);
  const instance =
    series === undefined
      ? uuid === undefined
        ? undefined
        : world.instance(uuid)
      : ended(series, now).at(-1);
  // A UUID that lost its encoding is no meeting at all (FACTS C); everything else has no recording (FACTS G 14).
  if (id === undefined && uuid === undefined) return noMeeting(text);
  if (instance === undefined || instance.end > now || !instance.recorded) return noRecording();
  const fate = account.recordingFate(instance.uuid);
  return fate === undefined || (inTrash && fate === 'trash') ? instance : noRecording();
}

/** The answer where nothing was recorded, or nothing is left of it. */
export function noRecording(): SandboxAnswer {
  return zoomError(404, 3301, 'There is no recording for this meeting.');
}

function recording(call: Call, instance: Instance): Record<string, unknown> {
  const { series, uuid } = instance;
  const { account, origin, switches } = call;
  const files = FILES.flatMap(({ file_type, file_extension, recording_type }, i) => {
    // A whole recording in the trash is listed with its files; a single one of them is not.
    if (account.recordingFate(uuid) === undefined && account.recordingFate(uuid, i) !== undefined) return [];
    const id = recordingFileId(uuid, i);
    return {
      id,
      meeting_id: uuid,
      recording_start: iso(instance.start),
      recording_end: iso(instance.end),
      file_type,
      file_extension,
      recording_type,
      file_size: fileSize(instance, i, switches.recordingBytes),
      play_url: `https://acme.zoom.example/rec/play/${id}`,
      download_url: downloadUrl(origin, { kind: 'recording', uuid, file: i }),
      status: 'completed',
    };
  });
  return {
    uuid,
    id: series.id,
    account_id: call.world.accountId,
    host_id: series.host.id,
    topic: series.topic,
    type: String(series.type),
    start_time: iso(instance.start),
    duration: minutes(instance),
    total_size: files.reduce((sum, file) => sum + file.file_size, 0),
    recording_count: files.length,
    recording_play_passcode: opaqueId('passcode', uuid),
    auto_delete: false,
    recording_files: files,
  };
}
