/** Zoom Phone: calls with their steps (Phone document). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, decode, isAnswer, param } from './call.ts';
import { zoomError } from './errors.ts';
import type { Extension } from './phone.ts';
import { accountCalls } from './phone-api.ts';
import { type PhoneCall, elementId, findCall } from './phone-calls.ts';
import { atSite, departmentOf, phoneList } from './phone-list.ts';
import { phoneRange } from './ranges.ts';
import { iso } from './time.ts';

/** Calls of the account; the last day when nothing is said. Old clients read the same rows as `call_logs`. */
export function listCallHistory(call: Call): SandboxAnswer {
  const by = choice(call, 'time_type', ['start_time', 'end_time'], 'start_time');
  if (typeof by !== 'string') return by;
  // The default is printed as `recorded`; it would hide most calls, so that nothing asked is all here.
  const recording = choice(call, 'recording_status', ['recorded', 'non_recorded'], '');
  if (typeof recording !== 'string') return recording;
  const span = phoneRange(call, { fallback: 1, months: 6 });
  if (isAnswer(span)) return span;
  const { query } = call;
  const keyword = (query.get('keyword') ?? '').toLowerCase();
  const found = accountCalls(call, span, by)
    .filter((one) => several(query, 'directions', one.inbound ? 'inbound' : 'outbound'))
    .filter((one) => several(query, 'connect_types', connectType(one)))
    .filter(() => several(query, 'call_types', 'general'))
    .filter((one) => several(query, 'call_results', one.result))
    .filter((one) => several(query, 'site_ids', one.owner.site.id) && atSite(call, one.owner))
    .filter((one) => recording === '' || (one.recording !== undefined) === (recording === 'recorded'))
    .filter((one) => query.get('with_voicemail') !== 'true' || one.voicemail !== undefined)
    .filter((one) => keyword === '' || searched(one).includes(keyword));
  const shape = { key: 'call_history', counts: 'count only', head: span.head } as const;
  const answer = phoneList(call, shape, found, historyRow);
  const { call_history: rows } = answer.json as { call_history?: { call_history_uuid: string }[] };
  if (rows === undefined) return answer;
  const call_logs = rows.map(({ call_history_uuid: id, ...row }) => ({ id, ...row }));
  return { ...answer, json: { ...(answer.json as object), call_logs } };
}

/** Lists come as `directions=inbound,outbound`, or the name several times, with or without brackets. */
function several(query: URLSearchParams, name: string, value: string): boolean {
  const asked = [...query.getAll(name), ...query.getAll(`${name}[]`)].flatMap((text) => text.split(','));
  return asked.length === 0 || asked.includes(value);
}

function searched({ owner, other, callId }: PhoneCall): string {
  return [owner.name, owner.extension, owner.user?.email, other.name, other.number, callId]
    .join(' ')
    .toLowerCase();
}

function connectType({ other }: PhoneCall): 'internal' | 'external' {
  return other.extension === undefined ? 'external' : 'internal';
}

function historyRow(one: PhoneCall): { call_history_uuid: string } & Record<string, unknown> {
  return {
    call_history_uuid: one.uuid,
    ...sharedRow(one),
    international: one.international,
    duration: one.seconds,
    call_result: one.result,
    ...numberTypes(one),
    spam: 'safe',
    recording_status: one.recording === undefined ? 'non_recorded' : 'recorded',
  };
}

/** What the row of a call and those of its steps have in common. */
function sharedRow(one: PhoneCall): Record<string, unknown> {
  const own = inside(one.owner);
  const { extension, name, number } = one.other;
  const other = extension === undefined ? { name, did_number: number } : inside(extension);
  return {
    call_id: one.callId,
    direction: one.inbound ? 'inbound' : 'outbound',
    connect_type: connectType(one),
    call_type: 'general',
    hide_caller_id: false,
    end_to_end: false,
    ...prefixed('caller', one.inbound ? other : own),
    ...prefixed('callee', one.inbound ? own : other),
    ...departmentOf(one.owner.user),
    site_id: one.owner.site.id,
    site_name: one.owner.site.name,
    start_time: iso(one.start),
    ...(one.answer === undefined ? {} : { answer_time: iso(one.answer) }),
    end_time: iso(one.end),
  };
}

