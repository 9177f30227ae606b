/** Zoom Phone: who and what has a number (Phone document). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, decode, param } from './call.ts';
import { zoomError } from './errors.ts';
import { known } from './groups-api.ts';
import {
  type Extension,
  autoReceptionists,
  callQueues,
  commonAreas,
  phoneRooms,
  phoneUsers,
  queueMembers,
  sharedLineGroups,
  sites,
} from './phone.ts';
import { deskPhones } from './phone-inventory.ts';
import { atSite, departmentOf, phoneList } from './phone-list.ts';

const CALLING_PLANS = [{ name: 'US/CA Metered Calling Plan', type: 100 }];

/** Users with a Phone licence. */
export function listPhoneUsers(call: Call): SandboxAnswer {
  const status = choice(call, 'status', ['activate', 'deactivate', 'pending'], '');
  if (typeof status !== 'string') return status;
  const { query } = call;
  const keyword = (query.get('keyword') ?? '').toLowerCase();
  const department = query.get('department') ?? '';
  const found = phoneUsers(call.world, known(call))
    .filter((one) => atSite(call, one))
    .filter((one) => status === '' || statusOf(one) === status)
    .filter((one) => department === '' || one.user?.dept === department)
    .filter((one) => keyword === '' || searched(one).includes(keyword));
  return phoneList(call, { key: 'users', max: 100 }, found, (one) => ({
    id: one.id,
    phone_user_id: one.extensionId,
    name: one.name,
    email: one.user?.email,
    extension_id: one.extensionId,
    extension_number: one.extension,
    site: siteRow(one),
    status: statusOf(one),
    activation_status: 'activated',
    calling_plans: CALLING_PLANS,
    phone_numbers: numbersOf(one),
    ...departmentOf(one.user),
  }));
}

function statusOf({ user }: Extension): 'activate' | 'deactivate' {
  return user?.status === 'active' ? 'activate' : 'deactivate';
}

function searched({ name, extension, numbers }: Extension): string {
  return [name, extension, ...numbers.map((one) => one.number)].join(' ').toLowerCase();
}

/** The places of business. */
export function listSites(call: Call): SandboxAnswer {
  const name = call.query.get('site_name') ?? '';
  const receptions = autoReceptionists(call.world);
  const found = sites(call.world).filter((site) => name === '' || site.name === name);
  return phoneList(call, { key: 'sites' }, found, (site) => {
    const main = receptions[site.index];
    return {
      id: site.id,
      name: site.name,
      site_code: site.index + 1,
      country: { code: 'US', name: 'United States' },
      ...(main === undefined
        ? {}
        : {
            main_auto_receptionist: {
              id: main.id,
              name: main.name,
              extension_id: main.extensionId,
              extension_number: main.extension,
            },
          }),
    };
  });
}

/** Queues of callers. */
export function listCallQueues(call: Call): SandboxAnswer {
  const found = callQueues(call.world).filter((one) => atSite(call, one));
  return phoneList(call, { key: 'call_queues', max: 100 }, found, (one) => ({
    ...extensionRow(one),
    status: 'active',
    phone_numbers: numbersOf(one).map((number) => ({ ...number, source: 'internal' })),
  }));
}

/** Who answers in one of them. The document names no parameters of pages, and its answer has them. */
export function listQueueMembers(call: Call): SandboxAnswer {
  const id = decode(param(call, 'callQueueId'));
  const queue = callQueues(call.world).find((one) => one.id === id || one.extensionId === id);
  if (queue === undefined) return zoomError(400, 300, `Call queue does not exist: ${id}.`);
  const members = queueMembers(call.world, queue);
  return phoneList(call, { key: 'call_queue_members' }, members, (one) => ({
    id: one.id,
    level: one.kind,
    name: one.name,
    receive_call: one.index % 5 !== 4,
    extension_id: one.extensionId,
  }));
}

/** Machines that answer. */
export function listAutoReceptionists(call: Call): SandboxAnswer {
  const all = autoReceptionists(call.world);
  return phoneList(call, { key: 'auto_receptionists', max: 100 }, all, (one) => ({
    ...extensionRow(one),
    ...departmentOf(undefined),
    timezone: 'America/Los_Angeles',
    audio_prompt_language: 'en-US',
    holiday_hours: [],
    phone_numbers: numbersOf(one),
  }));
}

/** Telephones that are nobody's own; this list has no count. */
export function listCommonAreas(call: Call): SandboxAnswer {
  const found = commonAreas(call.world).filter((one) => atSite(call, one));
  const desks = deskPhones(call.world);
  return phoneList(call, { key: 'common_areas', max: 100, counts: 'none' }, found, (one) => {
    const own = desks.filter((desk) => desk.owner?.id === one.id);
    return {
      id: one.id,
      display_name: one.name,
      extension_number: one.extension,
      site: siteRow(one),
      status: own.some((desk) => desk.online) ? 'online' : 'offline',
      calling_plans: CALLING_PLANS,
      phone_numbers: numbersOf(one).map((number) => ({ ...number, display_name: '', source: 'internal' })),
      desk_phones: own.map((desk) => ({
        id: desk.id,
        display_name: desk.name,
        device_type: desk.model,
        status: desk.online ? 'online' : 'offline',
      })),
    };
  });
}

/** Lines of several people. */
export function listSharedLineGroups(call: Call): SandboxAnswer {
  const all = sharedLineGroups(call.world);
  return phoneList(call, { key: 'shared_line_groups' }, all, (one) => ({
    id: one.id,
    display_name: one.name,
    extension_id: one.extensionId,
    extension_number: one.extension,
    site: siteRow(one),
    status: 'active',
    phone_numbers: numbersOf(one).map((number) => ({ ...number, status: 'available' })),
  }));
}

/** Zoom Rooms with a line. */
export function listPhoneRooms(call: Call): SandboxAnswer {
  const keyword = (call.query.get('keyword') ?? '').toLowerCase();
  const found = phoneRooms(call.world).filter(
    (one) => atSite(call, one) && (keyword === '' || searched(one).includes(keyword)),
  );
  return phoneList(call, { key: 'rooms', max: 100 }, found, (one) => ({
    ...extensionRow(one),
    calling_plans: CALLING_PLANS,
    phone_numbers: numbersOf(one),
  }));
}

function extensionRow(one: Extension): Record<string, unknown> {
  return {
    id: one.id,
    name: one.name,
    extension_id: one.extensionId,
    extension_number: one.extension,
    site: siteRow(one),
  };
}

/** A site, as everything that stands at one names it. */
export function siteRow({ site: { id, name } }: { site: { id: string; name: string } }): {
  id: string;
  name: string;
} {
  return { id, name };
}

function numbersOf({ numbers }: Extension): { id: string; number: string }[] {
  return numbers.map(({ id, number }) => ({ id, number }));
}
