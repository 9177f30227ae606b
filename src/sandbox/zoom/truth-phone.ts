/**
 * The truth about Zoom Phone.
 *
 * Its history begins 240 days before the world's day. Call history and voicemails can be asked for half a year back;
 * `listed` tells which rows those are. Recordings, charges and text messages are there from the beginning.
 */
import { phoneOperations } from './logs.ts';
import {
  type Extension,
  autoReceptionists,
  callQueues,
  commonAreas,
  phoneNumbers,
  phoneRooms,
  phoneSince,
  phoneUsers,
  queueMembers,
  sharedLineGroups,
  sites,
} from './phone.ts';
import { type PhoneCall, callsOf, elementId } from './phone-calls.ts';
import { blocks, deskPhones } from './phone-inventory.ts';
import { charge } from './phone-reports-api.ts';
import { oldest } from './ranges.ts';
import { smsOf, smsSessions } from './sms.ts';
import { iso } from './time.ts';
import type { World } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

/** By the names of the lists. */
export const PHONE_TRUTH: Readonly<Record<string, (world: World, now: number) => Iterable<Row>>> = {
  phone_users: (world) => phoneUsers(world).map((one) => ({ ...extensionRow(one), email: one.user?.email })),
  phone_numbers: (world) =>
    phoneNumbers(world).map(({ number, owner }) => ({
      id: number.id,
      number: number.number,
      assignee: owner?.id ?? null,
    })),
  phone_sites: (world) => sites(world).map(({ id, name }) => ({ id, name })),
  phone_devices: (world) =>
    deskPhones(world).map(({ id, name, owner }) => ({
      id,
      display_name: name,
      assignee: owner?.id ?? null,
    })),
  phone_call_queues: (world) => callQueues(world).map(extensionRow),
  phone_call_queue_members: (world) =>
    callQueues(world).flatMap((queue) =>
      queueMembers(world, queue).map(({ id, kind }) => ({ call_queue_id: queue.id, id, level: kind })),
    ),
  phone_auto_receptionists: (world) => autoReceptionists(world).map(extensionRow),
  phone_common_areas: (world) => commonAreas(world).map(extensionRow),
  phone_shared_line_groups: (world) => sharedLineGroups(world).map(extensionRow),
  phone_rooms: (world) => phoneRooms(world).map(extensionRow),
  phone_blocked_list: (world) =>
    blocks(world).map(({ id, type, number }) => ({ id, block_type: type, phone_number: number })),
  phone_call_history: (world, now) => perCall(world, now, (one) => [historyRow(one, now)]),
  phone_call_elements: (world, now) =>
    perCall(world, now, (one) =>
      (one.queue === undefined ? [0] : [0, 1]).map((element) => ({
        call_element_id: elementId(one, element),
        call_history_uuid: one.uuid,
        call_id: one.callId,
        listed: one.start >= oldest(now),
      })),
    ),
  phone_recordings: (world, now) =>
    perCall(world, now, (one) =>
      one.recording === undefined
        ? []
        : [
            {
              id: one.recording,
              call_id: one.callId,
              owner: one.owner.id,
              call_start: iso(one.start),
              date_time: iso(one.answer ?? one.start),
              duration: one.seconds,
            },
          ],
    ),
  phone_voicemails: (world, now) =>
    perCall(world, now, (one) =>
      one.voicemail === undefined
        ? []
        : [
            {
              id: one.voicemail.id,
              call_id: one.callId,
              owner: one.owner.id,
              date_time: iso(one.start),
              duration: one.voicemail.seconds,
              listed: one.start >= oldest(now),
            },
          ],
    ),
  phone_call_charges: (world, now) =>
    perCall(world, now, (one) =>
      one.answer === undefined
        ? []
        : [
            {
              call_log_id: one.uuid.slice(9),
              call_start: iso(one.start),
              end_time: iso(one.end),
              duration: one.seconds,
              total_charge: String(charge(one).total),
            },
          ],
    ),
  phone_sms_sessions: (world, now) =>
    smsSessions(world).flatMap((session) => {
      const last = smsOf(world, session, phoneSince(world), now).at(-1);
      return last === undefined
        ? []
        : [{ session_id: session.id, owner: session.owner.id, last_access_time: iso(last.at) }];
    }),
  phone_sms_messages: (world, now) =>
    smsSessions(world).flatMap((session) =>
      smsOf(world, session, phoneSince(world), now).map(({ id, at, text, sent }) => ({
        session_id: session.id,
        message_id: id,
        date_time: iso(at),
        message: text,
        direction: sent ? 'Out' : 'In',
      })),
    ),
  phone_operation_logs: (world, now) =>
    phoneOperations(world, phoneSince(world), now + 1).map((one) => ({
      time: iso(one.at),
      operator: one.operator,
      category_type: one.category,
      action: one.action,
      operation_detail: one.detail,
    })),
};

/** User by user, so that a year of calls of a large account needs no memory. */
function* perCall<T>(world: World, now: number, rows: (one: PhoneCall) => readonly T[]): Generator<T> {
  for (const owner of phoneUsers(world)) {
    for (const one of callsOf(world, owner, phoneSince(world), now, now)) yield* rows(one);
  }
}

function historyRow(one: PhoneCall, now: number): Row {
  return {
    call_history_uuid: one.uuid,
    call_id: one.callId,
    owner: one.owner.id,
    direction: one.inbound ? 'inbound' : 'outbound',
    start_time: iso(one.start),
    end_time: iso(one.end),
    duration: one.seconds,
    call_result: one.result,
    recorded: one.recording !== undefined,
    listed: one.start >= oldest(now),
  };
}

function extensionRow({ id, extensionId, extension, name }: Extension): Row {
  return { id, extension_id: extensionId, extension_number: extension, name };
}