function inside(one: Extension): Record<string, unknown> {
  const number = one.numbers[0]?.number;
  return {
    ext_id: one.extensionId,
    ext_number: String(one.extension),
    ext_type: one.kind === 'callQueue' ? 'call_queue' : 'user',
    name: one.name,
    ...(one.user === undefined ? {} : { email: one.user.email }),
    ...(number === undefined ? {} : { did_number: number }),
  };
}

function prefixed(prefix: string, part: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [`${prefix}_${name}`, value]));
}

function numberTypes(one: PhoneCall): Record<string, unknown> {
  const other = one.other.extension === undefined ? 'external_pstn' : 'zoom_pstn';
  const country = one.international ? 'AT' : 'US';
  const [caller, callee] = one.inbound ? [other, 'zoom_pstn'] : ['zoom_pstn', other];
  return {
    caller_number_type: caller,
    callee_number_type: callee,
    caller_country_iso_code: one.inbound ? country : 'US',
    callee_country_iso_code: one.inbound ? 'US' : country,
  };
}

/** One call with its steps, under both names that the document has for them. */
export function getCallHistory(call: Call): SandboxAnswer {
  const id = decode(param(call, 'callHistoryUuid'));
  const found = findCall(call.world, id, call.now);
  if (found === undefined || found.element !== undefined) {
    return zoomError(404, 404, `Call history does not exist: ${id}.`);
  }
  const one = found.call;
  const call_elements = elements(one);
  const call_path = call_elements.map(({ call_element_id, ...step }) => ({ id: call_element_id, ...step }));
  const head = { id: one.uuid, call_history_uuid: one.uuid, ...sharedRow(one) };
  return { status: 200, json: { ...head, international: one.international, call_path, call_elements } };
}

/** One step alone. */
export function getCallElement(call: Call): SandboxAnswer {
  const id = decode(param(call, 'callElementId'));
  const found = findCall(call.world, id, call.now);
  const step = found?.element === undefined ? undefined : elements(found.call)[found.element];
  if (found === undefined || step === undefined) {
    return zoomError(404, 404, `Call element does not exist: ${id}.`);
  }
  return { status: 200, json: { ...step, call_history_uuid: found.call.uuid } };
}

/** The steps of a call: through a queue there is one more, before that of the person who answers. */
export function elements(one: PhoneCall): ({ call_element_id: string } & Record<string, unknown>)[] {
  const last = one.queue === undefined ? 0 : 1;
  const own = {
    call_element_id: elementId(one, last),
    ...sharedRow(one),
    ...numberTypes(one),
    event: one.queue !== undefined ? 'ring_to_member' : one.inbound ? 'incoming' : 'outgoing',
    result: one.result,
    segment: last,
    node: 0,
    is_node: 1,
    hold_time: 0,
    waiting_time: one.waited,
    ...(one.recording === undefined
      ? {}
      : { recording_id: one.recording, recording_type: one.automatic ? 'automatic' : 'ad-hoc' }),
    ...(one.voicemail === undefined ? {} : { voicemail_id: one.voicemail.id }),
  };
  if (one.queue === undefined) return [own];
  const first = {
    call_element_id: elementId(one, 0),
    ...sharedRow(one),
    ...numberTypes(one),
    ...prefixed('callee', inside(one.queue)),
    callee_email: '',
    event: 'incoming',
    result: one.answer === undefined ? 'no_answer' : 'answered',
    segment: 0,
    node: 0,
    is_node: 1,
    hold_time: 0,
    waiting_time: 0,
  };
  return [first, own];
}
