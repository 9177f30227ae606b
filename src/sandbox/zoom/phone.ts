/** The telephone system of the account: who and what can be called, and at which number. */
import { cycle } from './cycle.ts';
import { opaqueId } from './ids.ts';
import type { WorldUser } from './people.ts';
import { rooms } from './rooms.ts';
import { DAY } from './time.ts';
import type { World } from './world.ts';

/** Kinds of extensions, as the lists of numbers name them. */
export type ExtensionKind =
  | 'user'
  | 'callQueue'
  | 'autoReceptionist'
  | 'commonArea'
  | 'sharedLineGroup'
  | 'zoomRoom';

/** Something that has a number inside the house. */
export interface Extension {
  kind: ExtensionKind;
  index: number;
  /** Of the user, the queue and so on. */
  id: string;
  extensionId: string;
  extension: number;
  name: string;
  site: Site;
  /** From outside; a few have two. */
  numbers: readonly PhoneNumber[];
  user: WorldUser | undefined;
}

/** A number that one can dial from outside. */
export interface PhoneNumber {
  id: string;
  number: string;
  type: 'toll' | 'tollfree';
}

/** A place of business. */
export interface Site {
  index: number;
  id: string;
  name: string;
}

const FIRST: Readonly<Record<ExtensionKind, number>> = {
  user: 800,
  callQueue: 200_000,
  autoReceptionist: 300_000,
  commonArea: 400_000,
  sharedLineGroup: 500_000,
  zoomRoom: 600_000,
};
const KINDS = Object.keys(FIRST) as ExtensionKind[];
const SITE_NAMES = ['Main Site', 'Wien', 'San José', '東京', 'Nairobi'];
const QUEUES = ['Support', 'Sales', 'Billing', 'Événements'];
const PER_SITE = 20;

/** The account had another telephone system before: Phone's history begins here. */
export function phoneSince({ ground: { day } }: World): number {
  return day - 240 * DAY;
}

/** Licensed users have Phone; Basic ones have not, and are no users of it. */
export function hasPhone(user: WorldUser): boolean {
  return user.type === 2 && user.status !== 'pending';
}

/** One for each twenty users, and three at least. */
export function sites(world: World): Site[] {
  const count = Math.max(3, Math.ceil(world.users.length / PER_SITE));
  return Array.from({ length: count }, (_, index) => siteAt(world, index));
}

/** The site with that running number. */
export function siteAt({ ground: { seed } }: World, index: number): Site {
  const round = Math.floor(index / SITE_NAMES.length);
  const name = cycle(SITE_NAMES, index);
  return { index, id: opaqueId(seed, 'site', index), name: round === 0 ? name : `${name} ${round + 1}` };
}

/** The user's extension. */
export function userExtension(world: World, user: WorldUser): Extension {
  const numbers = user.index % 5 === 2 ? 2 : 1;
  return { ...extension(world, 'user', user.index, user.name, numbers), id: user.id, user };
}

/** Of all users with Phone. */
export function phoneUsers(world: World, users: readonly WorldUser[] = world.users): Extension[] {
  return users.filter(hasPhone).map((user) => userExtension(world, user));
}

/** Groups of people who answer for the house. */
export function callQueues(world: World): Extension[] {
  return Array.from({ length: queueCount(world) }, (_, i) => callQueueAt(world, i));
}

/** One of them, the same for every number that leaves the same rest. */
export function callQueueAt(world: World, place: number): Extension {
  const i = place % queueCount(world);
  const round = Math.floor(i / QUEUES.length);
  const name = cycle(QUEUES, i);
  return extension(world, 'callQueue', i, round === 0 ? name : `${name} ${round + 1}`, 1);
}

function queueCount(world: World): number {
  return 3 + Math.floor(world.users.length / 10);
}

/** Who answers in a queue: a third of the users and one common area. */
export function queueMembers(world: World, queue: Extension): Extension[] {
  const users = phoneUsers(world).filter((one) => (one.index + queue.index) % 3 === 0);
  const areas = commonAreas(world);
  return [...users, cycle(areas, queue.index)];
}

/** The main one of each site, and one for holidays. */
export function autoReceptionists(world: World): Extension[] {
  const own = sites(world).map((site) => ({
    ...extension(world, 'autoReceptionist', site.index, `${site.name} reception`, 1),
    site,
  }));
  return [...own, extension(world, 'autoReceptionist', own.length, 'Holiday line', 0)];
}

/** Telephones in kitchens and lobbies. */
export function commonAreas(world: World): Extension[] {
  return several(world, 'commonArea', 2 + Math.floor(world.users.length / 6), (i) => `Kitchen ${i + 1}`);
}

/** Several people at one line. */
export function sharedLineGroups(world: World): Extension[] {
  const count = 2 + Math.floor(world.users.length / 12);
  return several(world, 'sharedLineGroup', count, (i) => `Assistants ${i + 1}`);
}

/** Every second Zoom Room has a line. */
export function phoneRooms(world: World): Extension[] {
  return rooms(world)
    .filter((room) => room.index % 2 === 0)
    .map((room) => ({ ...extension(world, 'zoomRoom', room.index, room.name, 1), id: room.id }));
}

function several(
  world: World,
  kind: ExtensionKind,
  count: number,
  name: (index: number) => string,
): Extension[] {
  return Array.from({ length: count }, (_, index) => extension(world, kind, index, name(index), 1));
}

function extension(
  world: World,
  kind: ExtensionKind,
  index: number,
  name: string,
  numbers: number,
): Extension {
  const { seed } = world.ground;
  return {
    kind,
    index,
    id: opaqueId(seed, kind, index),
    extensionId: opaqueId(seed, 'extension', kind, index),
    extension: FIRST[kind] + index,
    name,
    site: siteAt(world, index % sitesOf(world)),
    numbers: Array.from({ length: numbers }, (_, i) => numberOf(seed, KINDS.indexOf(kind) + 1, index, i)),
    user: undefined,
  };
}

function sitesOf(world: World): number {
  return Math.max(3, Math.ceil(world.users.length / PER_SITE));
}

const UNASSIGNED = 9;

/** By kind, running number and turn, so that no two are equal: `+1 555` and seven digits. */
function numberOf(seed: number, kind: number, index: number, turn: number): PhoneNumber {
  const digits = String(kind * 1_000_000 + turn * 500_000 + index).padStart(7, '0');
  const type = kind === KINDS.indexOf('autoReceptionist') + 1 && index === 0 ? 'tollfree' : 'toll';
  return { id: opaqueId(seed, 'number', digits), number: `+1555${digits}`, type };
}

/** Every number of the account with whom it belongs to; the pool that is left comes last. */
export function phoneNumbers(world: World): { number: PhoneNumber; owner: Extension | undefined }[] {
  const owners = [
    ...phoneUsers(world),
    ...callQueues(world),
    ...autoReceptionists(world),
    ...commonAreas(world),
    ...sharedLineGroups(world),
    ...phoneRooms(world),
  ];
  const free = 3 + Math.floor(world.users.length / 8);
  return [
    ...owners.flatMap((owner) => owner.numbers.map((number) => ({ number, owner }))),
    ...Array.from({ length: free }, (_, i) => ({
      number: numberOf(world.ground.seed, UNASSIGNED, i, 0),
      owner: undefined,
    })),
  ];
}
