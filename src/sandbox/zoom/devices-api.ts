/** Devices of the account: Zoom Rooms hardware, H.323 and SIP end points, SIP phones (Meetings document). */
import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, list } from './call.ts';
import { invalidField } from './errors.ts';
import { type Device, deviceGroups, devices, endPoints, sipPhoneUsers } from './rooms.ts';
import { iso } from './time.ts';

/** Enrolled ones unless said otherwise; phone appliances (5) only when asked for. */
export function listDevices(call: Call): SandboxAnswer {
  const type = choice(call, 'device_type', ['-1', '0', '1', '2', '3', '4', '5', '6'], '-1');
  if (typeof type !== 'string') return type;
  const enrolled = choice(call, 'is_enrolled_in_zdm', ['true', 'false'], 'true');
  if (typeof enrolled !== 'string') return enrolled;
  const status = choice(call, 'device_status', ['-1', '0', '1'], '');
  if (typeof status !== 'string') return status;
  const system = choice(call, 'platform_os', ['win', 'mac', 'ipad', 'iphone', 'android', 'linux'], '');
  if (typeof system !== 'string') return system;
  const text = (call.query.get('search_text') ?? '').toLowerCase();
  const [vendor, model] = [call.query.get('device_vendor') ?? '', call.query.get('device_model') ?? ''];
  const found = devices(call.world)
    .filter((one) => one.enrolled === (enrolled === 'true'))
    .filter((one) => (type === '-1' ? one.type !== 5 : String(one.type) === type))
    // The parameter's default is printed as -1, which would list unlinked devices alone; nothing asked is all here.
    .filter((one) => status === '' || String(one.status) === status)
    .filter((one) => system === '' || one.platform === system)
    .filter((one) => (vendor === '' || one.vendor === vendor) && (model === '' || one.model === model))
    .filter((one) => one.name.toLowerCase().includes(text) || one.serial.toLowerCase().includes(text));
  return list(call, { key: 'devices', counts: 'none' }, found, deviceRow);
}

function deviceRow(one: Device): Record<string, unknown> {
  return {
    device_id: one.id,
    device_name: one.name,
    mac_address: one.mac,
    serial_number: one.serial,
    vendor: one.vendor,
    model: one.model,
    platform_os: one.platform,
    app_version: one.version,
    tag: one.tag,
    enrolled_in_zdm: one.enrolled,
    connected_to_zdm: one.enrolled && one.status === 1,
    ...(one.room === undefined ? {} : { room_id: one.room.id, room_name: one.room.name }),
    device_type: one.type,
    skd_version: '2.0.11',
    device_status: one.status,
    last_online: iso(one.lastOnline),
    ...(one.user === undefined ? {} : { user_email: one.user.email }),
  };
}

/** How devices are managed together. */
export function listDeviceGroups(call: Call): SandboxAnswer {
  const all = deviceGroups(call.world);
  return list(call, { key: 'groups', max: 100, counts: 'none' }, all, ({ id, name, description }) => ({
    zdm_group_id: id,
    name,
    description,
  }));
}

/** What a room connector can call. */
export function listEndPoints(call: Call): SandboxAnswer {
  return list(call, { key: 'devices', counts: 'always' }, endPoints(call.world), (one) => ({ ...one }));
}

/** SIP phones by user; `search_key` is a name or an address. */
export function listSipPhones(call: Call): SandboxAnswer {
  const key = (call.query.get('search_key') ?? '').toLowerCase();
  if (key.length > 256) return invalidField('search_key');
  const { seed } = call.world.ground;
  const found = sipPhoneUsers(call.account.users).filter(
    (user) => key === '' || user.email.toLowerCase() === key || user.name.toLowerCase().includes(key),
  );
  return list(call, { key: 'phones', counts: 'none' }, found, (user) => {
    const stream = random(seed, 'sip-phone', user.index);
    return {
      phone_id: sipPhoneId(seed, user.index),
      authorization_name: `sip${user.index}`,
      domain: 'sip.acme.example',
      password: '',
      registration_expire_time: stream.pick([60, 120, 300]),
      user_email: user.email,
      user_name: `sip.user.${user.index}`,
      voice_mail: String(7000 + user.index),
      display_number: String(7000 + user.index),
      server: {
        proxy_server: `proxy${stream.int(1, 3)}.acme.example:5061`,
        register_server: 'register.acme.example:5061',
        transport_protocol: stream.pick(['TLS', 'TCP', 'UDP', 'AUTO']),
      },
    };
  });
}

/** The key of a SIP phone. */
export function sipPhoneId(seed: number, index: number): string {
  const stream = random(seed, 'sip-phone-id', index);
  return Array.from({ length: 24 }, () => stream.int(0, 15).toString(16)).join('');
}
