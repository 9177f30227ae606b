/** What belongs to the telephone system and is no extension: telephones on desks, and numbers that are blocked. */
import { random } from '../random.ts';
import { opaqueId } from './ids.ts';
import { type Extension, type Site, commonAreas, phoneUsers, siteAt } from './phone.ts';
import type { World } from './world.ts';

/** A telephone on a desk. */
export interface DeskPhone {
  id: string;
  name: string;
  model: string;
  mac: string;
  online: boolean;
  owner: Extension | undefined;
  site: Site;
}

const MODELS = ['Poly VVX 450', 'Yealink T54W', 'Cisco 8841', 'AudioCodes C450HD'];

/** Of every second user and each common area; some more wait in the store room. */
export function deskPhones(world: World): DeskPhone[] {
  const owners = [...phoneUsers(world).filter((one) => one.index % 2 === 0), ...commonAreas(world)];
  const spare = 2 + Math.floor(world.users.length / 10);
  const all: (Extension | undefined)[] = [...owners, ...Array.from({ length: spare }, () => undefined)];
  return all.map((owner, i) => {
    const stream = random(world.ground.seed, 'desk-phone', i);
    return {
      id: opaqueId(world.ground.seed, 'desk-phone-id', i),
      name: owner === undefined ? `Spare ${i}` : `${owner.name}’s phone`,
      model: stream.pick(MODELS),
      mac: Array.from({ length: 12 }, () => stream.int(0, 15).toString(16)).join(''),
      online: owner !== undefined && stream.chance(0.8),
      owner,
      site: owner?.site ?? siteAt(world, 0),
    };
  });
}

/** A number, or all that begin alike, that gets through no more. */
export interface Block {
  id: string;
  type: 'inbound' | 'outbound' | 'threat';
  match: 'phoneNumber' | 'prefix';
  number: string;
  comment: string;
  active: boolean;
}

/** Callers whom nobody wants. */
export function blocks(world: World): Block[] {
  return Array.from({ length: 10 + Math.floor(world.users.length / 5) }, (_, i) => {
    const stream = random(world.ground.seed, 'block', i);
    const match = stream.chance(0.75) ? 'phoneNumber' : 'prefix';
    return {
      id: opaqueId(world.ground.seed, 'block-id', i),
      type: stream.pick(['inbound', 'inbound', 'outbound', 'threat'] as const),
      match,
      number:
        match === 'prefix' ? `+1900${stream.int(100, 999)}` : `+1900${stream.int(1_000_000, 9_999_999)}`,
      comment: stream.pick(['', 'Robocalls', 'Called at night']),
      active: stream.chance(0.9),
    };
  });
}
