/** Who lives in the world: the account's users, and people outside it. */
import { random } from '../random.ts';
import { fullName } from './names.ts';
import { opaqueId } from './ids.ts';
import { DAY, HOUR } from './time.ts';

/** A user of the account. */
export interface WorldUser {
  index: number;
  id: string;
  email: string;
  first: string;
  last: string;
  name: string;
  status: 'active' | 'inactive' | 'pending';
  /** 1 Basic, 2 Licensed; 4 and 99 are without meetings and only come through the API. */
  type: number;
  /** May host webinars. Without it webinar calls answer 400/200 (FACTS D). */
  webinars: boolean;
  pmi: number;
  dept: string;
  timezone: string;
  created: number;
  lastLogin: number;
  /** How the API made this user; undefined for those of the world, whose invitations have expired if pending. */
  made?: string;
  /** What the API was told beyond the rest. */
  profile?: Readonly<Record<string, unknown>>;
}

/** Somebody outside the account. The number is the identity: names repeat, addresses do not. */
export interface External {
  n: number;
  first: string;
  last: string;
  name: string;
  email: string;
  /** A second address of the same person: some register with one and sign in with the other. */
  otherEmail: string;
  /** Zoom shows the address without registration (calendar invite, external authentication: FACTS F). */
  shown: boolean;
  /** The Zoom id of those who sign in; empty for the rest. */
  zoomId: string;
}

const DOMAINS = [
  'northwind.example',
  'globex.example',
  'initech.example',
  'mail.example',
  'umbrella.example',
];
const TIMEZONES = ['Europe/Vienna', 'America/Los_Angeles', 'Asia/Tokyo', 'UTC', 'Africa/Nairobi'];

/**
 * The account's users. The last ones are pending (no id until they accept) and before them inactive ones, who have
 * a past like everybody: a client that lists only active users loses their meetings.
 */
export function makeUsers(seed: number, count: number, day: number, distinct: boolean): WorldUser[] {
  const few = distinct || count < 4 ? 0 : Math.max(1, Math.floor(count / 50));
  const pendingFrom = count - (few === 0 ? 0 : few + 1);
  const inactiveFrom = pendingFrom - few;
  return Array.from({ length: count }, (_, index) => {
    const stream = random(seed, 'user', index);
    // Last names go round, so that the first hosts already have the apostrophe and the very long one.
    const turn = (index * 15 + Math.floor(index / 4)) % 20;
    const { first, last, plain } = fullName(stream.next(), (turn + 0.5) / 20);
    const status = index >= pendingFrom ? 'pending' : index >= inactiveFrom ? 'inactive' : 'active';
    const email = `${plain}.${index}@acme.example`;
    return {
      index,
      id: opaqueId(seed, 'user-id', index),
      // Some accounts keep the capitals that somebody typed.
      email: index % 5 === 3 ? `${email[0]?.toUpperCase()}${email.slice(1)}` : email,
      first,
      last,
      name: `${first} ${last}`,
      status,
      type: index % 4 === 3 ? 1 : 2,
      webinars: index % 3 !== 1 && index % 4 !== 3 && status === 'active',
      pmi: 3_000_000_000 + ((index * 7_919_731 + stream.int(0, 999)) % 900_000_000),
      dept: stream.pick(['Sales', 'Marketing', 'Engineering', '']),
      timezone: stream.pick(TIMEZONES),
      created: day - stream.int(200, 1500) * DAY + stream.int(0, 23) * HOUR,
      lastLogin: day - stream.int(3, 20) * DAY + stream.int(0, 23) * HOUR,
    };
  });
}

/** Stands for everybody where people are only counted: making a person is most of the work. */
export const NOBODY: External = {
  n: -1,
  first: '',
  last: '',
  name: '',
  email: '',
  otherEmail: '',
  shown: false,
  zoomId: '',
};

/** The person with that number; every even one is shown by Zoom without registration. */
export function makeExternal(seed: number, n: number, distinct: boolean): External {
  const stream = random(seed, 'external', n);
  // Every tenth person shares the full name of somebody else: a name is not an identity.
  const names = n % 10 === 8 ? random(seed, 'external', n - 2) : stream;
  const { first, last, plain } = fullName(names.next(), names.next());
  return {
    n,
    first,
    last,
    name: `${first} ${last}`,
    email: `${plain}.${n}@${stream.pick(DOMAINS)}`,
    otherEmail: `${plain}.${n}.home@private.example`,
    shown: distinct || n % 2 === 0,
    zoomId: stream.chance(0.15) ? opaqueId(seed, 'external-id', n) : '',
  };
}
