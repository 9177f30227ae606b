/** Channels and conversations of the account: made on demand, by day, from the seed. */
import { type Random, random } from '../random.ts';
import { cycle } from './cycle.ts';
import { opaqueId } from './ids.ts';
import type { WorldUser } from './people.ts';
import { DAY, MINUTE, SECOND } from './time.ts';
import type { World } from './world.ts';

/** A place where several people write. */
export interface Channel {
  id: string;
  name: string;
  /** 1 by invitation, 2 for the account, 3 public (FACTS G, item 31). */
  type: 1 | 2 | 3;
  has(user: WorldUser): boolean;
}

/** One message, of a channel or between two people. */
export interface Message {
  id: string;
  sender: WorldUser;
  at: number;
  text: string;
  status: 'Normal' | 'Edited' | 'Deleted';
  file: { id: string; name: string; size: number } | undefined;
  replyTo: { id: string; at: number } | undefined;
}

const NAMES = ['General', 'Sales', 'Product', 'Support & success', 'Маркетинг', '雑談'];
const TEXTS = [
  'Good morning!',
  'The numbers of the webinar are in.',
  'Who takes the notes today?',
  'See "Pipeline & forecast", page 3.',
  'Спасибо!',
  'ありがとう 🙏',
  'Can somebody look at this?',
  'Moved to Thursday.',
];
const FILES = ['forecast.xlsx', 'slides – final.pdf', '議事録.docx'];

/** Every channel of the account; the first one has everybody in it, and every two people make one more. */
export function channels(world: World): Channel[] {
  const { seed } = world.ground;
  const projects = Math.ceil(world.users.length / 2);
  const names = [...NAMES, ...Array.from({ length: projects }, (_, i) => `Project ${i + 1}`)];
  return names.map((name, i) => ({
    id: opaqueId(seed, 'channel', i).toLowerCase().replaceAll(/[-_]/g, 'x'),
    name,
    type: i === 0 ? 2 : i % 2 === 1 ? 1 : 3,
    has: (user) =>
      i === 0 || (i < NAMES.length ? (user.index + i) % 2 === 0 : inProject(user, i - NAMES.length)),
  }));
}

/** A project is of the two people next to it, their neighbours, and whoever asks for one more by the number. */
function inProject({ index }: WorldUser, project: number): boolean {
  return Math.abs(index - 2 * project) <= 2 || index % 9 === project % 9;
}

/** Where somebody writes: a channel, or two people with each other. */
export interface Conversation {
  /** 64 hexadecimal digits, by which the reports know it. */
  session: string;
  place: string;
  channel: Channel | undefined;
  people: readonly WorldUser[];
}

/** All places in which something is written. */
export function conversations(world: World): Conversation[] {
  const { seed } = world.ground;
  const people = world.colleagues;
  const inChannels = channels(world).map((channel): Conversation => {
    const members = people.filter((user) => channel.has(user));
    return { session: sessionId(seed, channel.id), place: channel.id, channel, people: members };
  });
  const pairs = people.flatMap((one, i) =>
    people.slice(i + 1, i + 1 + NEAR).flatMap((other): Conversation[] => {
      if (!talk(one, other)) return [];
      const place = privately(one, other);
      return [{ session: sessionId(seed, place), place, channel: undefined, people: [one, other] }];
    }),
  );
  return [...inChannels, ...pairs];
}

const NEAR = 3;

/** Two people write to each other if they sit near: not everybody to everybody, in an account of thousands. */
export function talk(one: WorldUser, other: WorldUser): boolean {
  return one.index !== other.index && Math.abs(one.index - other.index) <= NEAR;
}

function sessionId(seed: number, place: string): string {
  const stream = random(seed, 'chat-session', place);
  return Array.from({ length: 64 }, () => stream.int(0, 15).toString(16)).join('');
}

/** Names the conversation of two people, whoever asks. */
export function privately(a: WorldUser, b: WorldUser): string {
  return [a.id, b.id].toSorted().join(' ');
}

/** What was written in one place from one moment to another, in order of time. */
export function messagesOf(
  world: World,
  place: string,
  people: readonly WorldUser[],
  from: number,
  to: number,
): Message[] {
  const messages: Message[] = [];
  if (people.length === 0) return messages;
  for (let day = Math.floor(from / DAY); day * DAY < to; day++) {
    messages.push(...dayOf(random(world.ground.seed, 'chat', place, day), place, people, day));
  }
  return messages.filter((one) => one.at >= from && one.at < to);
}

function dayOf(stream: Random, place: string, people: readonly WorldUser[], day: number): Message[] {
  const messages: Message[] = [];
  const count = stream.int(0, 4);
  let at = day * DAY + stream.int(7 * 60, 10 * 60) * MINUTE;
  for (let i = 0; i < count; i++) {
    at += stream.int(1, 90) * MINUTE + stream.int(0, 59) * SECOND;
    const roll = stream.next();
    const status = roll < 0.1 ? 'Deleted' : roll < 0.25 ? 'Edited' : 'Normal';
    const [first] = messages;
    const name = stream.chance(0.15) ? stream.pick(FILES) : undefined;
    const id = opaqueId(place, day, i);
    messages.push({
      id: guid(stream),
      sender: cycle(people, stream.int(0, people.length - 1)),
      at,
      text: status === 'Deleted' ? '' : stream.pick(TEXTS),
      status,
      file:
        name === undefined || status === 'Deleted' ? undefined : { id, name, size: stream.int(1000, 90_000) },
      // The thread is that of the day's first message.
      replyTo: first !== undefined && stream.chance(0.2) ? { id: first.id, at: first.at } : undefined,
    });
  }
  return messages;
}

/** The capital form of Zoom's message ids. */
export function guid(stream: Random): string {
  const hex = Array.from({ length: 32 }, () => stream.int(0, 15).toString(16).toUpperCase()).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
