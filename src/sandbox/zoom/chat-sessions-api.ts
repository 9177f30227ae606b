/** Chat as administrators see it: public channels, members, sessions and what was written in them (Team Chat document). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, decode, findUser, isAnswer, list, param } from './call.ts';
import { channelRow } from './chat-api.ts';
import {
  type Channel,
  type Conversation,
  type Message,
  channels,
  conversations,
  messagesOf,
} from './chat.ts';
import { invalidField, zoomError } from './errors.ts';
import { known } from './groups-api.ts';
import type { WorldUser } from './people.ts';
import { type Range, reportRange } from './ranges.ts';
import { remembered } from './remembered.ts';
import { DAY, MINUTE, addMonths, iso, parseDay, startOfDay } from './time.ts';

/** Public ones of the whole account: what a token without a person can list. Pages of twenty at most. */
export function listPublicChannels(call: Call): SandboxAnswer {
  const found = channels(call.world).filter((channel) => channel.type === 3);
  return list(call, { key: 'channels', max: 20, size: 10, counts: 'total only' }, found, channelRow);
}

/** Who is in a channel, whichever it is. */
export function listChannelMembers(call: Call): SandboxAnswer {
  const id = decode(param(call, 'channelId'));
  const channel = channels(call.world).find((one) => one.id === id);
  if (channel === undefined) return zoomError(400, 200, 'No permission to access the channel members.');
  return membersOf(call, channel);
}

/** The same, on behalf of a user, who has to be in it. */
export function listUserChannelMembers(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const id = decode(param(call, 'channelId'));
  const channel = channels(call.world).find((one) => one.id === id && one.has(user));
  if (channel !== undefined) return membersOf(call, channel);
  const message =
    "Unauthorized request. You do not have permission to view channel members on this user's behalf.";
  return zoomError(400, 200, message);
}

function membersOf(call: Call, channel: Channel): SandboxAnswer {
  const members = known(call).filter((user) => channel.has(user));
  return list(call, { key: 'members', max: 100, counts: 'total only' }, members, (user) => ({
    id: user.id,
    member_id: memberId(user),
    email: user.email,
    first_name: user.first,
    last_name: user.last,
    name: user.name,
    role: members[0] === user ? 'owner' : members[1] === user ? 'admin' : 'member',
    is_external: false,
  }));
}

/** Chat's own number of a person. */
export function memberId(user: WorldUser): string {
  return Buffer.from(`member ${user.id}`).toString('base64url');
}

/** Where something was written in the range, and when last; a month within the last half year. */
export function reportSessions(call: Call): SandboxAnswer {
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  const found = sessionsIn(call, range.from, range.to);
  return list(call, { key: 'sessions', counts: 'none', head: range.head }, found, ({ place, last }) => {
    const { session, channel, people } = place;
    const row = { id: session, last_message_sent_time: iso(last), has_external_member: false };
    if (channel === undefined) {
      return { ...row, name: '', type: '1:1', member_emails: people.map((user) => user.email) };
    }
    return { ...row, name: channel.name, type: 'Group', channel_id: channel.id, status: 'active' };
  });
}

interface Session {
  place: Conversation;
  /** Time of the last message of the range. */
  last: number;
}

function sessionsIn({ world, now }: Call, from: number, to: number): readonly Session[] {
  const end = Math.min(to, Math.floor(now / MINUTE) * MINUTE);
  return remembered(world, `sessions ${from} ${end}`, () =>
    conversations(world).flatMap((place): Session[] => {
      const last = messagesOf(world, place.place, place.people, from, end).at(-1);
      return last === undefined ? [] : [{ place, last: last.at }];
    }),
  );
}

