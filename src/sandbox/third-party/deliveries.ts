/** Webhooks on their way: posted, tried again while nobody took them, and given up when the receiver is gone. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 3000;
const TRIES = 4;
/** A log for tests, not for ever. */
const MOST_KEPT = 10_000;

/** One event for one receiver. */
export interface Parcel {
  url: string;
  event: string;
  body: string;
  /** The subscription that it is for, where there is one. */
  subscription?: string;
  /** Headers of one try; senders sign each anew, with the time of the try. */
  headers: (body: string, delivery: string) => Record<string, string>;
}

/** What became of it. */
export interface Delivery {
  id: string;
  event: string;
  url: string;
  subscription?: string;
  /** Of the last try; 0 when there was no answer. */
  status: number;
  /** What the receiver said at last, cut. */
  answer: string;
  attempts: number;
  /** The receiver said that it is gone (HTTP 410). */
  gone: boolean;
}

/** All deliveries of one sender. */
export class Deliveries {
  readonly log: Delivery[] = [];
  /** Milliseconds before the second try; each wait is twice the one before. */
  retryMs = 50;
  readonly #open = new Set<Promise<Delivery>>();
  readonly #over = new AbortController();

  /** Begins a delivery; the promise tells what became of it and never fails. */
  send(parcel: Parcel): Promise<Delivery> {
    const sending = this.#send(parcel).finally(() => this.#open.delete(sending));
    this.#open.add(sending);
    return sending;
  }

  /** Until nothing is under way. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  /** Gives up what is under way: the sandbox closes, or starts anew. */
  stop(): void {
    this.#over.abort();
  }

  async #send({ url, event, body, subscription, headers }: Parcel): Promise<Delivery> {
    const id = randomUUID();
    const of = subscription === undefined ? {} : { subscription };
    const delivery: Delivery = { id, event, url, ...of, status: 0, answer: '', attempts: 0, gone: false };
    if (this.log.push(delivery) > MOST_KEPT) this.log.shift();
    for (let wait = this.retryMs; !this.#over.signal.aborted; wait *= 2) {
      delivery.attempts++;
      const { status, text } = await post(url, headers(body, id), body, this.#over.signal);
      delivery.status = status;
      delivery.answer = text.slice(0, 2000);
      delivery.gone = status === 410;
      if ((status >= 200 && status < 300) || delivery.gone || delivery.attempts === TRIES) break;
      await sleep(wait, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
    return delivery;
  }
}

/** One request to a receiver, as long as it may take. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  over?: AbortSignal,
): Promise<{ status: number; text: string }> {
  const patience = AbortSignal.timeout(PATIENCE);
  const signal = over === undefined ? patience : AbortSignal.any([patience, over]);
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

/** Whether the sandbox may call it: it speaks to this machine only. */
export function isLoopback(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
