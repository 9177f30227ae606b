/** Archived meetings and webinars of the account, with their files. */
import { createHash } from 'node:crypto';
import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, list } from './call.ts';
import { downloadUrl } from './downloads.ts';
import { invalidField } from './errors.ts';
import { opaqueId } from './ids.ts';
import { minutes } from './measures.ts';
import type { Instance } from './schedule.ts';
import { DAY, HOUR, SECOND, iso, parseDay } from './time.ts';
import type { World } from './world.ts';

/** "This value and the `to` query parameter value cannot exceed seven days." */
const LONGEST = 7 * DAY;

const FILES = [
  { file_type: 'CHAT_MESSAGE', file_extension: 'JSON', recording_type: 'chat_message' },
  { file_type: 'M4A', file_extension: 'M4A', recording_type: 'audio_only' },
] as const;

/** Whether an instance was archived: about half of them were. */
export function isArchived({ ground }: World, { uuid, alone }: Instance): boolean {
  return !alone && random(ground.seed, 'archived', uuid).chance(0.5);
}

/** When the archive was complete. */
function archived({ end }: Instance): number {
  return end + HOUR;
}

/** Seven days at most: more is cut without a word. Without dates the last seven. */
export function listArchivedFiles(call: Call): SandboxAnswer {
  const { world, now, query } = call;
  const type = choice(
    call,
    'query_date_type',
    ['meeting_start_time', 'archive_complete_time'],
    'meeting_start_time',
  );
  if (typeof type !== 'string') return type;
  const last = parseDay(query.get('to') ?? '') ?? now;
  const from = parseDay(query.get('from') ?? '') ?? last - LONGEST;
  if (query.has('from') && parseDay(query.get('from') ?? '') === undefined) return invalidField('from');
  if (query.has('to') && parseDay(query.get('to') ?? '') === undefined) return invalidField('to');
  if (last < from) return invalidField('to');
  const to = Math.min(last, from + LONGEST);
  const complete = type === 'archive_complete_time';
  const lag = complete ? HOUR : 0;
  const found = world.history.between(
    complete ? 'end' : 'start',
    { from: from - lag, to: to + 1 - lag, over: now - HOUR },
    'archived',
    (instance) => isArchived(world, instance),
  );
  const head = { from: iso(from), to: iso(to) };
  return list(call, { key: 'meetings', head, counts: 'total only' }, found, (number) =>
    archiveRow(call, world.history.instance(number)),
  );
}

function archiveRow({ world, origin }: Call, instance: Instance): Record<string, unknown> {
  const { series, uuid, start, end } = instance;
  const { present, internal } = world.counts(instance);
  const archive_files = FILES.map((file, i) => {
    const id = opaqueId('archive', uuid, i);
    return {
      id,
      ...file,
      file_size: 2048 * minutes(instance),
      status: 'completed',
      individual: false,
      participant_email: series.host.email,
      participant_join_time: iso(start),
      participant_leave_time: iso(end),
      download_url: downloadUrl(origin, { kind: 'recording', uuid, file: i }),
      encryption_fingerprint: createHash('sha256').update(id).digest('base64'),
      ...(file.file_type === 'CHAT_MESSAGE' ? { number_of_messages: minutes(instance) } : {}),
    };
  });
  return {
    uuid,
    id: series.id,
    account_name: 'Acme',
    host_id: series.host.id,
    topic: series.topic,
    type: series.type,
    timezone: series.host.timezone,
    start_time: iso(start),
    duration: minutes(instance),
    duration_in_second: Math.round((end - start) / SECOND),
    meeting_type: internal === present ? 'internal' : 'external',
    is_breakout_room: false,
    complete_time: iso(archived(instance)),
    status: 'completed',
    recording_count: archive_files.length,
    total_size: archive_files.reduce((sum, file) => sum + file.file_size, 0),
    archive_files,
  };
}
