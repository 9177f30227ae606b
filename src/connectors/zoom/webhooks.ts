import { defineTrigger } from '../../core/trigger.ts';
import { parseEvent, type ZoomEvents } from './events/index.ts';

/** Zoom's event subscriptions (Zoom FACTS E). */
export const events = defineTrigger<ZoomEvents>({
  title: 'Zoom event subscription',
  docs: 'https://developers.zoom.us/docs/api/webhooks/',
  verify: {
    header: 'x-zm-signature',
    prefix: 'v0=',
    sign: 'v0:{time}:{body}',
    algorithm: 'sha256',
    encoding: 'hex',
    // Zoom tries again 5, 20 and 60 minutes later, and nobody could confirm that it signs anew: 90 minutes covers all.
    time: { header: 'x-zm-request-timestamp', unit: 's', windowSeconds: 90 * 60 },
  },
  token: { header: 'authorization' },
  challenge: {
    event: 'endpoint.url_validation',
    token: 'payload.plainToken',
    answer: { token: 'plainToken', hash: 'encryptedToken' },
  },
  event: 'event',
  account: 'payload.account_id',
  // `app_deauthorized` keeps it in its payload (trap 8).
  happened: { paths: ['event_ts', 'payload.event_ts'], unit: 'ms' },
  deliveryHeader: 'x-zm-request-id',
  volatile: ['download_token', 'download_url', 'play_url'],
  secrets: [
    'download_token',
    'start_url',
    'password',
    'encrypted_password',
    'encrypted_passcode',
    'recording_play_passcode',
    'pstn_password',
    'h323_password',
    'h323_passcode',
    'host_key',
    'leader_pin',
    'participant_pin_code',
    'stream_key',
    'callback_token',
  ],
  headers: ['x-zm-trackingid', 'clientid'],
  read: parseEvent,
});