/** The messages of one session; what was edited or deleted comes apart, if it is asked for. */
export function reportSessionMessages(call: Call): SandboxAnswer {
  const { world, now, query } = call;
  const id = decode(param(call, 'sessionId'));
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  const place = conversations(world).find((one) => one.session === id);
  // No error of this operation is published.
  if (place === undefined) return zoomError(404, 404, `Session does not exist: ${id}.`);
  const asked = new Set((query.get('include_fields') ?? '').split(','));
  const [edited, deleted] = [asked.has('edited_messages'), asked.has('deleted_messages')];
  const all = messagesOf(world, place.place, place.people, range.from, Math.min(range.to, now)).filter(
    (one) => one.status !== 'Deleted' || deleted,
  );
  const head = { ...range.head };
  const answer = list(call, { key: 'messages', max: 100, counts: 'none', head }, all, (one) => one);
  const { messages, ...envelope } = answer.json as { messages?: Message[] };
  if (messages === undefined) return answer;
  const rows = (status: Message['status'][]): unknown[] =>
    messages.filter((one) => status.includes(one.status)).map((one) => messageRow(place, one));
  const apart = {
    ...(edited ? { edited_messages: rows(['Edited']) } : {}),
    ...(deleted ? { deleted_messages: rows(['Deleted']) } : {}),
  };
  return { ...answer, json: { ...envelope, messages: rows(['Normal', 'Edited']), ...apart } };
}

function messageRow({ channel, people }: Conversation, one: Message): Record<string, unknown> {
  const other = people.find((user) => user !== one.sender);
  const files = one.file === undefined ? [] : [one.file];
  return {
    id: one.id,
    message: one.text,
    sender: one.sender.email,
    sender_member_id: memberId(one.sender),
    sender_display_name: one.sender.name,
    receiver: channel === undefined ? (other?.email ?? '') : channel.name,
    is_sender_external: false,
    date_time: iso(one.at),
    timestamp: one.at,
    ...(one.status === 'Normal' ? {} : { action_timestamp: one.at + MINUTE }),
    ...(files.length === 0
      ? {}
      : {
          files: files.map((file) => ({
            file_id: file.id,
            file_name: file.name,
            file_size: file.size,
            download_url: `https://acme.zoom.example/file/download/${file.id}`,
          })),
        }),
    ...(one.replyTo === undefined
      ? {}
      : { reply_main_message_id: one.replyTo.id, reply_main_message_timestamp: one.replyTo.at }),
  };
}

/** The places where one user writes; today's when no dates are given. */
export function listUserSessions(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const type = choice(call, 'type', ['1:1', 'groupchat'], '');
  if (typeof type !== 'string') return type;
  const span = spanOf(call);
  if (isAnswer(span)) return span;
  const found = sessionsIn(call, span.from, span.to)
    .filter(({ place }) => place.people.some((one) => one.id === user.id))
    .filter(({ place }) => type === '' || (place.channel === undefined) === (type === '1:1'));
  const head = { from: iso(span.from), to: iso(span.to) };
  return list(
    call,
    { key: 'sessions', max: 50, size: 10, counts: 'none', head },
    found,
    ({ place, last }) => {
      const peer = place.people.find((one) => one.id !== user.id);
      const row = { name: place.channel?.name ?? peer?.name ?? '', last_message_sent_time: iso(last) };
      if (place.channel !== undefined) return { ...row, type: 'groupchat', channel_id: place.channel.id };
      return {
        ...row,
        type: '1:1',
        peer_contact_email: peer?.email,
        peer_contact_user_id: peer?.id,
        ...(peer === undefined ? {} : { peer_contact_member_id: memberId(peer) }),
      };
    },
  );
}

function spanOf({ query, now }: Call): Pick<Range, 'from' | 'to'> | SandboxAnswer {
  const [first, last] = [query.get('from') ?? '', query.get('to') ?? ''];
  const from = first === '' ? startOfDay(now) : parseDay(first);
  const to = last === '' ? startOfDay(now) + DAY : parseDay(last);
  if (from === undefined || from < startOfDay(addMonths(now, -6))) return invalidField('from');
  return to === undefined || to < from ? invalidField('to') : { from, to };
}
