/** Zoom Rooms of the account and the hardware that stands about: all of it counted by the number of users. */
import { random } from '../random.ts';
import { cycle } from './cycle.ts';
import { opaqueId } from './ids.ts';
import type { WorldUser } from './people.ts';
import { DAY, HOUR } from './time.ts';
import type { World } from './world.ts';

/** One room. */
export interface Room {
  index: number;
  id: string;
  name: string;
}

/** One thing that runs Zoom in a room, or on a desk. */
export interface Device {
  id: string;
  name: string;
  mac: string;
  serial: string;
  vendor: string;
  model: string;
  platform: 'win' | 'mac' | 'ipad' | 'android' | 'linux';
  version: string;
  tag: string;
  enrolled: boolean;
  /** 0 computer, 1 controller, 2 scheduling display, 4 whiteboard, 5 phone appliance. */
  type: 0 | 1 | 2 | 4 | 5;
  /** -1 unlinked, 0 offline, 1 online. */
  status: -1 | 0 | 1;
  lastOnline: number;
  room: Room | undefined;
  /** Whose phone appliance it is. */
  user: WorldUser | undefined;
}

/** A machine of somebody's personal room. */
export interface CollaborationDevice {
  id: string;
  name: string;
  room: string;
  roomUser: string;
  online: boolean;
}

const NAMES = ['Aurora', 'Danube', 'Fuji', 'Serengeti', 'Łódź', 'Café', 'Besprechung 1', '会議室'];
const MAKES = [
  { type: 0, vendor: 'Dell', model: 'OptiPlex 7090', platform: 'win' },
  { type: 1, vendor: 'Apple', model: 'iPad 9', platform: 'ipad' },
  { type: 2, vendor: 'Neat', model: 'Pad', platform: 'android' },
  { type: 4, vendor: 'DTEN', model: 'D7X', platform: 'win' },
] as const;

/** One room for each five people, and three at least. */
export function rooms(world: World): Room[] {
  const { seed } = world.ground;
  return Array.from({ length: Math.max(3, Math.ceil(world.users.length / 5)) }, (_, index) => {
    const round = Math.floor(index / NAMES.length);
    const name = cycle(NAMES, index);
    return { index, id: opaqueId(seed, 'room', index), name: round === 0 ? name : `${name} ${round + 1}` };
  });
}

/** Three or four in each room, and a phone appliance of every sixth user. */
export function devices(world: World): Device[] {
  const own = world.colleagues.filter((user) => user.index % 6 === 2);
  return [
    ...rooms(world).flatMap((room) =>
      MAKES.slice(0, room.index % 2 === 0 ? 4 : 3).map((make) => device(world, make, room, undefined)),
    ),
    ...own.map((user) =>
      device(world, { type: 5, vendor: 'Poly', model: 'CCX 600', platform: 'android' }, undefined, user),
    ),
  ];
}

function device(
  world: World,
  make: Pick<Device, 'type' | 'vendor' | 'model' | 'platform'>,
  room: Room | undefined,
  user: WorldUser | undefined,
): Device {
  const { seed, day } = world.ground;
  const place = room === undefined ? `user ${user?.index}` : `room ${room.index}`;
  const stream = random(seed, 'device', place, make.type);
  const hex = (length: number): string =>
    Array.from({ length }, () => stream.int(0, 15).toString(16).toUpperCase()).join('');
  const status = stream.chance(0.1) ? -1 : stream.chance(0.85) ? 1 : 0;
  return {
    ...make,
    id: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    name: room === undefined ? `${user?.name}'s phone` : `${room.name} ${make.model}`,
    mac: hex(12).replaceAll(/(..)(?=.)/g, '$1-'),
    serial: hex(10),
    version: `6.${stream.int(0, 4)}.${stream.int(0, 9)}.${stream.int(1000, 4999)}`,
    tag: stream.pick(['', 'lobby', 'board room']),
    enrolled: stream.chance(0.9),
    status,
    lastOnline: day - (status === 1 ? 0 : stream.int(1, 60) * DAY) + stream.int(0, 6) * HOUR,
    room,
    user,
  };
}

/** Every seventh user has a personal room with a machine or two. */
export function collaborationDevices(world: World, user: WorldUser): CollaborationDevice[] {
  if (user.index % 7 !== 0) return [];
  const { seed } = world.ground;
  const stream = random(seed, 'collaboration', user.index);
  return Array.from({ length: stream.int(1, 2) }, (_, i) => ({
    id: opaqueId(seed, 'collaboration-device', user.index, i),
    name: i === 0 ? 'Desk' : 'Home office',
    room: `${user.name}'s room`,
    roomUser: opaqueId(seed, 'collaboration-room', user.index),
    online: stream.chance(0.7),
  }));
}

/** An H.323 or SIP end point that the room connector reaches. */
export interface EndPoint {
  id: string;
  name: string;
  protocol: 'H.323' | 'SIP';
  ip: string;
  encryption: 'auto' | 'yes' | 'no';
}

/** Two of three rooms can be called. */
export function endPoints(world: World): EndPoint[] {
  return rooms(world)
    .filter((room) => room.index % 3 !== 2)
    .map((room) => ({
      id: opaqueId(world.ground.seed, 'end-point', room.index),
      name: `${room.name} codec`,
      protocol: room.index % 2 === 0 ? 'H.323' : 'SIP',
      ip: `192.0.2.${(room.index % 250) + 1}`,
      encryption: cycle(['auto', 'yes', 'no'] as const, room.index),
    }));
}

/** Those who phone by the house's own telephone system. */
export function sipPhoneUsers(users: readonly WorldUser[]): WorldUser[] {
  return users.filter((user) => user.status === 'active' && user.index % 4 === 0);
}

/** How devices are managed together. */
export function deviceGroups(world: World): { id: string; name: string; description: string }[] {
  const count = 2 + Math.ceil(rooms(world).length / 3);
  return Array.from({ length: count }, (_, i) => ({
    id: opaqueId(world.ground.seed, 'device-group', i),
    name: i === 0 ? 'Default' : `Floor ${i}`,
    description: i === 0 ? 'Whatever is in no other group' : '',
  }));
}
