import type { Readable } from 'node:stream';
import type { Action, Answer, InputOf, ItemOf, OutputOf } from '../core/action.ts';
import { at } from '../core/action.ts';
import type { BudgetLedger } from '../core/budget.ts';
import type { Call } from '../core/call.ts';
import { listActions, type Connection, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ItemPage, Reader } from '../core/reader.ts';
import type { Route } from '../core/route.ts';
import { carriedSchema } from '../core/json-schema.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import { createLearningRedactor } from '../core/secret.ts';
import type { TokenVault } from '../core/token-vault.ts';
import type { AuthContext, ProofCall } from './auth.ts';
import { downloadFile, downloadStream, type Downloaded, type DownloadTarget } from './download.ts';
import { Exchange } from './exchange.ts';
import type { Place } from './failure.ts';
import { Gate } from './gate.ts';
import { readingFetch, type Lookup } from './guard.ts';
import type { Line } from './link-reader.ts';
import { readAnswers, readPages, type ListAnswer, type PageAnswer } from './paging.ts';
import { ProofDesk } from './proof-desk.ts';
import { Proofs } from './proofs.ts';
import { actionOfRoute, type RouteArguments, type RouteInput, type RoutePages } from './route-request.ts';
import { mayRetry, pause, triesOf } from './retry.ts';

/** What the way out needs from the world. */
export interface HttpDeps {
  fetch: typeof fetch;
  /** Finds the addresses of a name for guarded connectors; the system's when left out. */
  lookup?: Lookup;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  random: () => number;
  log: Log;
  budgets: BudgetLedger;
  /** Where the rotating tokens of connections lie that have such. */
  tokens?: TokenVault;
  userAgent: string;
  /** Milliseconds for one exchange, the body included, when the call names none. */
  timeoutMs: number;
  /** Refuses values of linked inputs that the other system does not know, before they are sent. */
  checkLinks?: (session: Session, action: Action, input: Readonly<Record<string, unknown>>) => Promise<void>;
}

export interface CallOptions {
  /** Higher goes first where calls wait for a budget. Default 0. */
  priority?: number;
  /** Longest wait for a budget and between tries, in milliseconds. Default 120,000. */
  maxWaitMs?: number;
  /** Values of linked inputs are sent as they are. */
  unchecked?: boolean;
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
  readonly #deps: HttpDeps;
  readonly #options: Required<CallOptions>;
  readonly #gates: Map<string, Gate>;
  readonly #proofs: Proofs;
  readonly #learn: (secret: string) => void;
  readonly #exchange: Exchange;
  readonly #names: ReadonlyMap<Action, string>;

  constructor(connector: Connector, connection: Connection, deps: HttpDeps, gates = new Map<string, Gate>()) {
    this.connector = connector;
    this.connection = connection;
    this.#deps = guarded(connector, connection, deps);
    this.#options = { priority: 0, maxWaitMs: 120_000, unchecked: false };
    this.#gates = gates;
    this.#names = new Map(listActions(connector).map(({ name, action }) => [action, name]));
    const secrets = Object.values(connection.credentials).map((secret) => secret.reveal());
    const { redact, learn } = createLearningRedactor(secrets);
    this.#learn = learn;
    this.#exchange = new Exchange(connector, connection, this.#deps, redact);
    this.#proofs = new Proofs(this.authContext());
  }

  /** Our clock minus the other side's, in milliseconds, as the last token answer showed it. */
  get clockSkewMs(): number | undefined {
    return this.#exchange.clockSkewMs;
  }

  now(): number {
    return this.#deps.now();
  }

  sleep(ms: number): Promise<void> {
    return this.#deps.sleep(ms);
  }

  /** Proves who we are without calling anything: fetches a token where one is needed. */
  async signIn(): Promise<{ scopes: readonly string[] | undefined }> {
    const { main } = this.#proofs;
    await main.authorize({ method: 'GET', path: '/' });
    return { scopes: main.granted };
  }

