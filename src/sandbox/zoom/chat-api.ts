/** Team Chat: channels and messages of a user (FACTS G, items 31 and 32). */
import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, bodyOf, decode, findUser, isAnswer, list, param } from './call.ts';
import { type Channel, type Message, channels, guid, messagesOf, privately, talk } from './chat.ts';
import { invalidField, noUser, zoomError } from './errors.ts';
import { among, faultsIn, listOf, moment, object, refuse, text } from './fields.ts';
import type { SentMessage } from './overlay.ts';
import type { WorldUser } from './people.ts';
import { DAY, MINUTE, addMonths, iso, isoDay, parseDay, startOfDay } from './time.ts';

/** Pages of ten, of a thousand at most. */
export function listChannels(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) {
    // The document has 400 with code 300 as its one refusal.
    const missing = `User does not exist: ${decode(param(call, 'userId'))}.`;
    return user.status === 404 ? zoomError(400, 300, missing) : user;
  }
  const own = channels(call.world).filter((channel) => channel.has(user));
  return list(call, { key: 'channels', max: 1000, size: 10, counts: 'total only' }, own, channelRow);
}

/** One channel, as every list of them has it. */
export function channelRow({ id, name, type }: Channel): Record<string, unknown> {
  return {
    id,
    jid: `${id}@conference.xmpp.zoom.example`,
    name,
    type,
    channel_url: `https://acme.zoom.example/launch/chat/${id}`,
    channel_settings: {
      add_member_permissions: 1,
      new_members_can_see_previous_messages_files: true,
      posting_permissions: 1,
      mention_all_permissions: 1,
      allow_to_add_external_users: 0,
    },
  };
}

/** Where somebody writes, and who can. */
interface Place {
  key: string;
  people: readonly WorldUser[];
}

/** One contact or one channel; both, and all of them, when it is searched. */
export function listMessages(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const { query, now, world } = call;
  const [key, kind] = [query.get('search_key') ?? '', query.get('search_type') ?? ''];
  const searched = key !== '' && kind !== '';
  if (key.length > 256 || (kind !== '' && kind !== 'message' && kind !== 'file'))
    return invalidField('search_type');
  const places = placesOf(call, user, query.get('to_contact'), query.get('to_channel'), searched);
  if (isAnswer(places)) return places;
  const span = spanOf(call);
  if (isAnswer(span)) return span;
  const { from, to } = span;
  const all = query.get('include_deleted_and_edited_message') === 'true' && !searched;
  const parents = query.get('exclude_child_message') === 'true';
  const found = places
    .flatMap((place) => [
      ...messagesOf(world, place.key, place.people, from, Math.min(to, now)),
      ...sentTo(call, place.key, from, Math.min(to, now + 1)),
    ])
    .filter((one) => all || one.status === 'Normal')
    .filter((one) => !parents || replyOf(one) === undefined)
    .filter((one) => !searched || hit(one, kind, key))
    .toSorted((a, b) => a.at - b.at);
  const head = { date: isoDay(from), from: iso(from), to: iso(to) };
  return list(call, { key: 'messages', max: 50, size: 10, counts: 'none', head }, found, messageRow);
}

type Shown = Message | (SentMessage & { status: 'Normal'; file: undefined });

function replyOf({ replyTo }: Shown): string | undefined {
  return typeof replyTo === 'string' ? replyTo : replyTo?.id;
}

function sentTo(call: Call, place: string, from: number, to: number): Shown[] {
  return call.account.messages
    .filter((one) => one.place === place && one.at >= from && one.at < to)
    .map((one) => ({ ...one, status: 'Normal', file: undefined }));
}

function hit(one: Shown, kind: string, key: string): boolean {
  const place = kind === 'file' ? (one.file?.name ?? '') : one.text;
  return place.toLowerCase().includes(key.toLowerCase());
}

function messageRow(one: Shown): Record<string, unknown> {
  const { sender, file } = one;
  const reply = replyOf(one);
  const main = typeof one.replyTo === 'object' ? { reply_main_message_timestamp: one.replyTo.at } : {};
  const shared = file === undefined ? {} : fileRow(file);
  return {
    id: one.id,
    message: one.text,
    message_type: file === undefined ? 'plain_text_message' : 'file_and_text',
    sender: sender.email,
    send_member_id: sender.id,
    sender_display_name: sender.name,
    date_time: iso(one.at),
    timestamp: one.at,
    status: one.status,
    ...(file === undefined ? {} : { ...shared, files: [shared] }),
    ...(reply === undefined ? {} : { reply_main_message_id: reply, ...main }),
    ...('atItems' in one && one.atItems !== undefined ? { at_items: one.atItems } : {}),
    ...('richText' in one && one.richText !== undefined ? { rich_text: one.richText } : {}),
  };
}

