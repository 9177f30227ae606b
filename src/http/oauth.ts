import { randomUUID } from 'node:crypto';
import type { OAuthScheme } from '../core/auth.ts';
import type { Call } from '../core/call.ts';
import type { Connection } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { StoredPair, TokenPair, TokenVault } from '../core/token-vault.ts';
import type { Authorizer, FetchToken } from './auth.ts';
import { RENEW_BEFORE_MS, withHeader } from './proof.ts';
import { readPair, tokenCall } from './token-call.ts';

/** How long a holder that died keeps the others waiting, and how often a living one says so, in milliseconds. */
const LEASE_MS = 20_000;
const EXTEND_MS = 5_000;
/** Between two looks at whether the holder is done. A refresh takes Zoom some 200 ms. */
const POLL_MS = 20;
/** Tries to store a pair that cannot be had a second time. */
const SAVE_TRIES = 5;

/** What the authorizer works with. */
export interface OAuthDeps {
  vault: TokenVault;
  fetchToken: FetchToken;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/**
 * Tokens of one consent, shared by all processes that open the vault. A refresh token works once: whoever refreshes
 * holds the lease, stores the new pair before anybody uses it, and the others take the stored one.
 */
export class OAuthAuthorizer implements Authorizer {
  readonly #scheme: OAuthScheme;
  readonly #connection: Connection;
  readonly #deps: OAuthDeps;
  #current: StoredPair | undefined;
  #refused: string | undefined;
  #pending: Promise<StoredPair> | undefined;

  constructor(scheme: OAuthScheme, connection: Connection, deps: OAuthDeps) {
    this.#scheme = scheme;
    this.#connection = connection;
    this.#deps = deps;
  }

  get granted(): readonly string[] | undefined {
    return this.#current?.pair.scope?.split(' ').filter((name) => name !== '');
  }

  async authorize(call: Call): Promise<Call> {
    const known = this.#current;
    const stored = known && this.#isGood(known.pair) ? known : await (this.#pending ??= this.#obtain());
    return withHeader(call, 'authorization', headerOf(stored.pair));
  }

  renew(refused: Call): boolean {
    // Another call, here or in another process, may have replaced it meanwhile: only this very token is given up.
    this.#refused = refused.headers?.['authorization'];
    return true;
  }

  /** Refreshes once the pair is so many milliseconds old: a refresh token that lies unused dies of age. */
  async renewIfOlderThan(ageMs: number): Promise<boolean> {
    const stored = await this.#stored();
    if (this.#deps.now() - stored.pair.issuedAt < ageMs) return false;
    this.#current = await this.#refresh(stored);
    return true;
  }

  #isGood(pair: TokenPair): boolean {
    return pair.expiresAt - this.#deps.now() > RENEW_BEFORE_MS && headerOf(pair) !== this.#refused;
  }

  async #obtain(): Promise<StoredPair> {
    try {
      const stored = await this.#stored();
      this.#current = this.#isGood(stored.pair) ? stored : await this.#refresh(stored);
      return this.#current;
    } finally {
      this.#pending = undefined;
    }
  }

  async #stored(): Promise<StoredPair> {
    const stored = await this.#deps.vault.load(this.#connection.name);
    if (stored) return stored;
    throw this.#ended('its access has ended');
  }

  /** The pair after the given one: by our own refresh, or by that of another who was first. */
  async #refresh(old: StoredPair): Promise<StoredPair> {
    const { vault, sleep } = this.#deps;
    const owner = randomUUID();
    for (;;) {
      if (await vault.claim(this.#connection.name, old.version, owner, LEASE_MS)) {
        return this.#exchange(old, owner);
      }
      const stored = await this.#stored();
      if (stored.version !== old.version) return stored;
      await sleep(POLL_MS);
    }
  }

  async #exchange(old: StoredPair, owner: string): Promise<StoredPair> {
    const { vault, now, fetchToken } = this.#deps;
    const { name } = this.#connection;
    const extend = (): void => {
      // Missing one does no harm: the lease is longer than several.
      vault.claim(name, old.version, owner, LEASE_MS).catch(() => undefined);
    };
    const timer = setInterval(extend, EXTEND_MS).unref();
    try {
      const form = { grant_type: 'refresh_token', refresh_token: old.pair.refresh.reveal() };
      const answer = await fetchToken(tokenCall(this.#scheme, this.#connection, form));
      const server = this.#connection.servers?.[this.#scheme.server];
      const pair = readPair(this.#scheme, this.#connection, answer, now(), server);
      // The old pair is dead since the answer was made. A crash before this line loses the new one, and a person has
      // to consent again; nothing that a client can do prevents it. After this line all processes have it.
      const version = await this.#save(old.version, pair);
      return version === undefined ? await this.#stored() : { pair, version };
    } catch (error) {
      if (!this.#isDead(error)) {
        await vault.release(name, owner).catch(() => undefined);
        throw error;
      }
      // Somebody consented anew, or was faster: then the stored pair is another one, and good.
      const stored = await vault.load(name);
      if (stored && stored.version !== old.version) return stored;
      await vault.disable(name, 'the refresh token was refused: consent again');
      throw this.#ended('the other side no longer accepts its refresh token', error);
    } finally {
      clearInterval(timer);
    }
  }

  /** Stores a pair that exists nowhere else: a busy or full disk gets several chances. */
  async #save(version: number, pair: TokenPair): Promise<number | undefined> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#deps.vault.replace(this.#connection.name, version, pair);
      } catch (error) {
        if (tried >= SAVE_TRIES) throw error;
        await this.#deps.sleep(200 * tried);
      }
    }
  }

  #isDead(error: unknown): boolean {
    if (!(error instanceof ConnectorError) || error.status === undefined || error.status >= 500) return false;
    // An older form of the same has another code: {reason: "Invalid Token!", error: "invalid_request"}.
    return this.#scheme.dead.includes(error.code ?? '') || /invalid token/i.test(error.message);
  }

  #ended(why: string, cause?: unknown): ConnectorError {
    const { name, connector } = this.#connection;
    return new ConnectorError(`the connection '${name}' is disabled: ${why}`, {
      kind: 'auth',
      connector,
      hint:
        `Consent again: trunkline connections add ${connector} --oauth --name ${name}\n` +
        'It ends so when the person or an administrator removed the app, when it was not used for months, ' +
        'or when this program was killed in the moment of a refresh.',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

function headerOf(pair: TokenPair): string {
  return `Bearer ${pair.access.reveal()}`;
}
