import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Explanation } from '../activate/explain.ts';
import type { ActivateSummary, Progress } from '../activate/run.ts';
import type { BudgetLedger } from '../core/budget.ts';
import type { Connector } from '../core/connector.ts';
import type { Log } from '../core/log.ts';
import { createRedactor, type Redact } from '../core/secret.ts';
import type { ExtractProgress } from '../extract/request.ts';
import type { Gate } from '../http/gate.ts';
import { Session, type HttpDeps } from '../http/session.ts';
import { createJobs, type Jobs, type JobsDeps } from '../jobs/jobs.ts';
import { createBudgetLedger } from '../store/budget-ledger.ts';
import type { McpTable } from '../store/mcp-servers.ts';
import { openSqlite, type Store } from '../store/store.ts';
import type { ActivationRequest } from './activation.ts';
import { requireZoomAndBrevo, type Config } from './config/index.ts';
import type { ConnectionView } from './connection-list.ts';
import { Building } from './connect/building.ts';
import type { ConnectorSource } from './connect/known-connectors.ts';
import type { Connect } from './connect/types.ts';
import { connectorOf, isFixed, link, linkNames, provideBuilt, type Linked } from './connections.ts';
import type { Finding } from './doctor.ts';
import type { ExtractionBody } from './extraction-body.ts';
import type { ExtractionPlan, ExtractionReport, ExtractionRequest } from './extraction.ts';
import type { FlowDesk } from './flows/desk.ts';
import { giveCredentials, type GivenConnection } from './given.ts';
import type { Hooks } from './hooks/types.ts';
import { tellConnectionsChanged } from './live/connections-changed.ts';
import type { Carriers } from './mcp/carriers.ts';
import type { Records } from './records.ts';
import type { RunStart } from './runs.ts';
import { secretsOf } from './secrets-of.ts';
import { skewed } from './skew.ts';
import { StoredConnections } from './stored-connections.ts';
import { VERSION } from './version.ts';
import { createLog, realWorld, type World } from './world.ts';

/** A clock that is further off than this, in milliseconds, makes tokens and time ranges wrong. */
const MAX_SKEW = 120_000;
/** Longest wait for an answer that is good to have and not needed, in milliseconds. */
const QUICK_MS = 3000;

/** How long jobs under way may go on when the process stops, in milliseconds. */
const JOB_GRACE_MS = 20_000;

/** Everything wired: what the faces (command line, server, MCP) work with. */
export class App {
  readonly config: Config;
  readonly world: World;
  #log: Log;
  #store: Promise<Store> | undefined;
  #jobs: Promise<Jobs> | undefined;
  #stored: StoredConnections | undefined;
  readonly #sessions = new Map<string, Promise<Session>>();
  /** Id of the connector of each session. */
  readonly #connectorIds = new Map<string, string>();
  readonly #building: Building;
  readonly #gates = new Map<string, Gate>();
  #carriers: Promise<Carriers> | undefined;
  /** Since when this process serves, in milliseconds since the epoch. */
  servingSince: number | undefined;
  /** What this process has done since it began: rows by stream, and runs by kind and end. */
  readonly tally = { rows: new Map<string, number>(), runs: new Map<string, number>() };

  constructor(config: Config, world: Partial<World> = {}) {
    this.config = config;
    this.world = { ...realWorld, ...world };
    this.#log = createLog(config.logLevel, this.world, secretsOf(config));
    const forget = (id: string): void => this.#forgetSessions(id);
    this.#building = new Building(
      () => this.connectorSource(),
      this.world.now,
      forget,
      () => this.log,
    );
    provideBuilt(this.config, this.#building);
  }

  /** Writes what happens, without secrets. */
  get log(): Log {
    return this.#log;
  }

  /** Blanks the secrets of the configuration, and what is secret by its shape. */
  redact: Redact = (text) => createRedactor(secretsOf(this.config))(text);

  /** Trunkline's own state; opened when first needed. */
  store(): Promise<Store> {
    return (this.#store ??= this.#openStore());
  }

  async #openStore(): Promise<Store> {
    const { databaseUrl, dataDir } = this.config;
    const { now } = this.world;
    if (!databaseUrl) return openSqlite({ path: join(dataDir, 'trunkline.db'), now });
    // The driver is loaded by those who use it.
    const { openPostgres } = await import('../store/postgres.ts');
    return openPostgres({ url: databaseUrl, now });
  }

  /** The queue of wake-ups on that state. */
  jobs(): Promise<Jobs> {
    return (this.#jobs ??= this.store().then((store) => createJobs(store, this.#jobsDeps())));
  }

  #jobsDeps(): JobsDeps {
    const { random, setTimer } = this.world;
    const onError = (error: unknown): void =>
      this.log('error', 'jobs wait until the store works again', { error });
    return { random, setTimer, redact: this.redact, onError, graceMs: JOB_GRACE_MS };
  }

  /**
   * A connector by id, by the name of a connection, or by the path of its definition; needs no credentials. One that
   * people built is found once `loadConnectors` has looked.
   */
  connector(name: string): Connector {
    return connectorOf(this.config, name);
  }

