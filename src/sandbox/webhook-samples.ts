/** Sends samples of webhooks to receivers anywhere, without a running sandbox. */
import { Clock } from './clock.ts';
import { DEFAULT_OPTIONS } from './index.ts';
import { createZoom } from './zoom/index.ts';
import { samplePayload } from './zoom/webhook-payloads.ts';
import { sendWebhook, type WebhookOrder, type WebhookOutcome } from './zoom/webhook-sender.ts';

/** A sample to be sent; `verificationToken` stands in the header of before there were signatures. */
export interface SampleOrder extends WebhookOrder {
  verificationToken?: string;
}

/** Samples of an account that is made up. */
export interface SampleSender {
  /** What it would say of an event; undefined when it has nothing to say. */
  payload(event: string): Record<string, unknown> | undefined;
  send(order: SampleOrder): Promise<WebhookOutcome>;
}

export function sampleSender(): SampleSender {
  const { world, credentials } = createZoom({ options: DEFAULT_OPTIONS, clock: new Clock() });
  return {
    payload: (event) => {
      // Of all else there is nothing in the account that is made up.
      if (!/^(?:meeting|webinar|recording|user|app_deauthorized|endpoint)\b/.test(event)) return undefined;
      const payload = samplePayload(event, world, credentials.clientId, Date.now());
      return Object.keys(payload['object'] ?? payload).length > 0 ? payload : undefined;
    },
    send: ({ verificationToken = credentials.verificationToken, ...order }) =>
      sendWebhook(order, { ...credentials, verificationToken }, world),
  };
}
