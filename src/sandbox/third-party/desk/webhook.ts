/** The desk's one webhook: a person pastes an address; the desk asks it to prove itself, then sends every event there. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type Deliveries, type Delivery, isLoopback, post } from '../deliveries.ts';
import type { Ticket } from './world.ts';

/** What the person fills in. */
export interface Pasted {
  url: string;
  secret: string;
}

/** What came of it. */
export interface PasteOutcome {
  accepted: boolean;
  /** Of the challenge; 0 when there was no answer. */
  status: number;
  answer: string;
}

export class Webhook {
  #pasted: Pasted | undefined;
  readonly #deliveries: Deliveries;

  constructor(deliveries: Deliveries) {
    this.#deliveries = deliveries;
  }

  get url(): string | undefined {
    return this.#pasted?.url;
  }

  /** Asks the address to send the token back in `challenge_response`; keeps it only when it does. */
  async paste(pasted: Pasted): Promise<PasteOutcome> {
    if (!isLoopback(pasted.url)) throw new TypeError('url must be http on the loopback interface');
    const token = randomBytes(12).toString('hex');
    const body = JSON.stringify({ webhookEvent: 'endpoint.challenge', challenge_token: token });
    const { status, text } = await post(pasted.url, headersOf(pasted.secret)(body, randomUUID()), body);
    const accepted = status === 200 && echoed(text) === token;
    if (accepted) this.#pasted = pasted;
    return { accepted, status, answer: text.slice(0, 2000) };
  }

  async tell(event: string, ticket: Ticket): Promise<Delivery[]> {
    if (this.#pasted === undefined) return [];
    const { url, secret } = this.#pasted;
    const body = JSON.stringify({ webhookEvent: event, timestamp: Date.now(), ticket });
    const delivery = await this.#deliveries.send({ url, event, body, headers: headersOf(secret) });
    if (delivery.gone) this.#pasted = undefined;
    return [delivery];
  }
}

/** The HMAC of the body alone, in base64: no time, no prefix. */
function headersOf(secret: string) {
  return (body: string, delivery: string): Record<string, string> => ({
    'content-type': 'application/json',
    'user-agent': 'Desk-Hookshot/2',
    'x-desk-delivery': delivery,
    'x-desk-signature': createHmac('sha512', secret).update(body).digest('base64'),
  });
}

function echoed(text: string): unknown {
  try {
    return (JSON.parse(text) as { challenge_response?: unknown }).challenge_response;
  } catch {
    return undefined;
  }
}