  /** The built-in connectors, those that connections of the configuration bring, and those that people built; each once. */
  connectors(): Connector[] {
    const fixed = linkNames(this.config).map((name) => this.connector(name));
    return [...new Set([...fixed, ...this.#building.all()])];
  }

  /** Looks which connectors people built; what was seen a moment ago is believed. */
  loadConnectors(): Promise<void> {
    return this.#building.load();
  }

  /** Built connectors changed: the next look sees it at once. */
  connectorsChanged(): void {
    this.#building.expire();
  }

  /** Where the definitions of built connectors are; undefined where nobody ever kept anything. */
  protected async connectorSource(): Promise<ConnectorSource | undefined> {
    const { databaseUrl, dataDir } = this.config;
    if (!this.#store && databaseUrl === undefined && !existsSync(join(dataDir, 'trunkline.db')))
      return undefined;
    const store = await this.store();
    const { sourceIn } = await import('./connect/source-in.ts');
    return sourceIn(store, await this.mcpTable());
  }

  /** Asks where the definitions of built connectors are; gives `none` where there are none. */
  async builtSource<T>(ask: (source: ConnectorSource) => Promise<T>, none: T): Promise<T> {
    const source = await this.connectorSource();
    return source ? ask(source) : none;
  }

  /** MCP servers whose tools are used, and what a person approved of them. */
  async mcpTable(): Promise<McpTable> {
    const { McpServerTable } = await import('../store/mcp-servers.ts');
    return new McpServerTable(await this.store());
  }

  /** Addresses at which systems push events to us. */
  async hooks(): Promise<Hooks> {
    const { LocalHooks } = await import('./hooks/hooks.ts');
    return new LocalHooks(this);
  }

  /** Everything that can be done with connectors that people build. */
  async connect(): Promise<Connect> {
    const { connectOf, houseOf } = await import('./connect/connect.ts');
    return connectOf(await houseOf(this), this.#building.options);
  }

  /** A session beside the usual ones, for a connector as it is being built; `fetch` takes the place of the network. */
  openSession(linked: Linked, fetch?: typeof globalThis.fetch): Promise<Session> {
    return fetch
      ? this.#sessionFor(linked, fetch)
      : this.#building.trial(linked, () => this.#sessionFor(linked));
  }

  async #sessionFor({ connector, connection }: Linked, fetch?: typeof globalThis.fetch): Promise<Session> {
    const deps: HttpDeps = { ...this.#httpDeps(), budgets: await this.budgets(), ...(fetch && { fetch }) };
    const tokens = await this.stored.tokensFor(connector, connection);
    if (tokens) deps.tokens = tokens;
    if (connector.carrier && !fetch) deps.fetch = (await this.#carried()).fetchFor(connector);
    return new Session(connector, connection, deps, this.#gates);
  }

  #carried(): Promise<Carriers> {
    return (this.#carriers ??= import('./mcp/carriers.ts').then(({ Carriers }) => new Carriers(this)));
  }

  #forgetSessions(id: string): void {
    for (const [name, connector] of this.#connectorIds) if (connector === id) this.#forgetSession(name);
  }

  #forgetSession(name: string): void {
    this.#sessions.delete(name);
    this.#connectorIds.delete(name);
    this.#building.forget(name);
  }

  /** All connections, as they may be shown. */
  async listConnections(): Promise<ConnectionView[]> {
    const { listConnections } = await import('./connection-list.ts');
    return listConnections(this);
  }

  /** The session of a connection by name; one for each, shared by all who ask. */
  async session(name: string): Promise<Session> {
    // A built connector may have changed since: then its sessions are gone.
    if (this.#building.asked && this.#sessions.has(name)) await this.loadConnectors();
    let session = this.#sessions.get(name);
    if (!session) {
      session = this.#open(name);
      this.#sessions.set(name, session);
    }
    return session;
  }

  /**
   * Uses these credentials for a connection from now on. Who has its session already keeps it.
   * @returns goes back to those of before, for credentials that turn out to be wrong
   * @throws ConnectorError of kind `config` for a connector or a credential that does not exist
   */
  give(name: string, given: GivenConnection): () => void {
    const { zoom, brevo, connections } = this.config;
    const before = { zoom: { ...zoom }, brevo: { ...brevo }, connections: { ...connections } };
    const session = this.#sessions.get(name);
    if (!giveCredentials(this.config, name, given)) return () => undefined;
    this.#sessions.delete(name);
    // A log that does not know a secret would write it down.
    this.#log = createLog(this.config.logLevel, this.world, secretsOf(this.config));
    return () => {
      Object.assign(this.config, before);
      if (session) this.#sessions.set(name, session);
      else this.#sessions.delete(name);
    };
  }

  /** What was used of the limits of each account. */
  async budgets(): Promise<BudgetLedger> {
    return createBudgetLedger(await this.store());
  }

  /** What was called since the process began, by connection. */
  async callStats(): Promise<Map<string, Session['stats']>> {
    const opened = [...this.#sessions].map(
      async ([name, session]) => [name, (await session.catch(() => undefined))?.stats] as const,
    );
    return new Map((await Promise.all(opened)).flatMap(([name, stats]) => (stats ? [[name, stats]] : [])));
  }

  async #open(name: string): Promise<Session> {
    const linked = await this.link(name);
    this.#connectorIds.set(name, linked.connector.id);
    return this.#sessionFor(linked);
  }

  #httpDeps(): Omit<HttpDeps, 'budgets'> {
    const checkLinks: HttpDeps['checkLinks'] = (...args) => this.#building.options.check(...args);
    const { fetch, lookup, now, sleep, random, timeoutMs } = this.world;
    const userAgent = `trunkline/${VERSION}`;
    return {
      fetch,
      ...(lookup && { lookup }),
      now,
      sleep,
      random,
      timeoutMs,
      log: this.log,
      userAgent,
      checkLinks,
    };
  }

  /** The connections that people added, beside those of the configuration. */
  get stored(): StoredConnections {
    const changed = (name: string): void => {
      this.#forgetSession(name);
      tellConnectionsChanged(this, name);
    };
    const store = this.config.databaseUrl ? () => this.store() : undefined;
    return (this.#stored ??= new StoredConnections(this.config, this.#httpDeps(), changed, store));
  }

  /** A connection by name: of the configuration file, else a stored one, else one of the environment. */
  async link(name: string): Promise<Linked> {
    const reference = this.config.connections[name]?.connector ?? (await this.stored.connectorOf(name));
    if (!isFixed(reference)) await this.loadConnectors();
    if (this.config.connections[name]) return this.stored.withConsent(link(this.config, name));
    return (await this.stored.link(name)) ?? link(this.config, name);
  }

  /** A person has removed the app on the other side: ends the connections that came of that consent. */
  deauthorize(accountId: string, userId: string): Promise<string[]> {
    return this.stored.deauthorize(accountId, userId);
  }

  /**
   * The scopes that a connection has; undefined when the other side does not say. Opens nothing of our own state.
   * @param patient tries again when the network fails
   * @throws ConnectorError when it cannot sign in
   */
  async scopesOf(name: string, patient: boolean): Promise<readonly string[] | undefined> {
    const { connector, connection } = await this.link(name);
    await using memory = await openSqlite({ path: ':memory:', now: this.world.now });
    const deps: HttpDeps = { ...this.#httpDeps(), budgets: createBudgetLedger(memory) };
    const tokens = await this.stored.tokensFor(connector, connection);
    if (tokens) deps.tokens = tokens;
    if (!patient) {
      deps.timeoutMs = QUICK_MS;
      deps.sleep = () => Promise.reject(new Error('not now'));
    }
    return (await new Session(connector, connection, deps).signIn()).scopes;
  }

  /**
   * Signs in to both sides and compares the clocks.
   * @throws ConnectorError when something of it would make the work that follows wrong
   */
  async signIn(name: string): Promise<Session> {
    const session = await this.session(name);
    await session.signIn();
    const skew = session.clockSkewMs ?? 0;
    if (Math.abs(skew) > MAX_SKEW) throw skewed(session, skew);
    return session;
  }

  /** Brings the people of a range of time from Zoom to Brevo. */
  async activate(
    request: ActivationRequest,
    onProgress: (progress: Progress) => void,
    start?: RunStart,
  ): Promise<ActivateSummary> {
    requireZoomAndBrevo(this.config);
    const { runActivation } = await import('./activation.ts');
    return runActivation(this, request, onProgress, start);
  }

  /** Reads streams into a destination. */
  async extract(
    request: ExtractionRequest = {},
    onProgress?: (progress: ExtractProgress) => void,
    start?: RunStart,
  ): Promise<ExtractionReport> {
    const { runExtract } = await import('./extraction.ts');
    return runExtract(this, request, onProgress, start);
  }

  /** What an extraction would ask for; changes nothing. */
  async planExtraction(request: ExtractionRequest = {}): Promise<ExtractionPlan> {
    const { planExtract } = await import('./extraction.ts');
    return planExtract(this, request);
  }

  /** An extraction that came as plain data. */
  async extractionRequest(body: ExtractionBody): Promise<ExtractionRequest> {
    const { extractionRequestOf } = await import('./extraction-body.ts');
    return extractionRequestOf(body);
  }

  /** Why a person did or did not arrive. */
  async explain(email: string): Promise<Explanation> {
    const { explain } = await import('../activate/explain.ts');
    return explain(await this.store(), 'zoom', 'brevo', email);
  }

  /** Runs, events and deliveries on record. */
  async records(): Promise<Records> {
    const { recordsOf } = await import('./records.ts');
    return recordsOf(this);
  }

  /** Flows and their runs. */
  async flows(): Promise<FlowDesk> {
    const { flowDesk } = await import('./flows/desk.ts');
    return flowDesk(this);
  }

  /** Checks everything that a run needs, one finding each. */
  async doctor(): Promise<Finding[]> {
    const { diagnose } = await import('./doctor.ts');
    return diagnose(this);
  }

  /** Begins nothing new; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    await (await this.#jobs?.catch(() => undefined))?.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await (await this.#carriers?.catch(() => undefined))?.close();
    await this.#stored?.close();
    await (await this.#store?.catch(() => undefined))?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
