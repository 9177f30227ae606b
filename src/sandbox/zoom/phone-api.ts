/** Zoom Phone: what calls left behind, recordings and voicemails (FACTS G, item 30; Phone document). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, isAnswer } from './call.ts';
import { downloadUrl } from './downloads.ts';
import { invalidField } from './errors.ts';
import type { Extension } from './phone.ts';
import { type PhoneCall, callsIn, callsOf, elementId } from './phone-calls.ts';
import { atSite, findPhoneUser, phoneList } from './phone-list.ts';
import { type Range, phoneRange } from './ranges.ts';
import { remembered } from './remembered.ts';
import { MINUTE, SECOND, iso } from './time.ts';

/** A month at most, within the last half year; thirty days when nothing is said. */
export function listPhoneRecordings(call: Call): SandboxAnswer {
  const owner = findPhoneUser(call);
  if (isAnswer(owner)) return owner;
  const span = phoneRange(call, { fallback: 30, months: 6 });
  if (isAnswer(span)) return span;
  const found = callsOf(call.world, owner, span.from, span.to, call.now).filter(hasRecording);
  return phoneList(call, { key: 'recordings', counts: 'count only', head: span.head }, found, (one) => {
    const { uuid, owner: user } = one;
    return {
      ...recordingRow(call, one),
      call_history_id: uuid,
      [one.inbound ? 'accepted_by' : 'outgoing_by']: {
        name: user.name,
        extension_number: String(user.extension),
      },
    };
  });
}

/** Of the whole account; half a year is no limit here. */
export function listAccountRecordings(call: Call): SandboxAnswer {
  const by = choice(call, 'query_date_type', ['start_time', 'end_time'], 'start_time');
  if (typeof by !== 'string') return by;
  const kind = call.query.get('recording_type') ?? '';
  const owners = call.query.get('owner_type') ?? 'all';
  const span = phoneRange(call, { fallback: 30 });
  if (isAnswer(span)) return span;
  const found = accountCalls(call, span, by).filter(
    (one) =>
      hasRecording(one) &&
      atSite(call, one.owner) &&
      (kind === '' || kind === 'null' || recordingType(one) === kind) &&
      ['all', 'null', 'user', ''].includes(owners),
  );
  return phoneList(call, { key: 'recordings' }, found, (one) => ({
    ...recordingRow(call, one),
    [one.inbound ? 'accepted_by' : 'outgoing_by']: {
      name: one.owner.name,
      extension_number: String(one.owner.extension),
    },
    end_time: iso(one.end),
    recording_type: recordingType(one),
    disclaimer_status: 0,
    auto_delete_enable: false,
    owner: ownerRow(one.owner),
    site: { id: one.owner.site.id, name: one.owner.site.name },
  }));
}

function hasRecording(one: PhoneCall): boolean {
  return one.recording !== undefined;
}

function recordingType(one: PhoneCall): string {
  return one.automatic ? 'Automatic' : 'OnDemand';
}

function recordingRow(call: Call, one: PhoneCall): Record<string, unknown> {
  const id = one.recording ?? '';
  return {
    id,
    ...callRow(one),
    // The recording begins when somebody answers.
    date_time: iso(one.answer ?? one.start),
    direction: one.inbound ? 'inbound' : 'outbound',
    duration: one.seconds,
    download_url: downloadUrl(call.origin, { kind: 'phone', id, bytes: one.seconds * 2000 }),
  };
}

/** Voicemails of the whole account. */
export function listVoicemails(call: Call): SandboxAnswer {
  const span = phoneRange(call, { fallback: 30, months: 6 });
  if (isAnswer(span)) return span;
  const owners = choice(
    call,
    'owner_type',
    ['null', 'user', 'callQueue', 'sharedLineGroup', 'autoReceptionist', 'commonArea'],
    'null',
  );
  if (typeof owners !== 'string') return owners;
  const mine = owners === 'null' || owners === 'user';
  const calls = accountCalls(call, span).filter((one) => mine && atSite(call, one.owner));
  return voicemails(call, span, calls, 'trashed', (one) => ({ owner: ownerRow(one.owner) }));
}

/** Of one user. */
export function listUserVoicemails(call: Call): SandboxAnswer {
  const owner = findPhoneUser(call);
  if (isAnswer(owner)) return owner;
  const span = phoneRange(call, { fallback: 30, months: 6 });
  if (isAnswer(span)) return span;
  const calls = callsOf(call.world, owner, span.from, span.to, call.now);
  return voicemails(call, span, calls, 'trash', (one) => ({ call_history_id: one.uuid }));
}

function voicemails(
  call: Call,
  span: Range,
  calls: readonly PhoneCall[],
  trash: string,
  more: (one: PhoneCall) => Record<string, unknown>,
): SandboxAnswer {
  const status = choice(call, 'status', ['all', 'read', 'unread'], 'all');
  if (typeof status !== 'string') return status;
  const trashed = choice(call, trash, ['true', 'false'], 'false');
  if (typeof trashed !== 'string') return invalidField(trash);
  const found = calls
    .filter((one) => one.voicemail !== undefined)
    .filter((one) => status === 'all' || one.voicemail?.read === (status === 'read'))
    // Nobody has thrown one away.
    .filter(() => trashed === 'false');
  return phoneList(call, { key: 'voice_mails', counts: 'count only', head: span.head }, found, (one) => {
    const { id = '', seconds = 0, read = false } = one.voicemail ?? {};
    return {
      id,
      ...callRow(one),
      date_time: iso(one.start),
      duration: seconds,
      status: read ? 'read' : 'unread',
      download_url: downloadUrl(call.origin, { kind: 'phone', id, bytes: seconds * 2000 }),
      ...more(one),
    };
  });
}

/** Calls of everybody, in a range of their beginning or end. */
export function accountCalls(
  { world, now }: Call,
  { from, to }: Range,
  by: 'start_time' | 'end_time' = 'start_time',
): readonly PhoneCall[] {
  const minute = Math.floor(now / MINUTE) * MINUTE;
  return remembered(world, `phone calls ${by} ${from} ${to} ${minute}`, () => {
    if (by === 'start_time') return callsIn(world, from, to, minute);
    // No call lasts an hour.
    const near = callsIn(world, from - 3600 * SECOND, to, minute);
    return near.filter((one) => one.end >= from && one.end < to);
  });
}

function callRow(one: PhoneCall): Record<string, unknown> {
  const own = { name: one.owner.name, number: String(one.owner.extension), type: 1 };
  const type = one.other.extension === undefined ? 2 : 1;
  const other = { name: one.other.name, number: one.other.number, type };
  const [caller, callee] = one.inbound ? [other, own] : [own, other];
  return {
    call_id: one.callId,
    call_log_id: one.uuid.slice(9),
    call_element_id: elementId(one, one.queue === undefined ? 0 : 1),
    caller_name: caller.name,
    caller_number: caller.number,
    caller_number_type: caller.type,
    callee_name: callee.name,
    callee_number: callee.number,
    callee_number_type: callee.type,
  };
}

function ownerRow({ id, name, extension, kind }: Extension): Record<string, unknown> {
  return { id, name, extension_number: extension, type: kind };
}
