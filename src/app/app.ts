import { join } from 'node:path';
import { explain, type Explanation } from '../activate/explain.ts';
import type { ActivateSummary, Progress } from '../activate/run.ts';
import type { Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Gate } from '../http/gate.ts';
import { Session, type HttpDeps } from '../http/session.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { createBudgetLedger } from '../store/budget-ledger.ts';
import { openSqlite, type Store } from '../store/store.ts';
import { runActivation, type ActivationRequest } from './activation.ts';
import { requireZoomAndBrevo, type Config } from './config/index.ts';
import { connectorOf, link, type Linked } from './connections.ts';
import { diagnose, type Finding } from './doctor.ts';
import { giveCredentials, type GivenConnection } from './given.ts';
import { StoredConnections } from './stored-connections.ts';
import { VERSION } from './version.ts';
import { createLog, realWorld, type World } from './world.ts';

/** A clock that is further off than this, in milliseconds, makes tokens and time ranges wrong. */
const MAX_SKEW = 120_000;

/** Everything wired: what the faces (command line, server, MCP) work with. */
export class App {
  readonly config: Config;
  readonly world: World;
  #log: Log;
  #store: Promise<Store> | undefined;
  #jobs: Jobs | undefined;
  #stored: StoredConnections | undefined;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #gates = new Map<string, Gate>();

  constructor(config: Config, world: Partial<World> = {}) {
    this.config = config;
    this.world = { ...realWorld, ...world };
    this.#log = createLog(config.logLevel, this.world, secretsOf(config));
  }

  /** Writes what happens, without secrets. */
  get log(): Log {
    return this.#log;
  }

  /** Trunkline's own state; opened when first needed. */
  store(): Promise<Store> {
    if (this.config.databaseUrl) {
      throw new ConnectorError(
        'DATABASE_URL is set, but this version keeps its state in embedded SQLite only',
        {
          kind: 'config',
          hint: 'Unset DATABASE_URL; TRUNKLINE_DATA_DIR chooses the folder.',
        },
      );
    }
    return (this.#store ??= openSqlite({
      path: join(this.config.dataDir, 'trunkline.db'),
      now: this.world.now,
    }));
  }

  async jobs(): Promise<Jobs> {
    return (this.#jobs ??= createJobs(await this.store(), this.world));
  }

  /** A connector by id, by the name of a connection, or by the path of its definition; needs no credentials. */
  connector(name: string): Connector {
    return connectorOf(this.config, name);
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

  async #open(name: string): Promise<Session> {
    const { connector, connection } = await this.link(name);
    const budgets = createBudgetLedger(await this.store());
    const deps: HttpDeps = { ...this.#httpDeps(), budgets };
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
    return (this.#stored ??= new StoredConnections(this.config, this.#httpDeps(), changed));
  }

  /** A connection by name: of the configuration file, else a stored one, else one of the environment. */
  async link(name: string): Promise<Linked> {
    if (this.config.connections[name]) return link(this.config, name);
    return (await this.stored.link(name)) ?? link(this.config, name);
  }

  /** A person has removed the app on the other side: ends the connections that came of that consent. */
  deauthorize(accountId: string, userId: string): Promise<string[]> {
    return this.stored.deauthorize(accountId, userId);
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
  activate(request: ActivationRequest, onProgress: (progress: Progress) => void): Promise<ActivateSummary> {
    requireZoomAndBrevo(this.config);
    return runActivation(this, request, onProgress);
  }

  /** Why a person did or did not arrive. */
  async explain(email: string): Promise<Explanation> {
    return explain(await this.store(), 'zoom', 'brevo', email);
  }

  /** Checks everything that a run needs, one finding each. */
  doctor(): Promise<Finding[]> {
    return diagnose(this);
  }

  /** Begins nothing new; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    await this.#jobs?.stop();
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
