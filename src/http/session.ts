import type { Action, Answer, InputOf, ItemOf, OutputOf } from '../core/action.ts';
import { at } from '../core/action.ts';
import type { BudgetLedger } from '../core/budget.ts';
import type { Call } from '../core/call.ts';
import { listActions, type Connection, type Connector } from '../core/connector.ts';
import { ConnectorError, type ErrorTable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ItemPage, Reader } from '../core/reader.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import { createRedactor, type Redact } from '../core/secret.ts';
import { createAuthorizer, type Authorizer } from './auth.ts';
import { parseJson, readBytes, readText } from './body.ts';
import { brokenAnswer, failureOf, first, transportFailure, type Place } from './failure.ts';
import { Gate } from './gate.ts';
import { readPages } from './paging.ts';
import { toWire } from './request.ts';
import { backoff, MAX_RATE_TRIES, MAX_TRIES, mayRetry } from './retry.ts';

/** What the way out needs from the world. */
export interface HttpDeps {
  fetch: typeof fetch;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  random: () => number;
  log: Log;
  budgets: BudgetLedger;
  userAgent: string;
  /** Milliseconds for one exchange, the body included, when the call names none. */
  timeoutMs: number;
}

export interface CallOptions {
  /** Higher goes first where calls wait for a budget. Default 0. */
  priority?: number;
  /** Longest wait for a budget and between tries, in milliseconds. Default 120,000. */
  maxWaitMs?: number;
}

/** What happened on the wire since the session was made. */
export interface SessionStats {
  /** Requests sent, by budget label; the tries that failed are among them. */
  calls: Record<string, number>;
  retries: number;
  refusedForRate: number;
}

/** Makes the calls of one connection: authorisation, budgets, retries, paging, errors. */
export class Session implements Reader {
  readonly connector: Connector;
  readonly connection: Connection;
  readonly stats: SessionStats = { calls: {}, retries: 0, refusedForRate: 0 };
  /** Our clock minus the other side's, in milliseconds, as the last token answer showed it. */
  clockSkewMs: number | undefined;
  readonly #deps: HttpDeps;
  readonly #options: Required<CallOptions>;
  readonly #gates: Map<string, Gate>;
  readonly #auth: Authorizer;
  readonly #redact: Redact;
  readonly #names: ReadonlyMap<Action, string>;

  constructor(connector: Connector, connection: Connection, deps: HttpDeps, gates = new Map<string, Gate>()) {
    this.connector = connector;
    this.connection = connection;
    this.#deps = deps;
    this.#options = { priority: 0, maxWaitMs: 120_000 };
    this.#gates = gates;
    this.#names = new Map(listActions(connector).map(({ name, action }) => [action, name]));
    this.#redact = createRedactor(Object.values(connection.credentials).map((secret) => secret.reveal()));
    this.#auth = createAuthorizer(connector.auth, connection, deps.now, (call) => this.#fetchToken(call));
  }

  now(): number {
    return this.#deps.now();
  }

  sleep(ms: number): Promise<void> {
    return this.#deps.sleep(ms);
  }

