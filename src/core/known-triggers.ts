import { defineTrigger } from './trigger.ts';

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
