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
  /** Whether there is more to say of an event than its name. */
  knows(event: string): boolean;
  send(order: SampleOrder): Promise<WebhookOutcome>;
}

export function sampleSender(): SampleSender {
  const { world, credentials } = createZoom({ options: DEFAULT_OPTIONS, clock: new Clock() });
  return {
    knows: (event) => {
      const { object, ...rest } = samplePayload(event, world, credentials.clientId, Date.now());
      return object === undefined ? Object.keys(rest).length > 0 : Object.keys(object as object).length > 0;
    },
    send: ({ verificationToken = credentials.verificationToken, ...order }) =>
      sendWebhook(order, { ...credentials, verificationToken }, world),
  };
}