  /** Proves who we are without calling anything: fetches a token where one is needed. */
  async signIn(): Promise<{ scopes: readonly string[] | undefined }> {
    await this.#auth.authorize({ method: 'GET', path: '/' });
    return { scopes: this.#auth.granted };
  }

  /**
   * Runs an action once: one page of a list, or the whole of anything else.
   * @throws ConnectorError for everything that goes wrong, with a kind and a hint
   */
  async call<A extends Action>(action: A, input: InputOf<A>, options?: CallOptions): Promise<OutputOf<A>> {
    const name = this.nameOf(action);
    const parsed = action.input.safeParse(input);
    if (!parsed.success) {
      const fields = fieldErrors(parsed.error);
      throw new ConnectorError(`${name}: ${describe(fields)}`, {
        kind: 'input',
        hint: `See the inputs of ${this.connector.id} ${name}: ${action.docs}`,
        connector: this.connector.id,
        action: name,
        fields,
      });
    }
    const answer = await this.#send(name, action, action.call(parsed.data), options);
    const output = action.read ? action.read(answer) : answer.body;
    // The rows of a list are checked one by one where they are used, so that one bad row does not cost the page.
    if (action.pages) return this.#checkPage(name, action, output) as OutputOf<A>;
    const checked = action.output.safeParse(output);
    if (checked.success) return checked.data as OutputOf<A>;
    throw new ConnectorError(
      `${this.connector.title} answered ${name} in an unknown shape: ${describe(fieldErrors(checked.error))}`,
      {
        kind: 'contract',
        outcome: 'unknown',
        hint: 'The API may have changed: compare its documentation and report it.',
        connector: this.connector.id,
        action: name,
      },
    );
  }

  /** Reads a list page by page. Rows that do not fit their schema come beside the others, with the reason. */
  pages<A extends Action>(
    action: A,
    input: InputOf<A>,
    options?: CallOptions,
  ): AsyncIterable<ItemPage<ItemOf<A>>> {
    return readPages(action, input, this.nameOf(action), (next) => this.call(action, next, options));
  }

  /** Full name of one of the connector's actions. */
  nameOf(action: Action): string {
    return this.#names.get(action) ?? action.title;
  }

  /** The error for a row that does not fit its schema. */
  unknownRow(action: Action, reason: string): ConnectorError {
    const name = this.nameOf(action);
    return new ConnectorError(
      `${this.connector.title} answered ${name} with a row of an unknown shape: ${reason}`,
      {
        kind: 'contract',
        hint: 'Read it by pages to get the other rows; report the shape.',
        connector: this.connector.id,
        action: name,
      },
    );
  }

  #checkPage(name: string, action: Action, output: unknown): unknown {
    const items = at(output, (action.pages as { items: string }).items);
    if (Array.isArray(items)) return output;
    throw new ConnectorError(
      `${this.connector.title} answered ${name} without the list '${action.pages?.items}'`,
      {
        kind: 'contract',
        hint: 'The API may have changed: compare its documentation and report it.',
        connector: this.connector.id,
        action: name,
      },
    );
  }

