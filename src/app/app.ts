import { join } from 'node:path';
import { explain, type Explanation } from '../activate/explain.ts';
import type { ActivateSummary, Progress } from '../activate/run.ts';
import type { BudgetLedger } from '../core/budget.ts';
import type { Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { createRedactor, type Redact } from '../core/secret.ts';
import type { ExtractProgress } from '../extract/request.ts';
import type { Gate } from '../http/gate.ts';
import { Session, type HttpDeps } from '../http/session.ts';
import { createJobs, type Jobs, type JobsDeps } from '../jobs/jobs.ts';
import { createBudgetLedger } from '../store/budget-ledger.ts';
import { openSqlite, type Store } from '../store/store.ts';
import { runActivation, type ActivationRequest } from './activation.ts';
import { requireZoomAndBrevo, type Config } from './config/index.ts';
import type { ConnectionView } from './connection-list.ts';
import { connectorOf, link, linkNames, type Linked } from './connections.ts';
import { diagnose, type Finding } from './doctor.ts';
import type { ExtractionBody } from './extraction-body.ts';
import type { ExtractionPlan, ExtractionReport, ExtractionRequest } from './extraction.ts';
import { giveCredentials, type GivenConnection } from './given.ts';
import type { Records } from './records.ts';
import type { RunStart } from './runs.ts';
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
  readonly #gates = new Map<string, Gate>();
  /** Since when this process serves, in milliseconds since the epoch. */
  servingSince: number | undefined;
  /** What this process has done since it began: rows by stream, and runs by kind and end. */
  readonly tally = { rows: new Map<string, number>(), runs: new Map<string, number>() };

  constructor(config: Config, world: Partial<World> = {}) {
    this.config = config;
    this.world = { ...realWorld, ...world };
    this.#log = createLog(config.logLevel, this.world, secretsOf(config));
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

  /** A connector by id, by the name of a connection, or by the path of its definition; needs no credentials. */
  connector(name: string): Connector {
    return connectorOf(this.config, name);
  }

  /** The built-in connectors, and those that connections of the configuration bring; each once. */
  connectors(): Connector[] {
    return [...new Set(linkNames(this.config).map((name) => this.connector(name)))];
  }

  /** All connections, as they may be shown. */
  async listConnections(): Promise<ConnectionView[]> {
    const { listConnections } = await import('./connection-list.ts');
    return listConnections(this);
  }

  /** The session of a connection by name; one for each, shared by all who ask. */
  session(name: string): Promise<Session> {
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
    const { connector, connection } = await this.link(name);
    const deps: HttpDeps = { ...this.#httpDeps(), budgets: await this.budgets() };
    if (connection.auth) deps.tokens = await this.stored.vault();
    return new Session(connector, connection, deps, this.#gates);
  }

  #httpDeps(): Omit<HttpDeps, 'budgets'> {
    const { fetch, now, sleep, random, timeoutMs } = this.world;
    return { fetch, now, sleep, random, timeoutMs, log: this.log, userAgent: `trunkline/${VERSION}` };
  }

  /** The connections that people added, beside those of the configuration. */
  get stored(): StoredConnections {
    const changed = (name: string): void => void this.#sessions.delete(name);
    const store = this.config.databaseUrl ? () => this.store() : undefined;
    return (this.#stored ??= new StoredConnections(this.config, this.#httpDeps(), changed, store));
  }

  /** A connection by name: of the configuration file, else a stored one, else one of the environment. */
  async link(name: string): Promise<Linked> {
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
    if (connection.auth) deps.tokens = await this.stored.vault();
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
  activate(
    request: ActivationRequest,
    onProgress: (progress: Progress) => void,
    start?: RunStart,
  ): Promise<ActivateSummary> {
    requireZoomAndBrevo(this.config);
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
    return explain(await this.store(), 'zoom', 'brevo', email);
  }

  /** Runs, events and deliveries on record. */
  async records(): Promise<Records> {
    const { recordsOf } = await import('./records.ts');
    return recordsOf(this);
  }

  /** Checks everything that a run needs, one finding each. */
  doctor(): Promise<Finding[]> {
    return diagnose(this);
  }

  /** Begins nothing new; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    await (await this.#jobs?.catch(() => undefined))?.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#stored?.close();
    await (await this.#store?.catch(() => undefined))?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function skewed(session: Session, skew: number): ConnectorError {
  const seconds = Math.round(Math.abs(skew) / 1000);
  const direction = skew > 0 ? 'ahead of' : 'behind';
  return new ConnectorError(
    `the clock of this machine is ${Math.floor(seconds / 60)} min ${seconds % 60} s ${direction} ${session.connector.title}'s`,
    {
      kind: 'config',
      connector: session.connector.id,
      hint: 'Set the clock (on most systems: switch on NTP), then run it again. Nothing was sent.',
    },
  );
}

function secretsOf(config: Config): string[] {
  const secrets = [
    config.zoom.clientSecret,
    ...config.zoom.webhook.secretTokens,
    config.zoom.webhook.verificationToken,
    config.brevo.apiKey,
    config.secretKey,
    config.adminToken,
    ...Object.values(config.connections).flatMap(({ credentials }) => Object.values(credentials)),
  ];
  return secrets.flatMap((secret) => (secret ? [secret.reveal()] : []));
}