function fileRow({ id, name, size }: NonNullable<Message['file']>): Record<string, unknown> {
  const download_url = `https://acme.zoom.example/file/download/${id}`;
  return { file_id: id, file_name: name, file_size: size, download_url };
}

/** `date` is one day and goes before `from`; without any, it is today (FACTS G, item 32). */
function spanOf(call: Call): { from: number; to: number } | SandboxAnswer {
  const { query, now } = call;
  const [date, from, to] = ['date', 'from', 'to'].map((name) => query.get(name) ?? '');
  const oldest = startOfDay(addMonths(now, -6));
  const start = date || from || isoDay(now);
  const first = parseDay(start);
  if (first === undefined) return invalidField(date ? 'date' : 'from');
  if (first < oldest) return zoomError(400, 300, 'Only provide past chat messages in recent 6 months.');
  if (date || !from) return { from: startOfDay(first), to: startOfDay(first) + DAY };
  const last = to ? parseDay(to) : now;
  return last === undefined || last < first ? invalidField('to') : { from: first, to: last };
}

function placesOf(
  call: Call,
  user: WorldUser,
  contact: string | null,
  channelId: string | null,
  searched: boolean,
): Place[] | SandboxAnswer {
  const { account, world } = call;
  const colleagues = account.users.filter((one) => one.status !== 'pending');
  const inside = (channel: Channel): Place => ({
    key: channel.id,
    people: colleagues.filter((one) => channel.has(one)),
  });
  const own = channels(world).filter((channel) => channel.has(user));
  if (contact !== null && contact !== '') {
    const other = account.user(contact);
    if (other === undefined) return noUser(contact);
    return [{ key: privately(user, other), people: talk(user, other) ? inOrder(user, other) : [] }];
  }
  if (channelId !== null && channelId !== '') {
    const channel = own.find((one) => one.id === channelId);
    return channel === undefined
      ? zoomError(404, 4130, `Channel does not exist: ${channelId}.`)
      : [inside(channel)];
  }
  if (!searched) return zoomError(400, 300, 'Must provide either contact or channel parameter.');
  return own.map(inside);
}

/** The same two, whoever of them asks: who wrote what depends on it. */
function inOrder(one: WorldUser, other: WorldUser): WorldUser[] {
  return [one, other].toSorted((a, b) => a.index - b.index);
}

/** Seen at once by whoever lists that place; scheduled ones when their time has come. */
export function sendMessage(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const body = bodyOf(call);
  if (isAnswer(body)) return body;
  const mention = object({
    at_contact: text(),
    at_type: among(1, 2),
  });
  const fields = {
    message: text(1024),
    at_items: listOf(mention),
    rich_text: listOf(object({})),
    file_ids: listOf(text(), 6),
    reply_main_message_id: text(),
    to_channel: text(),
    to_contact: text(),
    interactive_cards: listOf(object({ card_json: text() }), 5),
    scheduled_time: moment,
  };
  const wrong = refuse(faultsIn(body, fields, ['message']));
  if (wrong !== undefined) return wrong;
  const places = placesOf(call, user, wordOf(body['to_contact']), wordOf(body['to_channel']), false);
  if (isAnswer(places)) return places;
  const scheduled = wordOf(body['scheduled_time']);
  const at = scheduled === null ? call.now : Date.parse(scheduled);
  if (scheduled !== null && (at < call.now + 30 * MINUTE || at > call.now + 180 * DAY)) {
    const message =
      'Invalid parameter: send_time. The time requirement is more than 30 minutes from now and within 180 days.';
    return zoomError(400, 300, message);
  }
  const { messages } = call.account;
  const id = guid(random(call.world.ground.seed, 'sent', messages.length));
  const [place] = places;
  messages.push({
    id,
    place: place?.key ?? '',
    sender: user,
    at,
    text: wordOf(body['message']) ?? '',
    replyTo: wordOf(body['reply_main_message_id']) ?? undefined,
    atItems: body['at_items'],
    richText: body['rich_text'],
  });
  return { status: 201, json: { id } };
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
