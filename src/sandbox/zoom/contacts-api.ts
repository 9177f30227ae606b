/** The directory of the company, as its chat searches it: people, and what else can be called (Team Chat document). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, list } from './call.ts';
import { memberId } from './chat-sessions-api.ts';
import { invalidField } from './errors.ts';
import { known } from './groups-api.ts';
import { imGroups } from './organisation.ts';
import type { WorldUser } from './people.ts';
import {
  type Extension,
  autoReceptionists,
  callQueues,
  commonAreas,
  hasPhone,
  phoneRooms,
  sharedLineGroups,
  userExtension,
} from './phone.ts';
import { presence } from './user-extras-api.ts';

/** Something that has a name and a number but is no person, by the number of its kind. */
const KINDS: Readonly<Record<string, (call: Call) => Extension[]>> = {
  2: ({ world }) => autoReceptionists(world),
  3: ({ world }) => commonAreas(world),
  4: ({ world }) => callQueues(world),
  5: ({ world }) => sharedLineGroups(world),
  6: () => [],
  7: () => [],
  8: ({ world }) => phoneRooms(world),
};

type Contact = { user: WorldUser } | { kind: string; extension: Extension };

/** Whatever has the searched text in its name or address; one to a page unless more are asked for. */
export function searchContacts(call: Call): SandboxAnswer {
  const { query } = call;
  const key = (query.get('search_key') ?? '').toLowerCase();
  if (key === '') return invalidField('search_key');
  const status = choice(call, 'user_status', ['active', 'inactive'], '');
  if (typeof status !== 'string') return status;
  const kinds = (query.get('contact_types') ?? '1').split(',').map((kind) => kind.trim());
  if (!kinds.every((kind) => kind === '1' || Object.hasOwn(KINDS, kind))) {
    return invalidField('contact_types');
  }
  const found = kinds.flatMap((kind): Contact[] => {
    if (kind === '1') {
      return known(call)
        .filter((user) => status === '' || user.status === status)
        .filter((user) => `${user.name} ${user.email}`.toLowerCase().includes(key))
        .map((user) => ({ user }));
    }
    const all = KINDS[kind]?.(call) ?? [];
    return all
      .filter((extension) => extension.name.toLowerCase().includes(key))
      .map((extension) => ({ kind, extension }));
  });
  return list(call, { key: 'contacts', max: 25, size: 1, counts: 'none' }, found, (one) =>
    'user' in one ? personRow(call, one.user) : thingRow(one.kind, one.extension),
  );
}

function personRow(call: Call, user: WorldUser): Record<string, unknown> {
  const { world, query } = call;
  const group = imGroups(world).find((one) => one.has(user));
  const line = hasPhone(user) && call.plan !== 'free' ? userExtension(world, user) : undefined;
  return {
    contact_type: 1,
    id: user.id,
    member_id: memberId(user),
    email: user.email,
    display_name: user.name,
    first_name: user.first,
    last_name: user.last,
    dept: user.dept,
    job_title: '',
    location: '',
    phone_number: '',
    phone_numbers: [],
    user_status: user.status,
    ...(group === undefined ? {} : { im_group_id: group.id, im_group_name: group.name }),
    ...(line === undefined
      ? {}
      : {
          extension_number: String(line.extension),
          direct_numbers: line.numbers.map(({ number }) => number),
        }),
    ...(query.get('query_presence_status') === 'true' ? { presence_status: shortPresence(call, user) } : {}),
  };
}

/** Here there are four words only. */
function shortPresence(call: Call, user: WorldUser): string {
  const status = presence(call, user);
  if (['Available', 'Away', 'Do_Not_Disturb'].includes(status)) return status;
  return status === 'Out_of_Office' ? 'Offline' : 'Do_Not_Disturb';
}

function thingRow(kind: string, { id, name, extension, numbers }: Extension): Record<string, unknown> {
  return {
    contact_type: Number(kind),
    id,
    display_name: name,
    first_name: name,
    last_name: '',
    extension_number: String(extension),
    direct_numbers: numbers.map(({ number }) => number),
    ...(kind === '4' ? { activity: 'Active' } : {}),
  };
}
