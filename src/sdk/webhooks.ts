import type { ZoomEventName, ZoomEvents } from '../catalog.ts';
import { ConnectorError } from '../core/errors.ts';
import { answerChallenge, verify, type PushedEvent, type Trigger, type Verdict } from '../core/trigger.ts';
import type { Secret } from '../core/secret.ts';

/** A webhook as handlers get it. */
export interface WebhookEvent {
  /** Id of the connector, such as `zoom`. */
  connector: string;
  /** Name of the event, such as `meeting.ended`. */
  topic: string;
  /** What the system sent with it, unchecked. */
  payload: unknown;
}

export type WebhookHandler = (event: WebhookEvent) => void | Promise<void>;

/** An event of Zoom with the payload that Zoom documents: ids are text, other members may be missing. */
export interface ZoomWebhook<Name extends ZoomEventName> extends WebhookEvent {
  topic: Name;
  payload: ZoomEvents[Name]['payload'];
}

/** Header names are in lower case, as Node gives them, or it is the `Headers` of a fetch request. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** How often events of one topic came, and how many handlers were run for them to their end. */
export interface TopicCount {
  received: number;
  handled: number;
}

/** Proves webhooks and hands them to handlers. Holds nothing that survives the process. */
export class Webhooks {
  readonly #triggers: () => readonly Trigger[];
  readonly #secrets: () => readonly Secret[];
  readonly #now: () => number;
  readonly #handlers = new Map<string, Set<WebhookHandler>>();
  readonly #counts = new Map<string, TopicCount>();

  constructor(deps: {
    triggers: () => readonly Trigger[];
    secrets: () => readonly Secret[];
    now: () => number;
  }) {
    this.#triggers = deps.triggers;
    this.#secrets = deps.secrets;
    this.#now = deps.now;
  }

  /**
   * Whether a webhook comes from Zoom: over the raw bytes of its body, in constant time, not too old, with any of the
   * configured secrets. Without a secret nothing is accepted.
   *
   * @param request `body` is what arrived, before any parsing: JSON that is written anew has another signature
   * @throws ConnectorError of kind `input` when the body was parsed already
   */
  verify(request: { headers: WebhookHeaders; body: string | Uint8Array }): Verdict {
    const { headers, body } = request;
    if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
      throw new ConnectorError('the body of the webhook is not raw: expected a string or bytes', {
        kind: 'input',
        hint: "Verify before the body is parsed; with Express: express.raw({ type: 'application/json' }).",
      });
    }
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const map = headers instanceof Headers ? Object.fromEntries(headers) : headers;
    const secrets = this.#secrets().map((secret) => secret.reveal());
    return verify(this.#trigger().verify, secrets, map, bytes, this.#now());
  }

  /**
   * The answer to Zoom's URL validation, to be sent as JSON with status 200; undefined when the body is an event.
   * @throws ConnectorError of kind `config` when no secret is configured
   */
  answer(body: unknown): Record<string, string> | undefined {
    const parsed = typeof body === 'string' || body instanceof Uint8Array ? parse(body) : body;
    // The first secret is the one in use: Zoom validates with it while the others run out.
    const [secret] = this.#secrets();
    const answer = answerChallenge(this.#trigger(), secret?.reveal() ?? '', parsed);
    if (answer && !secret) {
      throw new ConnectorError('there is no webhook secret to answer the URL validation with', {
        kind: 'config',
        hint: 'Set ZOOM_WEBHOOK_SECRET to the Secret Token of the app: marketplace.zoom.us → the app → Feature.',
      });
    }
    return answer;
  }

  /** Events so far, by topic; those without a handler are among them. Counted anew with each process. */
  counts(): ReadonlyMap<string, Readonly<TopicCount>> {
    return new Map([...this.#counts].map(([topic, count]) => [topic, { ...count }]));
  }

  /** Registers a handler; gives the function that takes it away again. */
  on(topic: string, handler: WebhookHandler): () => void {
    const handlers = this.#handlers.get(topic) ?? new Set<WebhookHandler>();
    this.#handlers.set(topic, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  /** Runs the handlers of an event one after the other; rejects with the first failure, once all have run. */
  async dispatch(event: WebhookEvent): Promise<number> {
    const count = this.#counts.get(event.topic) ?? { received: 0, handled: 0 };
    this.#counts.set(event.topic, count);
    count.received++;
    const failures: unknown[] = [];
    let handled = 0;
    for (const handler of this.#handlers.get(event.topic) ?? []) {
      try {
        await handler(event);
        handled++;
        count.handled++;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return handled;
  }

  /**
   * Runs the handlers of an event that was kept.
   * @throws ConnectorError of kind `contract`, not to be tried again, when a handler waits for an event that is not as
   *   documented; else the first failure of a handler
   */
  async take(connector: string, event: PushedEvent): Promise<number> {
    const { event: topic } = event;
    const waited = (this.#handlers.get(topic)?.size ?? 0) > 0;
    if (waited && 'problems' in event && Array.isArray(event.problems)) {
      throw new ConnectorError(`${topic} is not as documented: ${event.problems.join('; ')}`, {
        kind: 'contract',
        retry: 'never',
        hint: 'Look at it with: trunkline events show. When Trunkline knows it, handle it again.',
      });
    }
    return this.dispatch({ connector, topic, payload: 'payload' in event ? event.payload : undefined });
  }

  #trigger(): Trigger {
    const [trigger] = this.#triggers();
    if (trigger) return trigger;
    throw new ConnectorError('the connector sends no webhooks', { kind: 'config' });
  }
}

function parse(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString()) as unknown;
  } catch {
    return undefined;
  }
}
