/** What users and administrators did, by day: signing in and out, and changing things. Made on demand from the seed. */
import { random } from '../random.ts';
import { cycle } from './cycle.ts';
import { groups, roleOf } from './organisation.ts';
import { type WorldUser, makeExternal } from './people.ts';
import { phoneSince } from './phone.ts';
import { DAY, MINUTE, SECOND } from './time.ts';
import type { World } from './world.ts';

/** One sign-in or sign-out. */
export interface SignIn {
  user: WorldUser;
  at: number;
  type: 'Sign in' | 'Sign out';
  client: string;
  ip: string;
  version: string;
}

const CLIENTS = ['Browser', 'mac', 'windows', 'iPhone', 'android'];
const VERSIONS = ['6.4.3.2', '6.3.11.7212', '6.2.50.1134', '5.17.11.34827'];

/** Of all users from one moment to another, in order of time. */
export function signIns(world: World, from: number, to: number): SignIn[] {
  const all: SignIn[] = [];
  for (let day = Math.floor(from / DAY); day * DAY < to; day++) {
    for (const user of world.colleagues) all.push(...dayOf(world, user, day));
  }
  return all.filter((one) => one.at >= from && one.at < to).toSorted((a, b) => a.at - b.at);
}

function dayOf(world: World, user: WorldUser, day: number): SignIn[] {
  const last = user.status === 'inactive' ? user.lastLogin : Infinity;
  if (day * DAY < user.created || day * DAY > last) return [];
  const stream = random(world.ground.seed, 'sign-ins', user.index, day);
  const list: SignIn[] = [];
  const times = stream.pick([0, 1, 1, 2]);
  let at = day * DAY + stream.int(6 * 60, 9 * 60) * MINUTE;
  const client = stream.pick(CLIENTS);
  const version = client === 'Browser' ? '-' : stream.pick(VERSIONS);
  const ip = `198.51.100.${(user.index % 200) + 1}`;
  for (let i = 0; i < times; i++) {
    at += stream.int(1, 60) * MINUTE + stream.int(0, 59) * SECOND;
    list.push({ user, at, type: 'Sign in', client, ip, version });
    at += stream.int(30, 200) * MINUTE + stream.int(0, 59) * SECOND;
    // Some only close the lid.
    if (stream.chance(0.75)) list.push({ user, at, type: 'Sign out', client, ip, version });
  }
  return list;
}

/** One change that somebody made. */
export interface Operation {
  at: number;
  operator: string;
  category: string;
  action: string;
  detail: string;
}

/** Categories of `/report/operationlogs` that occur here, as the parameter names them. */
export const OPERATION_CATEGORIES = [
  'user',
  'user_settings',
  'account',
  'billing',
  'im',
  'recording',
  'phone_contacts',
  'webinar',
  'sub_account',
  'role',
  'zoom_rooms',
] as const;

const PHONE_CATEGORIES = ['phone_user', 'call_queue', 'auto_receptionist', 'phone_number', 'site'];
const ACTIONS = ['Add', 'Update', 'Delete'];

/** Changes to the account: a few a day, more in large accounts. */
export function operations(world: World, from: number, to: number): Operation[] {
  return changes(world, 'operations', OPERATION_CATEGORIES, from, to);
}

/** Changes to its telephone system, since there is one. */
export function phoneOperations(world: World, from: number, to: number): Operation[] {
  return changes(world, 'phone-operations', PHONE_CATEGORIES, Math.max(from, phoneSince(world)), to);
}

function changes(
  world: World,
  kind: string,
  categories: readonly string[],
  from: number,
  to: number,
): Operation[] {
  const operators = world.colleagues.filter((user) => ['0', '1'].includes(roleOf(world, user).id));
  const all: Operation[] = [];
  for (let day = Math.floor(from / DAY); day * DAY < to; day++) {
    const stream = random(world.ground.seed, kind, day);
    let at = day * DAY + stream.int(5 * 60, 8 * 60) * MINUTE;
    const count = stream.int(3, 12 + Math.floor(world.users.length / 20));
    for (let i = 0; i < count; i++) {
      // Always later than the one before: the log has no ids, and no two of its rows are equal.
      at += stream.int(1, Math.floor((12 * 3600) / count)) * SECOND;
      const category = stream.pick(categories);
      const action = stream.pick(ACTIONS);
      all.push({
        at,
        operator: cycle(operators, stream.int(0, operators.length - 1)).email,
        category,
        action,
        detail: `${action} ${category.replaceAll('_', ' ')} - ${objectOf(world, stream.next())}`,
      });
    }
  }
  return all.filter((one) => one.at >= from && one.at < to);
}

function objectOf(world: World, roll: number): string {
  const named = [
    ...groups(world).map((group) => `"${group.name}"`),
    makeExternal(world.ground.seed, Math.floor(roll * 40), false).email,
  ];
  return cycle(named, Math.floor(roll * 997));
}
