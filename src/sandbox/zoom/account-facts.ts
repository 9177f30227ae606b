/** Smaller lists that belong to the account as a whole; their lengths follow from the number of users. */
import { random } from '../random.ts';
import { cycle } from './cycle.ts';
import { opaqueId } from './ids.ts';
import { groups } from './organisation.ts';
import { makeExternal } from './people.ts';
import { DAY, HOUR, MINUTE } from './time.ts';
import type { World } from './world.ts';

/** Domains whose users the account manages. */
export const MANAGED_DOMAINS = [
  { domain: 'acme.example', status: 'completed' },
  { domain: 'acme-events.example', status: 'completed' },
  { domain: 'acme-labs.example', status: 'pending' },
] as const;

/** Domains whose users are trusted in chat. */
export const TRUSTED_DOMAINS = ['northwind.example', 'globex.example', 'initech.example'];

/** A field that hosts fill in when they schedule. */
export interface TrackingField {
  id: string;
  field: string;
  values: readonly string[];
  required: boolean;
  visible: boolean;
}

/** Three, always. */
export function trackingFields({ ground: { seed } }: World): TrackingField[] {
  const field = (name: string, values: string[], required: boolean): TrackingField => ({
    id: opaqueId(seed, 'tracking-field', name),
    field: name,
    values,
    required,
    visible: true,
  });
  return [
    field('Cost centre', ['100', '200', '300'], true),
    field('Customer', [], false),
    field('Region', ['EMEA', 'AMER', 'APAC'], false),
  ];
}

/** Somebody wants their data, or wants it gone. */
export interface DataRequest {
  id: string;
  type: 'DELETE' | 'EXPORT';
  created: number;
  start: number;
  end: number;
  requestor: { id: string; name: string };
  about: string;
  data: readonly ('ALL' | 'PHONE')[];
  state: 'Completed' | 'Failed' | 'Canceled';
  files: number;
}

/** About one a week in the last half year, more in large accounts; pages hold ten. */
export function dataRequests(world: World): DataRequest[] {
  const { seed, day } = world.ground;
  const count = 12 + Math.floor(world.users.length / 4);
  return Array.from({ length: count }, (_, i) => {
    const stream = random(seed, 'data-request', i);
    const created = day - Math.floor(((i + 1) * 180 * DAY) / (count + 1)) + stream.int(0, 600) * MINUTE;
    const requestor = cycle(world.colleagues, i % 2);
    const state = stream.chance(0.8) ? 'Completed' : stream.pick(['Failed', 'Canceled'] as const);
    const type = stream.chance(0.6) ? 'EXPORT' : 'DELETE';
    const start = created + stream.int(1, 30) * MINUTE;
    return {
      // Beyond 2^53, as the document's own sample is, and therefore a string.
      id: String(1_952_000_000_000_000_000n + BigInt(created) * 1000n + BigInt(i)),
      type,
      created,
      start,
      end: start + stream.int(1, 5) * HOUR,
      requestor: { id: requestor.id, name: requestor.name },
      about: makeExternal(seed, 2 * stream.int(0, 40), false).email,
      data: stream.chance(0.7) ? ['ALL'] : ['PHONE'],
      state,
      files: type === 'EXPORT' && state === 'Completed' ? stream.int(1, 4) : 0,
    };
  });
}

/** Two groups that may not do everything with each other. */
export interface Barrier {
  id: string;
  name: string;
  one: string;
  other: string;
  enabled: boolean;
  type: 0 | 1 | 2 | 3;
  blocked: readonly string[];
}

/** What a barrier can block. */
export const BARRIER_SETTINGS = [
  'complete_phone_calls',
  'file_transfer',
  'im',
  'in_meeting_chat',
  'meeting',
  'message_via_sms',
  'recording',
  'screen_share',
] as const;

/** Between each department and the next, and between teams. */
export function barriers(world: World): Barrier[] {
  const all = groups(world).slice(1, -1);
  return all.slice(0, -1).map((group, i) => {
    const stream = random(world.ground.seed, 'barrier', i);
    const other = cycle(all, i + 1);
    return {
      id: opaqueId(world.ground.seed, 'barrier-id', i),
      name: `${group.name} / ${other.name}`,
      one: group.id,
      other: other.id,
      enabled: stream.chance(0.7),
      type: stream.pick([0, 1, 2, 3] as const),
      blocked: BARRIER_SETTINGS.filter(() => stream.chance(0.4)),
    };
  });
}
