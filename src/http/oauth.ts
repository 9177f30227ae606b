import { randomUUID } from 'node:crypto';
import type { ConsentScheme, ProofPlace } from '../core/auth.ts';
import type { Call } from '../core/call.ts';
import { ConnectorError } from '../core/errors.ts';
import type { StoredPair, TokenPair, TokenVault } from '../core/token-vault.ts';
import type { AuthContext, Authorizer } from './auth.ts';
import { BEARER, RENEW_BEFORE_MS, withProof } from './proof.ts';
import { requestTokens, scopesIn, tokenClientOf } from './token-client.ts';
import { readPair } from './token-pair.ts';

/** How long a holder that died keeps the others waiting, and how often a living one says so, in milliseconds. */
const LEASE_MS = 20_000;
const EXTEND_MS = 5_000;
/** Between two looks at whether the holder is done. A refresh takes Zoom some 200 ms. */
const POLL_MS = 20;
/** Tries to store a pair that cannot be had a second time. */
const SAVE_TRIES = 5;

/** What the authorizer works with. */
export type OAuthContext = AuthContext & { vault: TokenVault };

/**
 * Tokens of one consent, shared by all processes that open the vault. A refresh token may work only once: whoever
 * refreshes holds the lease, stores the new pair before anybody uses it, and the others take the stored one.
 */
export class OAuthAuthorizer implements Authorizer {
  readonly #scheme: ConsentScheme;
  readonly #place: ProofPlace;
  readonly #context: OAuthContext;
  readonly #isExpired: (error: ConnectorError) => boolean;
  readonly #sent = new WeakMap<Call, StoredPair>();
  #current: StoredPair | undefined;
  #refused: string | undefined;
  #pending: Promise<StoredPair> | undefined;

  constructor(
    scheme: ConsentScheme,
    context: OAuthContext,
    isExpired: (error: ConnectorError) => boolean = () => false,
  ) {
    this.#scheme = scheme;
    this.#place = scheme.kind === 'oauth2' ? scheme.place : BEARER;
    this.#context = context;
    this.#isExpired = isExpired;
  }

  get granted(): readonly string[] | undefined {
    return scopesIn(this.#current?.pair.scope);
  }

  async authorize(call: Call): Promise<Call> {
    const known = this.#current;
    const stored = known && this.#isGood(known.pair) ? known : await (this.#pending ??= this.#obtain());
    const proved = withProof(call, this.#place, stored.pair.access.reveal());
    this.#sent.set(proved, stored);
    return proved;
  }

  renew(refused: Call, error: ConnectorError): boolean {
    const sent = this.#sent.get(refused);
    if (!this.#isExpired(error) || !sent?.pair.refresh) return false;
    // Another call, here or in another process, may have replaced it meanwhile: only this very token is given up.
    this.#refused = sent.pair.access.reveal();
    return true;
  }

  /** Refreshes once the pair is so many milliseconds old: a refresh token that lies unused dies of age. */
  async renewIfOlderThan(ageMs: number): Promise<boolean> {
    const stored = await this.#stored();
    if (!stored.pair.refresh || this.#context.now() - stored.pair.issuedAt < ageMs) return false;
    this.#current = await this.#refresh(stored);
    return true;
  }

  #isGood(pair: TokenPair): boolean {
    const left = pair.expiresAt - this.#context.now();
    // What cannot be renewed is used to its end.
    return left > (pair.refresh ? RENEW_BEFORE_MS : 0) && pair.access.reveal() !== this.#refused;
  }

  async #obtain(): Promise<StoredPair> {
    try {
      const stored = await this.#stored();
      this.#current = this.#isGood(stored.pair) ? stored : await this.#refresh(stored);
      this.#context.learn(this.#current.pair.access.reveal());
      return this.#current;
    } finally {
      this.#pending = undefined;
    }
  }

  async #stored(): Promise<StoredPair> {
    const stored = await this.#context.vault.load(this.#context.connection.name);
    if (stored) return stored;
    throw this.#ended('its access has ended');
  }

  /** The pair after the given one: by our own refresh, or by that of another who was first. */
  async #refresh(old: StoredPair): Promise<StoredPair> {
    const { vault, sleep, connection } = this.#context;
    const owner = randomUUID();
    for (;;) {
      if (await vault.claim(connection.name, old.version, owner, LEASE_MS)) {
        return this.#exchange(old, owner);
      }
      const stored = await this.#stored();
      if (stored.version !== old.version) return stored;
      await sleep(POLL_MS);
    }
  }

  async #exchange(old: StoredPair, owner: string): Promise<StoredPair> {
    const { vault, connection } = this.#context;
    const { name } = connection;
    const extend = (): void => {
      // Missing one does no harm: the lease is longer than several.
      vault.claim(name, old.version, owner, LEASE_MS).catch(() => undefined);
    };
    const timer = setInterval(extend, EXTEND_MS).unref();
    try {
      const pair = await this.#next(old.pair);
      // The old pair may be dead since the answer was made. A crash before this line loses the new one, and a person
      // has to consent again; nothing that a client can do prevents it. After this line all processes have it.
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
      const why = old.pair.refresh ? 'the refresh token was refused' : 'the access has ended';
      await vault.disable(name, `${why}: consent again`);
      throw this.#ended(
        old.pair.refresh ? 'the other side no longer accepts its refresh token' : 'its access has ended',
        error,
      );
    } finally {
      clearInterval(timer);
    }
  }

  async #next({ refresh }: TokenPair): Promise<TokenPair> {
    if (!refresh) throw new NoRefreshToken();
    const { connection, now, send, learn } = this.#context;
    const client = tokenClientOf(this.#scheme, this.#context);
    learn(refresh.reveal());
    const form = { refresh_token: refresh.reveal() };
    const answer = await requestTokens(client, client.refreshUrl, 'refresh_token', form, send);
    return readPair(this.#scheme, connection, answer, now(), client.tokenUrl, refresh);
  }

  /** Stores a pair that exists nowhere else: a busy or full disk gets several chances. */
  async #save(version: number, pair: TokenPair): Promise<number | undefined> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#context.vault.replace(this.#context.connection.name, version, pair);
      } catch (error) {
        if (tried >= SAVE_TRIES) throw error;
        await this.#context.sleep(200 * tried);
      }
    }
  }

  #isDead(error: unknown): boolean {
    if (error instanceof NoRefreshToken) return true;
    if (!(error instanceof ConnectorError) || (error.status ?? 0) >= 500) return false;
    // RFC 6749, 5.2: invalid, expired, revoked, or of another client.
    if (this.#scheme.kind === 'oauth2') return error.code === 'invalid_grant';
    if (error.status === undefined) return false;
    // An older form of the same has another code: {reason: "Invalid Token!", error: "invalid_request"}.
    return this.#scheme.dead.includes(error.code ?? '') || /invalid token/i.test(error.message);
  }

  #ended(why: string, cause?: unknown): ConnectorError {
    const { name, connector } = this.#context.connection;
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

/** An access that has ended and cannot be renewed. */
class NoRefreshToken extends Error {
  override readonly name = 'NoRefreshToken';
}
