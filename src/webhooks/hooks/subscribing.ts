import type { Action } from '../../core/action.ts';
import { findAction, type Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import {
  filled,
  momentOf,
  pointed,
  type SubscriptionCall,
  type SubscriptionSpec,
} from '../../core/subscription.ts';

/** What subscribing needs of a connection: its calls. A `Session` is one. */
export interface Caller {
  readonly connector: Connector;
  call(action: Action, input: never): Promise<unknown>;
  pages(action: Action, input: never): AsyncIterable<{ rows: readonly unknown[] }>;
}

/** What the other side says of a subscription. */
export interface Subscribed {
  id: string;
  /** When the other side makes it. */
  secret: string | undefined;
  /** Milliseconds since the epoch; undefined when it has no end. */
  expiresAt: number | undefined;
}

const LIFETIME_MS = 3 * 86_400_000;

/** The operations of one connector by which its events are subscribed to. */
export class Subscribing {
  readonly #caller: Caller;
  readonly #spec: SubscriptionSpec;
  readonly #now: () => number;

  constructor(caller: Caller, spec: SubscriptionSpec, now: () => number) {
    this.#caller = caller;
    this.#spec = spec;
    this.#now = now;
  }

  /**
   * Asks for a subscription.
   * @throws ConnectorError of the call; of kind `contract` when the answer does not name the subscription
   */
  async subscribe(given: {
    url: string;
    secret: string;
    events: readonly string[] | undefined;
  }): Promise<Subscribed> {
    const { subscribe, id: where, secret, expires } = this.#spec;
    const answer = await this.#call(subscribe, {
      ...given,
      events: given.events ?? this.#spec.events,
      expires: this.#expires(),
    });
    const id = pointed(answer, where);
    if ((typeof id !== 'string' && typeof id !== 'number') || id === '') {
      throw this.#contract(subscribe, `its answer has no id at ${where}`, 'subscription.id');
    }
    const own = secret === undefined ? undefined : pointed(answer, secret);
    if (secret !== undefined && (typeof own !== 'string' || own === '')) {
      throw this.#contract(subscribe, `its answer has no secret at ${secret}`, 'subscription.secret');
    }
    return {
      id: String(id),
      secret: typeof own === 'string' ? own : undefined,
      expiresAt: expires === undefined ? undefined : this.#moment(subscribe, answer, expires),
    };
  }

  /** Whether subscriptions can be made to live longer. */
  get renewable(): boolean {
    return this.#spec.renew !== undefined;
  }

  /** Lets a subscription live longer; gives when it ends now. */
  async renew(id: string): Promise<number | undefined> {
    const { renew, expires } = this.#spec;
    if (!renew) return undefined;
    const answer = await this.#call(renew, { id, expires: this.#expires() });
    const where = renew.expires ?? expires;
    return where === undefined ? undefined : this.#moment(renew, answer, where);
  }

  /** Ends a subscription; one that is not there any more is no error. */
  async unsubscribe(id: string): Promise<void> {
    try {
      await this.#call(this.#spec.unsubscribe, { id });
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'not-found') throw error;
    }
  }

  /** Those that there are; undefined when they cannot be listed. */
  async list(): Promise<{ id: string; url: string }[] | undefined> {
    const { list } = this.#spec;
    if (!list) return undefined;
    const found: { id: string; url: string }[] = [];
    for (const item of await this.#items(list)) {
      const [id, url] = [pointed(item, list.id), pointed(item, list.url)];
      if ((typeof id === 'string' || typeof id === 'number') && typeof url === 'string') {
        found.push({ id: String(id), url });
      }
    }
    return found;
  }

  async #items(list: NonNullable<SubscriptionSpec['list']>): Promise<unknown[]> {
    const action = this.#action(list.action);
    if (action.pages) {
      const items: unknown[] = [];
      const input = filled(list.input, {}) as never;
      for await (const page of this.#caller.pages(action, input)) items.push(...page.rows);
      return items;
    }
    const answer = await this.#call(list, {});
    const items = list.items === undefined ? answer : pointed(answer, list.items);
    if (Array.isArray(items)) return items;
    throw this.#contract(
      list,
      `its answer has no list at ${list.items ?? 'the top'}`,
      'subscription.list.items',
    );
  }

  #call({ action, input }: SubscriptionCall, values: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#caller.call(this.#action(action), filled(input, values) as never);
  }

  #action(name: string): Action {
    const { connector } = this.#caller;
    const action = findAction(connector, name);
    if (action) return action;
    throw new ConnectorError(
      `${connector.title} has no action ${name}, by which its webhook is subscribed to`,
      {
        kind: 'config',
        connector: connector.id,
        hint: `Name another in the webhook's subscription; trunkline actions ${connector.id} lists them.`,
      },
    );
  }

  #expires(): string {
    return new Date(this.#now() + (this.#spec.lifetimeMs ?? LIFETIME_MS)).toISOString();
  }

  /** Null says that it has no end. */
  #moment(call: SubscriptionCall, answer: unknown, where: string): number | undefined {
    const value = pointed(answer, where);
    if (value === null) return undefined;
    const moment = momentOf(value);
    if (moment !== undefined) return moment;
    throw this.#contract(call, `its answer has no time at ${where}`, 'subscription.expires');
  }

  #contract({ action }: SubscriptionCall, what: string, member: string): ConnectorError {
    const { connector } = this.#caller;
    return new ConnectorError(
      `${connector.title} answered ${action} otherwise than its webhook says: ${what}`,
      {
        kind: 'contract',
        outcome: 'unknown',
        connector: connector.id,
        action,
        hint: `Correct ${member} of the webhook.`,
      },
    );
  }
}
