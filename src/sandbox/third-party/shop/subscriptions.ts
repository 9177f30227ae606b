/** The shop's webhooks: programs subscribe, renew and leave; events are signed with a secret of each subscription. */
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { SandboxAnswer } from '../../types.ts';
import { type Deliveries, type Delivery, isLoopback, post } from '../deliveries.ts';
import { jsonObject, type Visit } from '../routes.ts';
import { bodyOf } from './goods.ts';
import { pageOf } from './paging.ts';
import { notFound, Problem, refuse, type Wrong } from './problem.ts';
import { newId } from './world.ts';

export const EVENTS = ['order.created', 'order.cancelled', 'customer.created', 'customer.updated'] as const;

export interface Subscription {
  id: string;
  url: string;
  events: string[];
  secret: string;
  created_at: string;
  expires_at: string | null;
}

/** What tests turn. */
export interface Manners {
  /** Seconds that a subscription lives; 0: for ever. */
  subscriptionSeconds: number;
  /** Before it takes a subscription, the shop asks the receiver to send a challenge back. */
  verifySubscriptions: boolean;
  /** Milliseconds between the moment a subscription exists and the answer that tells its id. */
  subscribeDelayMs: number;
}

/** All subscriptions. */
export class Subscriptions {
  readonly all = new Map<string, Subscription>();
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  readonly #manners: Manners;

  constructor(clock: Clock, deliveries: Deliveries, manners: Manners) {
    this.#clock = clock;
    this.#deliveries = deliveries;
    this.#manners = manners;
  }

  /** Sends an event to everybody who wants it; whoever answers 410 is struck off. */
  tell(event: string, object: unknown): Promise<Delivery[]> {
    const time = new Date(this.#clock.now()).toISOString();
    const body = JSON.stringify({ id: newId('evt'), type: event, created_at: time, data: object });
    const live = [...this.all.values()].filter((one) => one.events.includes(event) && this.#lives(one));
    return Promise.all(
      live.map(async ({ id, url, secret }) => {
        const headers = headersOf(event, secret);
        const delivery = await this.#deliveries.send({ url, event, body, subscription: id, headers });
        if (delivery.gone) this.all.delete(id);
        return delivery;
      }),
    );
  }

  list({ request }: Visit): SandboxAnswer {
    const live = [...this.all.values()].filter((one) => this.#lives(one)).map(shown);
    return { status: 200, json: pageOf(live, request.query) };
  }

  get({ params }: Visit): SandboxAnswer {
    return { status: 200, json: shown(this.#one(params)) };
  }

  async create({ request }: Visit): Promise<SandboxAnswer> {
    const { url, events, secret = randomBytes(24).toString('base64url') } = bodyOf(jsonObject(request));
    const errors: Wrong[] = [];
    if (!isLoopback(url)) errors.push({ pointer: '/url', detail: 'the sandbox calls this machine only' });
    const known = Array.isArray(events) && events.every((one) => EVENTS.some((name) => name === one));
    if (!known || events.length === 0) {
      errors.push({ pointer: '/events', detail: `expected some of ${EVENTS.join(', ')}` });
    }
    if (typeof secret !== 'string' || secret.length < 8) {
      errors.push({ pointer: '/secret', detail: 'expected a text of at least 8 characters' });
    }
    refuse(errors);
    if (this.#manners.verifySubscriptions) await verify(url as string, secret as string);
    const subscription: Subscription = {
      id: newId('whk'),
      url: url as string,
      events: events as string[],
      secret: secret as string,
      created_at: new Date(this.#clock.now()).toISOString(),
      expires_at: this.#end(),
    };
    this.all.set(subscription.id, subscription);
    const wait = this.#manners.subscribeDelayMs;
    // It keeps no process alive: the client may be long gone.
    if (wait > 0) await sleep(wait, undefined, { ref: false });
    // The one time that the secret is told.
    return { status: 201, json: subscription };
  }

  renew({ params }: Visit): SandboxAnswer {
    const subscription = this.#one(params);
    subscription.expires_at = this.#end();
    return { status: 200, json: shown(subscription) };
  }

  remove({ params }: Visit): SandboxAnswer {
    this.all.delete(this.#one(params).id);
    return { status: 204 };
  }

  #one(params: Readonly<Record<string, string>>): Subscription {
    const one = this.all.get(params['webhookId'] ?? '');
    if (one === undefined || !this.#lives(one)) throw notFound('webhook', params['webhookId'] ?? '');
    return one;
  }

  #lives({ expires_at: end }: Subscription): boolean {
    return end === null || Date.parse(end) > this.#clock.now();
  }

  #end(): string | null {
    const seconds = this.#manners.subscriptionSeconds;
    return seconds === 0 ? null : new Date(this.#clock.now() + seconds * 1000).toISOString();
  }
}

/** `t=<seconds>,v1=<hex>` over `<seconds>.<body>`. */
function headersOf(event: string, secret: string) {
  return (body: string, delivery: string): Record<string, string> => {
    // Real time, not the sandbox's clock: the receiver compares it with its own.
    const time = Math.floor(Date.now() / 1000);
    const mac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
    return {
      'content-type': 'application/json',
      'user-agent': 'Shop-Webhooks/1',
      'shop-event': event,
      'shop-delivery': delivery,
      'shop-signature': `t=${time},v1=${mac}`,
    };
  };
}

async function verify(url: string, secret: string): Promise<void> {
  const challenge = randomBytes(16).toString('hex');
  const body = JSON.stringify({ type: 'webhook.verification', challenge });
  const { status, text } = await post(
    url,
    headersOf('webhook.verification', secret)(body, newId('dlv')),
    body,
  );
  if (status === 200 && echoed(text) === challenge) return;
  throw new Problem(422, 'not-verified', `the receiver answered ${status} and not with the challenge`);
}

function echoed(text: string): unknown {
  try {
    return (JSON.parse(text) as { challenge?: unknown }).challenge;
  } catch {
    return undefined;
  }
}

function shown({ id, url, events, created_at, expires_at }: Subscription): Omit<Subscription, 'secret'> {
  return { id, url, events, created_at, expires_at };
}
