/** Zoom Phone: numbers, telephones on desks, and what is blocked (Phone document). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice } from './call.ts';
import { invalidField } from './errors.ts';
import { phoneNumbers, sites } from './phone.ts';
import { siteRow } from './phone-directory-api.ts';
import { blocks, deskPhones } from './phone-inventory.ts';
import { atSite, phoneList } from './phone-list.ts';

/** Assigned ones and those that are left; the parameter has no documented default, so that nothing asked is all. */
export function listPhoneNumbers(call: Call): SandboxAnswer {
  const type = choice(call, 'type', ['assigned', 'unassigned', 'byoc', 'all'], 'all');
  if (typeof type !== 'string') return type;
  const kind = call.query.get('extension_type') ?? '';
  const toll = choice(call, 'number_type', ['toll', 'tollfree'], '');
  if (typeof toll !== 'string') return toll;
  const number = call.query.get('phone_number') ?? '';
  const [main] = sites(call.world);
  const found = phoneNumbers(call.world)
    .filter(({ owner }) => type === 'all' || (type === 'assigned') === (owner !== undefined))
    // There are no numbers of other carriers here.
    .filter(() => type !== 'byoc')
    .filter(({ owner }) => kind === '' || owner?.kind === kind)
    .filter((one) => toll === '' || one.number.type === toll)
    .filter((one) => number === '' || one.number.number === number)
    .filter(({ owner }) => atSite(call, { site: owner?.site ?? main ?? { id: '' } }));
  return phoneList(call, { key: 'phone_numbers', max: 100 }, found, ({ number: one, owner }) => ({
    id: one.id,
    number: one.number,
    number_type: one.type,
    display_name: '',
    location: 'US',
    capability: ['incoming', 'outgoing'],
    source: 'internal',
    status: 'available',
    carrier: { code: 2, name: 'Zoom' },
    emergency_address_status: 1,
    site: { id: (owner?.site ?? main)?.id, name: (owner?.site ?? main)?.name },
    // The document's kinds of assignees have no Zoom Room.
    ...(owner === undefined || owner.kind === 'zoomRoom'
      ? {}
      : {
          assignee: {
            id: owner.id,
            name: owner.name,
            extension_number: owner.extension,
            type: owner.kind,
          },
        }),
  }));
}

/** Desk phones; one has to say which half is meant. */
export function listDeskPhones(call: Call): SandboxAnswer {
  const type = choice(call, 'type', ['assigned', 'unassigned'], '');
  if (typeof type !== 'string') return type;
  if (type === '') return invalidField('type');
  const assignee = choice(call, 'assignee_type', ['user', 'commonArea'], '');
  if (typeof assignee !== 'string') return assignee;
  const make = (call.query.get('device_type') ?? '').toLowerCase();
  const keyword = (call.query.get('keyword') ?? '').toLowerCase();
  const found = deskPhones(call.world)
    .filter((one) => (one.owner !== undefined) === (type === 'assigned'))
    .filter((one) => assignee === '' || one.owner?.kind === assignee)
    .filter((one) => one.model.toLowerCase().startsWith(make) && atSite(call, one))
    .filter((one) => keyword === '' || `${one.name} ${one.mac}`.toLowerCase().includes(keyword));
  return phoneList(call, { key: 'devices' }, found, (one) => {
    const { owner } = one;
    const holder = owner && {
      id: owner.id,
      name: owner.name,
      extension_number: owner.extension,
      extension_type: owner.kind,
    };
    return {
      id: one.id,
      display_name: one.name,
      device_type: one.model,
      mac_address: one.mac,
      status: one.online ? 'online' : 'offline',
      site: siteRow(one),
      ...(holder === undefined
        ? {}
        : { assignee: holder, assignees: [{ ...holder, extension_id: owner?.extensionId }] }),
    };
  });
}

/** Numbers that get through no more. */
export function listBlocks(call: Call): SandboxAnswer {
  return phoneList(call, { key: 'blocked_list', max: 100 }, blocks(call.world), (one) => ({
    id: one.id,
    block_type: one.type,
    match_type: one.match,
    phone_number: one.number,
    comment: one.comment,
    status: one.active ? 'active' : 'inactive',
  }));
}