  async #send(name: string, action: Action, call: Call, options?: CallOptions): Promise<Answer> {
    const { priority, maxWaitMs } = { ...this.#options, ...options };
    const gate = this.#gateOf(action.budget);
    const place: Place = { connector: this.connector.id, title: this.connector.title, action: name };
    let renewed = false;
    for (let tried = 1; ; tried++) {
      const authorized = await this.#auth.authorize(call);
      await gate?.take({ priority, maxWaitMs });
      this.stats.calls[action.budget] = (this.stats.calls[action.budget] ?? 0) + 1;
      try {
        return await this.#exchange(place, action.pages?.items, authorized, gate);
      } catch (thrown) {
        const error = thrown as ConnectorError;
        if (!renewed && this.#tokenExpired(error) && this.#auth.renew(authorized)) {
          renewed = true;
          continue;
        }
        if (error.kind === 'rate') this.stats.refusedForRate++;
        // The day's cap of the account, with the hour of its end: no call of this label makes sense before it.
        if (error.kind === 'quota' && typeof error.retry === 'object') await gate?.block(error.retry.afterMs);
        const tries = error.kind === 'rate' ? MAX_RATE_TRIES : MAX_TRIES;
        if (tried >= tries || !mayRetry(error, action, call)) throw error;
        const wait = backoff(error, tried, this.#deps.random);
        if (wait > maxWaitMs) throw error;
        this.stats.retries++;
        this.#deps.log('verbose', `${name}: try ${tried} failed, next in ${Math.round(wait)} ms`, { error });
        if (error.kind === 'rate') await gate?.block(wait);
        await this.#deps.sleep(wait);
      }
    }
  }

  /** One request and its answer; throws ConnectorError for every way it can fail. */
  async #exchange(place: Place, items: string | undefined, call: Call, gate?: Gate): Promise<Answer> {
    const { fetch, now, log } = this.#deps;
    const server = this.#server(call);
    const wire = toWire(call, server, this.#deps.userAgent);
    const timeoutMs = call.timeoutMs ?? this.#deps.timeoutMs;
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), timeoutMs);
    const startedAt = now();
    let response: Response;
    let text = '';
    let bytes: Uint8Array | undefined;
    try {
      response = await fetch(wire.url, {
        method: wire.method,
        headers: wire.headers,
        ...(wire.body === undefined ? {} : { body: wire.body }),
        signal: abort.signal,
        redirect: 'manual',
      });
      // However long the other side may think: once it has begun to answer, a stalled body ends the exchange soon.
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), this.#deps.timeoutMs);
      if (call.accept === 'bytes' && response.ok) bytes = await readBytes(response);
      else text = await readText(response);
    } catch (cause) {
      throw transportFailure(place, cause, abort.signal.aborted, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
    if (log.enabled('debug')) {
      log('debug', `${wire.method} ${this.#redact(wire.url)} ${response.status} in ${now() - startedAt} ms`);
    }
    const report = this.connector.limits?.(response.headers, response.status);
    if (report && gate) {
      gate.learn(report);
      if (report.resetMs !== undefined && report.resetMs > 0) await gate.block(report.resetMs);
    }
    if (call.server !== undefined && call.server !== 'api') this.#noteClock(response, startedAt);
    return this.#read(place, items, call, response, text, bytes);
  }

  #read(
    place: Place,
    items: string | undefined,
    call: Call,
    response: Response,
    text: string,
    bytes: Uint8Array | undefined,
  ): Answer {
    const { status, headers } = response;
    const fail = (body: unknown) =>
      failureOf(this.connector.errors, place, response, text, body, this.#redact, this.#deps.now());
    if (!response.ok) throw fail(tryParse(text));
    if (bytes) return { status, headers, body: bytes };
    if (call.accept === 'text') return { status, headers, body: text };
    if (text === '') return { status, headers, body: undefined };
    let body: unknown;
    try {
      body = parseJson(text);
    } catch (cause) {
      throw brokenAnswer(place, response, this.#redact(text.slice(0, 4000)), cause);
    }
    if (this.connector.errors.inSuccess && isDisguisedError(this.connector.errors, body, items))
      throw fail(body);
    return { status, headers, body };
  }

  #server(call: Call): string {
    const name = call.server ?? 'api';
    const server = this.connection.servers?.[name] ?? this.connector.servers[name];
    if (server !== undefined) return server;
    throw new ConnectorError(`the connector '${this.connector.id}' has no server '${name}'`, {
      kind: 'config',
      connector: this.connector.id,
      hint: `Add '${name}' to the servers of the connector or of the connection.`,
    });
  }

  #gateOf(label: string): Gate | undefined {
    const { account, plan, share, dailyShare } = this.connection;
    const budget = this.connector.budgets[plan ?? this.connector.plan]?.[label];
    if (!budget) return undefined;
    const key = `${account}:${label}`;
    let gate = this.#gates.get(key);
    if (!gate) {
      const shares = { share: share ?? 1, dailyShare: dailyShare ?? 0.8 };
      gate = new Gate({ account, label, budget, ...shares }, this.#deps.budgets, this.#deps);
      this.#gates.set(key, gate);
    }
    return gate;
  }

  #tokenExpired(error: ConnectorError): boolean {
    const { auth } = this.connector;
    if (auth.kind !== 'token' || error.status === undefined) return false;
    return auth.expired.status.includes(error.status) && auth.expired.codes.includes(error.code ?? '');
  }

  /** A token is fetched like anything else, but without a budget; asking twice does no harm. */
  async #fetchToken(call: Call): Promise<unknown> {
    const place: Place = { connector: this.connector.id, title: this.connector.title, action: 'token' };
    for (let tried = 1; ; tried++) {
      try {
        return (await this.#exchange(place, undefined, call)).body;
      } catch (thrown) {
        const error = thrown as ConnectorError;
        if (tried >= MAX_TRIES || error.retry === 'never') throw error;
        this.stats.retries++;
        await this.#deps.sleep(backoff(error, tried, this.#deps.random));
      }
    }
  }

  #noteClock(response: Response, startedAt: number): void {
    const theirs = Date.parse(response.headers.get('date') ?? '');
    // The header has whole seconds; the middle of the exchange is the best guess for the moment it was written.
    if (!Number.isNaN(theirs)) this.clockSkewMs = (startedAt + this.#deps.now()) / 2 - (theirs + 500);
  }
}

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // An unreadable error body must not hide the status: the caller goes on with the text.
    return undefined;
  }
}

/** An error that comes with HTTP 2xx: a code and a message, and nothing of what was asked for (Zoom FACTS D, trap 1). */
function isDisguisedError(table: ErrorTable, body: unknown, items: string | undefined): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  if (first(body, table.code) === undefined || typeof first(body, table.message) !== 'string') return false;
  if (items !== undefined) return at(body, items) === undefined;
  return Object.keys(body).length <= 3;
}