  /** What an authorizer of this connection works with. */
  authContext(): AuthContext {
    const { now, sleep, tokens } = this.#deps;
    const { connector, connection } = this;
    const desk = new ProofDesk(connector, connection, this.#deps, this.#exchange, (error, wait) =>
      this.#noteRetry(error, wait),
    );
    const send = (call: ProofCall, tries?: number): Promise<Answer> => desk.send(call, tries);
    return { connector, connection, now, sleep, tokens, send, learn: this.#learn };
  }

  /**
   * Runs an action once: one page of a list, or the whole of anything else.
   * @throws ConnectorError for everything that goes wrong, with a kind and a hint
   */
  async call<A extends Action>(action: A, input: InputOf<A>, options?: CallOptions): Promise<OutputOf<A>> {
    return (await this.ask(action, input, options)).output;
  }

  /**
   * As `call`, with the headers of the answer.
   * @throws ConnectorError as `call` does
   */
  async ask<A extends Action>(
    action: A,
    input: InputOf<A>,
    options?: CallOptions,
  ): Promise<PageAnswer & { output: OutputOf<A> }> {
    const name = this.nameOf(action);
    const call = this.#callOf(name, action, input);
    if (call.link) throw this.#tooLarge(name);
    if (action.links && !options?.unchecked) await this.#deps.checkLinks?.(this, action, input);
    const answer = await this.#send(name, action, call, options);
    const output = action.read ? action.read(answer) : answer.body;
    const { headers } = answer;
    // The rows of a list are checked one by one where they are used, so that one bad row does not cost the page.
    if (action.pages) return { output: this.#checkPage(name, action, output) as OutputOf<A>, headers };
    const checked = action.output.safeParse(output);
    if (checked.success) return { output: checked.data as OutputOf<A>, headers };
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
    return readPages(action, this.answers(action, input, options));
  }

  /** Reads a list page by page, each as it came. */
  answers<A extends Action>(action: A, input: InputOf<A>, options?: CallOptions): AsyncIterable<ListAnswer> {
    return readAnswers(action, input, this.nameOf(action), (next) => this.ask(action, next, options));
  }

  /**
   * Calls any route of the API: `request('GET /users/{userId}/meetings', { userId, type: 'scheduled' })`.
   * @throws ConnectorError as `call` does
   */
  async request<R extends Route>(
    route: R,
    ...rest: RouteArguments<R, [options: CallOptions]>
  ): Promise<unknown> {
    const [input = {}, options] = rest as [Record<string, unknown>?, CallOptions?];
    return this.call(actionOfRoute(this.connector, route), input, options);
  }

  /** Reads any list of the API page by page, as far as it goes on by tokens. */
  requestPages<R extends Route>(
    route: R,
    input: RouteInput<R>,
    pages: RoutePages,
    options?: CallOptions,
  ): AsyncIterable<ItemPage<unknown>> {
    return this.pages(actionOfRoute(this.connector, route, pages), input, options);
  }

  /**
   * Brings the file that an action leads to onto the disk, going on where an earlier try stopped.
   * @throws ConnectorError as `call` does
   */
  async download<A extends Action>(
    action: A,
    input: InputOf<A>,
    target: DownloadTarget,
    options?: CallOptions,
  ): Promise<Downloaded> {
    const name = this.nameOf(action);
    const call = this.#callOf(name, action, input);
    return downloadFile(this.#lineOf(name, action, call, options), call, target);
  }

  /** The file that an action leads to, as a stream that mends itself. */
  open<A extends Action>(
    action: A,
    input: InputOf<A>,
    options?: CallOptions & { signal?: AbortSignal },
  ): Readable {
    const name = this.nameOf(action);
    const call = this.#callOf(name, action, input);
    return downloadStream(this.#lineOf(name, action, call, options), call, options?.signal);
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

  #callOf(name: string, action: Action, input: unknown): Call {
    const parsed = action.input.safeParse(input);
    if (parsed.success) return action.call(parsed.data);
    const fields = fieldErrors(parsed.error);
    throw new ConnectorError(`${name}: ${describe(fields)}`, {
      kind: 'input',
      hint: `See the inputs of ${this.connector.id} ${name}${action.docs === '' ? '.' : `: ${action.docs}`}`,
      connector: this.connector.id,
      action: name,
      fields,
    });
  }

  #tooLarge(name: string): ConnectorError {
    return new ConnectorError(`${name} answers with a file, which is too large to be held in memory`, {
      kind: 'input',
      connector: this.connector.id,
      action: name,
      hint: 'Download it to a file: `session.download(action, input, { file })`, or --output FILE on the command line.',
    });
  }

  /** What a download needs: the same proof and the same budget as any other call. */
  #lineOf(name: string, action: Action, call: Call, options?: CallOptions): Line {
    const { priority, maxWaitMs } = { ...this.#options, ...options };
    const gate = this.#gateOf(action.budget);
    const auth = this.#proofs.of(action);
    // A file may come with a token of its own.
    const given = call.headers?.['authorization'] !== undefined;
    return {
      deps: this.#deps,
      exchange: this.#exchange,
      place: { connector: this.connector.id, title: this.connector.title, action: name },
      admit: async (one) => {
        const admitted = given ? one : await auth.authorize(one);
        await gate?.take({ priority, maxWaitMs });
        this.stats.calls[action.budget] = (this.stats.calls[action.budget] ?? 0) + 1;
        return admitted;
      },
      renew: (error, refused) => !given && auth.renew(refused, error),
    };
  }

  #checkPage(name: string, action: Action, output: unknown): unknown {
    const items = at(output, (action.pages as { items: string }).items);
    // What came is more than what a document promised: who reads one page gets it, who goes on is told (`readPages`).
    if (Array.isArray(items) || carriedSchema(action.output)) return output;
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
    const label = call.budget ?? action.budget;
    const gate = this.#gateOf(label);
    const place: Place = { connector: this.connector.id, title: this.connector.title, action: name };
    const auth = this.#proofs.of(action);
    let renewed = false;
    for (let tried = 1; ; tried++) {
      const authorized = await auth.authorize(call);
      const turn = await gate?.take({ priority, maxWaitMs });
      this.stats.calls[label] = (this.stats.calls[label] ?? 0) + 1;
      try {
        return await this.#exchange.run(place, action.pages?.items, authorized, gate, turn);
      } catch (thrown) {
        const error = thrown as ConnectorError;
        if (!renewed && auth.renew(authorized, error)) {
          renewed = true;
          continue;
        }
        if (error.kind === 'rate') this.stats.refusedForRate++;
        // The day's cap of the account, with the hour of its end: no call of this label makes sense before it.
        if (error.kind === 'quota' && typeof error.retry === 'object') await gate?.block(error.retry.afterMs);
        if (tried >= triesOf(error, call) || !mayRetry(error, action, call)) throw error;
        const wait = pause(error, call, tried, this.#deps.random);
        if (wait > maxWaitMs) throw error;
        this.#noteRetry(error, wait);
        if (error.kind === 'rate') await gate?.block(wait);
        await this.#deps.sleep(wait);
      }
    }
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

  #noteRetry(error: ConnectorError, wait: number): void {
    this.stats.retries++;
    // Without a word, a network that is down looks like a program that hangs.
    const level = error.kind === 'network' || error.kind === 'timeout' ? 'warn' : 'verbose';
    this.#deps.log(level, `${error.message}; trying again in ${Math.ceil(wait / 100) / 10} s`);
  }
}

/** The world of a connection: of one whose addresses come from a document, without what is not on the open internet. */
function guarded(connector: Connector, { allowPrivate: allow }: Connection, deps: HttpDeps): HttpDeps {
  if (!connector.guarded) return deps;
  const { fetch, lookup } = deps;
  return { ...deps, fetch: readingFetch(fetch, { allow, lookup }) };
}
