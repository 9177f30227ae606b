import { defineTrigger } from '../../core/trigger.ts';

/** Zoom's event subscriptions (Zoom FACTS E). */
export const events = defineTrigger({
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
  challenge: {
    event: 'endpoint.url_validation',
    token: 'payload.plainToken',
    answer: { token: 'plainToken', hash: 'encryptedToken' },
  },
  event: 'event',
  account: 'payload.account_id',
  deliveryHeader: 'x-zm-request-id',
  volatile: ['download_token', 'download_url', 'play_url'],
});
