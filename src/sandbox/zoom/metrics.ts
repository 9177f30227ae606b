/** How people were connected: what only the dashboard tells. */
import { random } from '../random.ts';
import type { Row } from './cast.ts';
import { opaqueId } from './ids.ts';
import type { Instance } from './schedule.ts';
import { MINUTE, iso } from './time.ts';

const DEVICES = [
  { device: 'Windows', os: 'Windows', os_version: '11', client: 'Windows client' },
  { device: 'Mac', os: 'macOS', os_version: '15.1', client: 'Mac client' },
  { device: 'iOS', os: 'iOS', os_version: '18.2', client: 'iOS client' },
  { device: 'Android', os: 'Android', os_version: '15', client: 'Android client' },
] as const;
const PLACES = ['Vienna (AT )', 'São Paulo (BR )', '大阪 (JP )', ''];
const QUALITY = ['good', 'good', 'good', 'fair', 'poor'] as const;

/** The line of one join. */
export function connection({ uuid }: Instance, row: Row): Record<string, unknown> {
  const stream = random('connection', uuid, row.userId);
  const machine = stream.pick(DEVICES);
  const line = stream.pick(['UDP', 'TCP', 'SSL+Proxy'] as const);
  const center = stream.pick(['Frankfurt', 'Tokyo']);
  return {
    ...machine,
    version: '6.4.3.2',
    ip_address: `192.0.2.${stream.int(1, 254)}`,
    internal_ip_addresses: [`10.0.0.${stream.int(1, 254)}`],
    location: stream.pick(PLACES),
    network_type: stream.pick(['Wired', 'Wifi', 'Cellular'] as const),
    data_center: center,
    full_data_center: center,
    connection_type: line,
    video_connection_type: line,
    as_connection_type: line,
    // People outside the account have no domain here.
    domain: row.internal ? 'acme.example' : '',
    pc_name: row.internal ? `pc-${stream.int(100, 999)}` : '',
    mac_addr: '',
    harddisk_id: '',
    device_name: '',
    browser_name: '',
    browser_version: '',
    share_application: false,
    share_desktop: stream.chance(0.2),
    share_whiteboard: false,
    recording: false,
    has_archiving: false,
    optional_archiving: 'no optional archiving',
    participant_uuid: participantUuid(uuid, row),
  };
}

/** Of the joins of one person in one instance, each has its own. */
export function participantUuid(uuid: string, row: Row): string {
  const hex = Buffer.from(opaqueId('participant', uuid, row.userId))
    .toString('hex')
    .slice(0, 32)
    .toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** What was heard and seen of one join, in words. */
export function quality({ uuid }: Instance, row: Row): Record<string, unknown> {
  const stream = random('quality', uuid, row.userId);
  return {
    audio_quality: stream.pick(QUALITY),
    video_quality: stream.pick([...QUALITY, '']),
    screen_share_quality: '',
    microphone: stream.pick(['Built-in', 'Headset']),
    speaker: 'Built-in',
  };
}

/** Samples of one join: one a minute, ten at most. */
export function samples({ uuid }: Instance, row: Row): Record<string, unknown>[] {
  const stream = random('samples', uuid, row.userId);
  const count = Math.min(10, Math.max(1, Math.floor((row.leave - row.join) / MINUTE)));
  const flow = (kbps: number, more: Record<string, string> = {}): Record<string, string> => ({
    bitrate: `${stream.int(Math.floor(kbps * 0.8), kbps)} kbps`,
    latency: `${stream.int(10, 180)} ms`,
    jitter: `${stream.int(0, 30)} ms`,
    avg_loss: '0 %',
    max_loss: `${stream.int(0, 3)} %`,
    ...more,
  });
  const picture = { resolution: '1280*720', frame_rate: '25 fps' };
  return Array.from({ length: count }, (_, i) => ({
    date_time: iso(row.join + i * MINUTE),
    audio_input: flow(40),
    audio_output: flow(40),
    video_input: flow(900, picture),
    video_output: flow(900, picture),
    as_input: flow(200, picture),
    as_output: flow(200, picture),
    cpu_usage: {
      zoom_min_cpu_usage: '1%',
      zoom_avg_cpu_usage: '5%',
      zoom_max_cpu_usage: `${stream.int(6, 30)}%`,
      system_max_cpu_usage: `${stream.int(31, 90)}%`,
    },
  }));
}
