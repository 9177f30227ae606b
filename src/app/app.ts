import { join } from 'node:path';
import { explain, type Explanation } from '../activate/explain.ts';
import type { ActivateSummary, Progress } from '../activate/run.ts';
import type { Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Gate } from '../http/gate.ts';
import { Session } from '../http/session.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { createBudgetLedger } from '../store/budget-ledger.ts';
import { openSqlite, type Store } from '../store/store.ts';
import { runActivation, type ActivationRequest } from './activation.ts';
import { requireZoomAndBrevo, type Config } from './config/index.ts';
import { connectorOf, link } from './connections.ts';
import { diagnose, type Finding } from './doctor.ts';
import { VERSION } from './version.ts';
import { createLog, realWorld, type World } from './world.ts';

/** A clock that is further off than this, in milliseconds, makes tokens and time ranges wrong. */
const MAX_SKEW = 120_000;

/** Everything wired: what the faces (command line, server, MCP) work with. */
export class App {
  readonly config: Config;
  readonly world: World;
  readonly log: Log;
  #store: Promise<Store> | undefined;
  #jobs: Jobs | undefined;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #gates = new Map<string, Gate>();

  constructor(config: Config, world: Partial<World> = {}) {
    this.config = config;
    this.world = { ...realWorld, ...world };
    this.log = createLog(config.logLevel, this.world, secretsOf(config));
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

  async #open(name: string): Promise<Session> {
    const { connector, connection } = link(this.config, name);
    const { fetch, now, sleep, random, timeoutMs } = this.world;
    const budgets = createBudgetLedger(await this.store());
    const deps = {
      fetch,
      now,
      sleep,
      random,
      timeoutMs,
      log: this.log,
      budgets,
      userAgent: `trunkline/${VERSION}`,
    };
    return new Session(connector, connection, deps, this.#gates);
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
