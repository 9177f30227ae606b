import { defineTrigger, type Trigger } from './trigger.ts';

/** Slack's Events API. */
export const slackEvents = defineTrigger({
  title: 'Slack Events API',
  docs: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
  verify: {
    header: 'x-slack-signature',
    prefix: 'v0=',
    sign: 'v0:{time}:{body}',
    algorithm: 'sha256',
    encoding: 'hex',
    time: { header: 'x-slack-request-timestamp', unit: 's', windowSeconds: 5 * 60 },
  },
  challenge: { event: 'url_verification', at: 'type', token: 'challenge', answer: { token: 'challenge' } },
  event: 'event.type',
  account: 'team_id',
  happened: { paths: ['event_time'], unit: 's' },
  deliveryPath: 'event_id',
  volatile: [],
  secrets: ['token'],
  headers: ['x-slack-retry-num', 'x-slack-retry-reason'],
});

/** GitHub's webhooks, of repositories, organisations and apps. */
export const githubEvents = defineTrigger({
  title: 'GitHub webhook',
  docs: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
  verify: {
    header: 'x-hub-signature-256',
    prefix: 'sha256=',
    sign: '{body}',
    algorithm: 'sha256',
    encoding: 'hex',
  },
  event: { header: 'x-github-event' },
  account: 'repository.full_name',
  // Stays the same when a delivery is sent again by hand.
  deliveryHeader: 'x-github-delivery',
  volatile: [],
});

/** Stripe's webhook endpoints. */
export const stripeEvents = defineTrigger({
  title: 'Stripe webhook endpoint',
  docs: 'https://docs.stripe.com/webhooks#verify-manually',
  verify: {
    header: 'stripe-signature',
    separator: ',',
    prefix: 'v1=',
    sign: '{time}.{body}',
    algorithm: 'sha256',
    encoding: 'hex',
    time: { header: 'stripe-signature', prefix: 't=', unit: 's', windowSeconds: 5 * 60 },
  },
  event: 'type',
  account: 'account',
  happened: { paths: ['created'], unit: 's' },
  deliveryPath: 'id',
  volatile: [],
});

/** Whoever signs as the Standard Webhooks specification says: Svix and those who send with it, among others. */
export const standardWebhooks = defineTrigger({
  title: 'Standard Webhooks',
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  verify: {
    header: 'webhook-signature',
    separator: ' ',
    prefix: 'v1,',
    sign: '{id}.{time}.{body}',
    algorithm: 'sha256',
    encoding: 'base64',
    secret: { prefix: 'whsec_', encoding: 'base64' },
    id: { header: 'webhook-id' },
    time: { header: 'webhook-timestamp', unit: 's', windowSeconds: 5 * 60 },
  },
  event: 'type',
  deliveryHeader: 'webhook-id',
  volatile: [],
});

/** What Meta sends: WhatsApp, Instagram, Messenger and pages. */
export const metaEvents = defineTrigger({
  title: 'Meta webhook',
  docs: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  verify: {
    header: 'x-hub-signature-256',
    prefix: 'sha256=',
    sign: '{body}',
    algorithm: 'sha256',
    encoding: 'hex',
  },
  // The verify token is a text that the person chooses; here it is one of the secrets, beside the app's own.
  handshake: {
    method: 'GET',
    in: 'query',
    key: 'hub.challenge',
    when: { key: 'hub.mode', is: 'subscribe' },
    token: 'hub.verify_token',
    proven: false,
    answer: { as: 'text' },
  },
  event: 'object',
  account: 'entry.0.id',
  happened: { paths: ['entry.0.time'], unit: 's' },
  volatile: [],
});

/** Microsoft Graph's change notifications. They are not signed: each carries the `clientState` of its subscription. */
export const graphNotifications = defineTrigger({
  title: 'Microsoft Graph change notification',
  docs: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks',
  verify: {
    header: '',
    at: { body: 'value.*.clientState' },
    prefix: '',
    sign: '',
    algorithm: 'none',
    encoding: 'none',
  },
  // It wants the text back within 10 seconds, as plain text, before it subscribes.
  handshake: {
    method: 'POST',
    in: 'query',
    key: 'validationToken',
    proven: false,
    answer: { as: 'text' },
  },
  event: 'value.0.changeType',
  account: 'value.0.tenantId',
  volatile: [],
  secrets: ['clientState'],
});

/** Zoom's event subscriptions; what the events are, its connector knows. */
export const zoomWebhook: Readonly<Omit<Trigger, 'events' | 'read'>> = {
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
};

/** By the name that people choose them by. */
export const PRESETS = {
  slack: slackEvents,
  github: githubEvents,
  stripe: stripeEvents,
  meta: metaEvents,
  'microsoft-graph': graphNotifications,
  'standard-webhooks': standardWebhooks,
  zoom: zoomWebhook,
} as const satisfies Readonly<Record<string, Trigger>>;

export type PresetName = keyof typeof PRESETS;
