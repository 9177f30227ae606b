/** Every telephone call, by user and day: made on demand, and found again by its id. */
import { type Random, random } from '../random.ts';
import { makeExternal } from './people.ts';
import { type Extension, callQueueAt, hasPhone, phoneSince, phoneUsers, userExtension } from './phone.ts';
import { DAY, MINUTE, SECOND, isoDay } from './time.ts';
import type { World } from './world.ts';

/** One call. Calls within the house are the caller's. */
export interface PhoneCall {
  /** The day and a UUID whose last part is the place in the world. */
  uuid: string;
  /** 19 digits: beyond 2^53, a string everywhere. */
  callId: string;
  owner: Extension;
  inbound: boolean;
  /** Whoever is at the other end; `extension` when it is in the house. */
  other: { name: string; number: string; extension: Extension | undefined };
  /** Through which queue it came, if it did. */
  queue: Extension | undefined;
  start: number;
  /** Undefined when nobody answered. */
  answer: number | undefined;
  end: number;
  /** How long people spoke, in seconds. */
  seconds: number;
  waited: number;
  result: Result;
  international: boolean;
  recording: string | undefined;
  automatic: boolean;
  voicemail: { id: string; seconds: number; read: boolean } | undefined;
}

type Result = 'connected' | 'answered' | 'voicemail' | 'no_answer' | 'busy' | 'canceled' | 'rejected';

/** Calls that began in a range and are over, in order of time. */
export function callsIn(world: World, from: number, to: number, now: number): PhoneCall[] {
  return phoneUsers(world)
    .flatMap((owner) => callsOf(world, owner, from, to, now))
    .toSorted((a, b) => a.start - b.start);
}

/** The same, of one user. */
export function callsOf(world: World, owner: Extension, from: number, to: number, now: number): PhoneCall[] {
  const calls: PhoneCall[] = [];
  const first = Math.max(from, phoneSince(world));
  for (let day = Math.floor(first / DAY); day * DAY < Math.min(to, now); day++) {
    calls.push(...dayOf(world, owner, day));
  }
  return calls
    .filter((one) => one.start >= first && one.start < to && one.end <= now)
    .toSorted((a, b) => a.start - b.start);
}

/** The call of an id, and which of its elements the id means; undefined for ids that are nobody's. */
export function findCall(
  world: World,
  id: string,
  now: number,
): { call: PhoneCall; element: number | undefined } | undefined {
  const place =
    /^(\d{4})(\d\d)(\d\d)-[\da-f]{8}-([\da-f]{4})-[\da-f]{4}-[\da-f]{4}-([\da-f]{8})[\da-f]{4}$/.exec(id);
  if (place === null) return undefined;
  const [, year, month, date, mark = '', owner = ''] = place;
  const user = world.users[Number.parseInt(owner, 16)];
  const day = Math.floor(Date.parse(`${year}-${month}-${date}T00:00:00Z`) / DAY);
  if (user === undefined || !hasPhone(user) || Number.isNaN(day)) return undefined;
  const element = mark.startsWith('e') ? Number.parseInt(mark.slice(1), 16) : undefined;
  const found = callsOf(world, userExtension(world, user), day * DAY, (day + 1) * DAY, now).find(
    (one) => one.uuid === id || (element !== undefined && elementId(one, element) === id),
  );
  return found === undefined ? undefined : { call: found, element };
}

/** The id of one step of a call. */
export function elementId({ uuid }: PhoneCall, element: number): string {
  return `${uuid.slice(0, 18)}e${element.toString(16).padStart(3, '0')}${uuid.slice(22)}`;
}

function dayOf(world: World, owner: Extension, day: number): PhoneCall[] {
  const stream = random(world.ground.seed, 'phone', owner.index, day);
  return Array.from({ length: stream.int(1, 6) }, (_, i) => makeCall(world, owner, day, i, stream));
}

function makeCall(world: World, owner: Extension, day: number, i: number, stream: Random): PhoneCall {
  const start = day * DAY + stream.int(7 * 60, 18 * 60) * MINUTE + stream.int(0, 59) * SECOND;
  const waited = stream.int(2, 25);
  const colleague = stream.chance(0.2) ? colleagueOf(world, owner, stream) : undefined;
  const inbound = colleague === undefined && stream.chance(0.5);
  const queue = inbound && stream.chance(0.25) ? callQueueAt(world, stream.int(0, 99)) : undefined;
  const result = stream.pick<Result>(
    inbound
      ? ['answered', 'answered', 'answered', 'voicemail', 'no_answer', 'rejected']
      : ['connected', 'connected', 'connected', 'connected', 'no_answer', 'busy', 'canceled'],
  );
  const spoke = result === 'answered' || result === 'connected';
  const seconds = spoke ? stream.int(5, 900) : 0;
  const left = result === 'voicemail' ? stream.int(4, 60) : 0;
  const uuid = uuidOf(owner.index, day, i, stream);
  const recorded = spoke && stream.chance(0.25);
  const hex = uuid.slice(9).replaceAll('-', '');
  return {
    uuid,
    callId: String(7_000_000_000_000_000_000n + BigInt(start) * 1000n + BigInt(owner.index * 8 + i)),
    owner,
    inbound,
    other: colleague === undefined ? outsider(world, stream) : inside(colleague),
    queue,
    start,
    answer: spoke ? start + waited * SECOND : undefined,
    end: start + (waited + seconds + left) * SECOND,
    seconds,
    waited,
    result,
    international: colleague === undefined && stream.chance(0.1),
    recording: recorded ? hex : undefined,
    automatic: stream.chance(0.5),
    voicemail:
      result === 'voicemail'
        ? { id: `${hex.slice(16)}${hex.slice(0, 16)}`, seconds: left, read: stream.chance(0.6) }
        : undefined,
  };
}

function colleagueOf(world: World, owner: Extension, stream: Random): Extension | undefined {
  const user = stream.pick(world.colleagues);
  return hasPhone(user) && user.index !== owner.index ? userExtension(world, user) : undefined;
}

function inside(extension: Extension): PhoneCall['other'] {
  return { name: extension.name, number: String(extension.extension), extension };
}

/** Some are in the address book; of the others only the number is known. */
function outsider(world: World, stream: Random): PhoneCall['other'] {
  const n = stream.int(0, 60);
  const name = n % 3 === 0 ? '' : makeExternal(world.ground.seed, n, false).name;
  return { name, number: `+1202555${String(1000 + n).padStart(4, '0')}`, extension: undefined };
}

function uuidOf(owner: number, day: number, i: number, stream: Random): string {
  const hex = (digits: number): string =>
    stream
      .int(0, 16 ** digits - 1)
      .toString(16)
      .padStart(digits, '0');
  const date = isoDay(day * DAY).replaceAll('-', '');
  const place = `${owner.toString(16).padStart(8, '0')}${i.toString(16).padStart(4, '0')}`;
  // A version like that of random UUIDs; elements of a call have an `e` there.
  return `${date}-${hex(8)}-4${hex(3)}-a${hex(3)}-${hex(4)}-${place}`;
}
