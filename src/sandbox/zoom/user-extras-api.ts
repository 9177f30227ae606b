/** What else belongs to one user: permissions, assistants, devices, presence and audio conferencing accounts. */
import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, findInvited, findUser, isAnswer } from './call.ts';
import { notAccepted, zoomError } from './errors.ts';
import { known } from './groups-api.ts';
import { opaqueId } from './ids.ts';
import { roleOf, roles } from './organisation.ts';
import type { WorldUser } from './people.ts';
import { collaborationDevices } from './rooms.ts';

/** What the user's role allows. */
export function getPermissions(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const own = roleOf(call.world, user).id;
  const permissions = roles(call.world).find((role) => role.id === own)?.permissions ?? [];
  return { status: 200, json: { permissions } };
}

/** Those who may schedule for the user. */
export function listAssistants(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const assistants = known(call)
    .filter((other) => assists(other, user))
    .map(({ id, email, index }) => ({ id, email, can_manage_host_private_event: index % 2 === 0 }));
  return { status: 200, json: { assistants } };
}

/** The other side: those for whom the user may schedule. */
export function listSchedulers(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const schedulers = known(call)
    .filter((other) => assists(user, other))
    .map(({ id, email, pmi }) => ({ id, email, pmi }));
  return { status: 200, json: { schedulers } };
}

/** Whether `one` schedules for `other`: licensed both, and neighbours on the list (SPEC: both need a licence). */
export function assists(one: WorldUser, other: WorldUser): boolean {
  const licensed = one.type === 2 && other.type === 2;
  const near = one.index - other.index === 1 || (other.index % 5 === 0 && one.index - other.index === 2);
  return licensed && near && one.status !== 'pending' && other.status !== 'pending';
}

/** The devices of the user's personal room; few have one. */
export function listCollaborationDevices(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const all = collaborationDevices(call.world, user).map(({ id, name, room, roomUser, online }) => ({
    id,
    device_name: name,
    room_name: room,
    room_user_id: roomUser,
    status: online ? 'Online' : 'Offline',
  }));
  return { status: 200, json: { total_records: all.length, collaboration_devices: all } };
}

/** It follows the world where it can: whoever hosts now is in a meeting. */
export function getPresence(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  return { status: 200, json: { status: presence(call, user) } };
}

/** One of the document's words; it has none for somebody who is offline here. */
export function presence(call: Call, user: WorldUser): string {
  const { world, now } = call;
  const running = world
    .meetings(user)
    .some((series) => series.instances.some((one) => one.start <= now && now < one.end));
  if (running) return 'In_A_Zoom_Meeting';
  const stream = random(world.ground.seed, 'presence', user.index, Math.floor(now / 900_000));
  if (user.status === 'inactive') return 'Away';
  return stream.pick(['Available', 'Available', 'Away', 'Do_Not_Disturb', 'Busy', 'Out_of_Office']);
}

/** Dial-in by another provider: two accounts at most. */
export function listTspAccounts(call: Call): SandboxAnswer {
  const user = findInvited(call);
  if (isAnswer(user)) return user;
  if (user.status === 'pending') return { ...notAccepted(), status: 404 };
  return { status: 200, json: { tsp_accounts: tspAccounts(call.world.ground.seed, user) } };
}

/** Every fourth user has one, some of them a second. */
export function tspAccounts(seed: number, user: WorldUser): Record<string, unknown>[] {
  const stream = random(seed, 'tsp', user.index);
  const count = user.index % 4 === 1 ? stream.int(1, 2) : 0;
  return Array.from({ length: count }, (_, i) => ({
    id: String(i + 1),
    conference_code: String(stream.int(100_000, 999_999)),
    leader_pin: String(stream.int(1000, 9999)),
    tsp_bridge: i === 0 ? 'US_TSP_TB' : 'EU_TSP_TB',
    dial_in_numbers: [
      { code: '1', country_label: 'America', number: `555010${stream.int(1000, 9999)}`, type: 'toll' },
    ],
  }));
}

/** By host: an account may have the plan and most users not (FACTS D: such an answer must not end a sync). */
export function listPacAccounts(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const accounts = pacAccounts(call.world.ground.seed, user);
  if (accounts === undefined || call.plan === 'free') {
    return zoomError(400, 2024, 'User does not have PAC enabled.');
  }
  return { status: 200, json: { pac_accounts: accounts } };
}

/** Undefined for those who have it not enabled. */
export function pacAccounts(seed: number, user: WorldUser): Record<string, unknown>[] | undefined {
  if (user.index % 3 !== 0 || user.type !== 2) return undefined;
  const stream = random(seed, 'pac', user.index);
  return [
    {
      conference_id: 1_000_000_000 + user.index * 1009 + stream.int(0, 999),
      dedicated_dial_in_number: [{ country: 'US', number: `555010${stream.int(1000, 9999)}` }],
      global_dial_in_numbers: [
        { country: 'US', number: '5550100' },
        { country: 'AT', number: '1720011' },
      ],
      listen_only_password: opaqueId(seed, 'pac-listen', user.index).slice(0, 6),
      participant_password: opaqueId(seed, 'pac-join', user.index).slice(0, 6),
    },
  ];
}

/** How many people of each kind the account has. */
export function getUserSummary(call: Call): SandboxAnswer {
  const { users } = call.account;
  const count = (test: (user: WorldUser) => boolean): number => users.filter(test).length;
  const counts = {
    licensed_users_count: count((user) => user.status !== 'pending' && user.type === 2),
    basic_users_count: count((user) => user.status !== 'pending' && user.type === 1),
    on_prem_users_count: count((user) => user.status !== 'pending' && user.type === 3),
    join_only_users_count: count(
      (user) => user.status !== 'pending' && (user.type === 4 || user.type === 99),
    ),
    room_users_count: 0,
  };
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const pending_users_count = count((user) => user.status === 'pending');
  return { status: 200, json: { ...counts, pending_users_count, total_users_count: total } };
}
