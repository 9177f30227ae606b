/** Sends webhooks as Zoom does: shape, headers and signature of FACTS E. */
import { createHmac, randomBytes } from 'node:crypto';
import { isRecord } from '../record.ts';
import type { Credentials } from './credentials.ts';
import { samplePayload } from './webhook-payloads.ts';
import type { World } from './world.ts';

/** Zoom waits three seconds for an answer, then tries three times more (FACTS E). */
const PATIENCE = 3000;
const TRIES = 4;

/** One event to be sent. */
export interface WebhookOrder {
  /** Loopback only: the sandbox calls nobody else. */
  url: string;
  event: string;
  /** A payload from the world when left out. */
  payload?: unknown;
  /** Other secret than the account's. */
  secret?: string;
  /** Sends again while the answer is not 2xx, without the wait between: with the same stamp or a fresh one. */
  retryStyle?: 'same' | 'fresh';
  /** Seconds since the epoch instead of now, for stale deliveries. */
  timestamp?: number;
  /** A signature that does not fit the body. */
  tamper?: boolean;
}

/** What the receiver said in the end. */
export interface WebhookOutcome {
  /** 0 when there was no answer. */
  status: number;
  body: unknown;
  attempts: number;
}

/** An order that came as JSON, or what is wrong with it. */
export function readOrder(value: unknown): WebhookOrder | string {
  if (!isRecord(value)) return 'an event must be an object';
  const { url, event, payload, secret, retryStyle, timestamp, tamper } = value;
  if (typeof url !== 'string' || !URL.canParse(url)) return 'url must be an absolute URL';
  if (!isLoopback(new URL(url))) return `url must be http on the loopback interface, not ${url}`;
  if (typeof event !== 'string' || event === '') return 'event must be a name such as meeting.ended';
  if (secret !== undefined && typeof secret !== 'string') return 'secret must be a string';
  if (timestamp !== undefined && typeof timestamp !== 'number') return 'timestamp must be whole seconds';
  if (retryStyle !== undefined && retryStyle !== 'same' && retryStyle !== 'fresh') {
    return "retryStyle must be 'same' or 'fresh'";
  }
  return {
    url,
    event,
    payload,
    tamper: tamper === true,
    ...(secret === undefined ? {} : { secret }),
    ...(retryStyle === undefined ? {} : { retryStyle }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

function isLoopback({ protocol, hostname }: URL): boolean {
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** `v0=` and the HMAC of the raw bytes (FACTS E). */
export function signature(secret: string, timestamp: string, body: string | Buffer): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** Delivers one event, and again when the order asks for retries. */
export async function sendWebhook(
  order: WebhookOrder,
  credentials: Credentials,
  world: World,
): Promise<WebhookOutcome> {
  // Real time, not the sandbox's clock: the receiver compares it with its own.
  const eventTs = Date.now();
  const payload = order.payload ?? samplePayload(order.event, world, credentials.clientId, eventTs);
  const content = { event: order.event, payload, event_ts: eventTs };
  // The one event without a time of its own (FACTS E, trap 8).
  if (order.event === 'app_deauthorized') Reflect.deleteProperty(content, 'event_ts');
  const body = Buffer.from(JSON.stringify(content));
  const request = randomBytes(16).toString('hex');
  let stamp = order.timestamp ?? Math.floor(eventTs / 1000);
  for (let attempt = 1; ; attempt++) {
    const headers = headersFor(order, credentials, String(stamp), body, request);
    const outcome = await post(order.url, headers, body);
    const done = outcome.status >= 200 && outcome.status < 300;
    if (done || order.retryStyle === undefined || attempt === TRIES) return { ...outcome, attempts: attempt };
    if (order.retryStyle === 'fresh') stamp = Math.max(stamp + 1, Math.floor(Date.now() / 1000));
  }
}

function headersFor(
  order: WebhookOrder,
  credentials: Credentials,
  stamp: string,
  body: Buffer,
  request: string,
): Record<string, string> {
  const good = signature(order.secret ?? credentials.webhookSecret, stamp, body);
  return {
    'user-agent': 'Zoom Marketplace/1.0a',
    'content-type': 'application/json; charset=utf-8',
    authorization: credentials.verificationToken,
    clientid: credentials.clientId,
    'x-zm-request-timestamp': stamp,
    'x-zm-signature': order.tamper === true ? `${good.slice(0, -4)}0000` : good,
    'x-zm-trackingid': `v=2.0;clid=us05;rid=WEB_${request}`,
    // The same through all tries of one delivery (FACTS E, "Identity"; seen in third-party receivers only).
    'x-zm-request-id': request,
  };
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: Buffer,
): Promise<Omit<WebhookOutcome, 'attempts'>> {
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
      redirect: 'manual',
      signal,
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
