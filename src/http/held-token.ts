import type { ProofPlace } from '../core/auth.ts';
import type { Call } from '../core/call.ts';
import type { ConnectorError } from '../core/errors.ts';
import type { AuthContext, Authorizer } from './auth.ts';
import { RENEW_BEFORE_MS, withProof } from './proof.ts';

/** A token that can be fetched anew at any time. */
export interface Fetched {
  token: string;
  /** Milliseconds since the epoch; undefined when nobody knows. */
  until?: number | undefined;
  scopes?: readonly string[] | undefined;
  /** Renews it once, in place of what it was fetched with. */
  refresh?: string | undefined;
}

/** Life of a token that does not say how long it lives, in milliseconds. */
export const USUAL_LIFE_MS = 3_600_000;

/** One token for all calls of a connection, in memory; however many ask at once, it is fetched once. */
export class HeldToken implements Authorizer {
  readonly #place: ProofPlace;
  readonly #fetch: (before: Fetched | undefined) => Promise<Fetched>;
  readonly #isExpired: (error: ConnectorError) => boolean;
  readonly #context: Pick<AuthContext, 'now' | 'learn'>;
  readonly #sent = new WeakMap<Call, Fetched>();
  #held: Fetched | undefined;
  #refused: Fetched | undefined;
  #pending: Promise<Fetched> | undefined;

  constructor(
    place: ProofPlace,
    fetch: (before: Fetched | undefined) => Promise<Fetched>,
    isExpired: (error: ConnectorError) => boolean,
    context: Pick<AuthContext, 'now' | 'learn'>,
  ) {
    this.#place = place;
    this.#fetch = fetch;
    this.#isExpired = isExpired;
    this.#context = context;
  }

  get granted(): readonly string[] | undefined {
    return this.#held?.scopes;
  }

  async authorize(call: Call): Promise<Call> {
    const held = this.#held;
    const good = held && held !== this.#refused && this.#left(held) > RENEW_BEFORE_MS;
    const fetched = good ? held : await (this.#pending ??= this.#renewed(held));
    const proved = withProof(call, this.#place, fetched.token);
    this.#sent.set(proved, fetched);
    return proved;
  }

  renew(refused: Call, error: ConnectorError): boolean {
    if (!this.#isExpired(error)) return false;
    // Another call may have renewed it meanwhile: only the token that was refused is given up.
    this.#refused = this.#sent.get(refused) ?? this.#refused;
    return true;
  }

  #left({ until }: Fetched): number {
    return (until ?? Number.POSITIVE_INFINITY) - this.#context.now();
  }

  async #renewed(before: Fetched | undefined): Promise<Fetched> {
    try {
      const fetched = await this.#fetch(before);
      this.#context.learn(fetched.token);
      this.#held = { ...fetched, until: fetched.until ?? this.#context.now() + USUAL_LIFE_MS };
      return this.#held;
    } finally {
      this.#pending = undefined;
    }
  }
}
