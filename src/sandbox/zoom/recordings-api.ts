/** Cloud recordings of a user and of one meeting or webinar (FACTS G, items 14 and 33). */
import { type Call, findUser, isAnswer, list, param, target } from './call.ts';
import { invalidField, noMeeting, zoomError } from './errors.ts';
import { opaqueId } from './ids.ts';
import { minutes } from './meetings-api.ts';
import type { SandboxAnswer } from '../types.ts';
import type { Instance } from './schedule.ts';
import { DAY, addMonths, iso, isoDay, parseDay, startOfDay } from './time.ts';
import { ended } from './world.ts';

const FILES = [
  { file_type: 'MP4', file_extension: 'MP4', recording_type: 'shared_screen_with_speaker_view' },
  { file_type: 'M4A', file_extension: 'M4A', recording_type: 'audio_only' },
  { file_type: 'TRANSCRIPT', file_extension: 'VTT', recording_type: 'audio_transcript' },
] as const;

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
  const trash = call.query.get('trash') === 'true';
  const found = [...world.meetings(user), ...world.webinarsOf(user)]
    .flatMap((series) => ended(series, now))
    .filter((one) => one.recorded && !trash && one.start >= startOfDay(from) && one.start < last + DAY)
    .toSorted((a, b) => a.start - b.start);
  const head = { from: isoDay(from), to: isoDay(last) };
  const answer = list(call, { key: 'meetings', head }, found, (one) => recording(call, one));
  // An empty list says page_size 0 whatever was asked (FACTS A).
  if (found.length > 0 || answer.status !== 200) return answer;
  return { ...answer, json: { ...Object(answer.json), page_size: 0 } };
}

/** A number stands for the latest instance only. */
export function getRecordings(call: Call): SandboxAnswer {
  const { text, id, uuid } = target(param(call, 'meetingId'));
  const { world, now } = call;
  if (call.switches.http200Errors) {
    return { status: 200, json: { code: 200, message: 'You do not have the right permissions.' } };
  }
  const series = id === undefined ? undefined : world.series(id);
  const instance =
    series === undefined
      ? uuid === undefined
        ? undefined
        : world.instance(uuid)
      : ended(series, now).at(-1);
  // A UUID that lost its encoding is no meeting at all (FACTS C); everything else has no recording (FACTS G 14).
  if (id === undefined && uuid === undefined) return noMeeting(text);
  if (instance === undefined || instance.end > now || !instance.recorded) {
    return zoomError(404, 3301, 'There is no recording for this meeting.');
  }
  const token = call.query.get('include_fields')?.includes('download_access_token') === true;
  const json = {
    ...recording(call, instance),
    password: '',
    participant_audio_files: [],
    ...(token ? { download_access_token: opaqueId('download', instance.uuid) } : {}),
  };
  return { status: 200, json };
}

function recording(call: Call, instance: Instance): Record<string, unknown> {
  const { series, uuid } = instance;
  const files = FILES.map((file, i) => {
    const id = opaqueId('recording', uuid, i);
    return {
      id,
      meeting_id: uuid,
      recording_start: iso(instance.start),
      recording_end: iso(instance.end),
      ...file,
      file_size: (i + 1) * 1024 * minutes(instance),
      play_url: `https://acme.zoom.example/rec/play/${id}`,
      download_url: `https://acme.zoom.example/rec/download/${id}`,
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
