import type { Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Session } from '../../http/session.ts';
import type { BuiltConnectors, Linked } from '../connections.ts';
import { KnownConnectors, type ConnectorSource } from './known-connectors.ts';
import { Options } from './options.ts';

/** What a house knows of the connectors that people build: those in use, lists of values, sessions for trials. */
export class Building implements BuiltConnectors {
  readonly options: Options;
  readonly #known: KnownConnectors;
  readonly #trials = new Map<string, { connector: Connector; session: Promise<Session> }>();
  /** Somebody asked for built connectors already: whoever never does never pays for them. */
  asked = false;

  /** @param changed is told the id of each connector whose sessions are no longer true */
  constructor(
    source: () => Promise<ConnectorSource | undefined>,
    now: () => number,
    changed: (id: string) => void,
    log: () => Log,
  ) {
    this.options = new Options(now);
    const careful = async (): Promise<ConnectorSource | undefined> => {
      try {
        return await source();
      } catch (error) {
        // Another command has the database for the moment; everything else can be had all the same.
        if (!(error instanceof ConnectorError) || error.code !== 'owned') throw error;
        log()('warn', 'connectors that were built are not known: another process has the database', {
          error,
        });
        return undefined;
      }
    };
    this.#known = new KnownConnectors(careful, now, changed, (id, error) =>
      log()(
        'warn',
        `the connector '${id}' cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
  }

  get(id: string): Connector | undefined {
    return this.#known.get(id);
  }

  all(): Connector[] {
    return this.#known.all();
  }

  /** Looks for changes, unless that was done just now. */
  load(): Promise<void> {
    this.asked = true;
    return this.#known.load();
  }

  /** The next look sees what changed. */
  expire(): void {
    this.#known.expire();
  }

  /** A session for a connector as it is being built; the same one as long as it is the same connector. */
  trial({ connector, connection }: Linked, open: () => Promise<Session>): Promise<Session> {
    const known = this.#trials.get(connection.name);
    if (known?.connector === connector) return known.session;
    const session = open();
    this.#trials.set(connection.name, { connector, session });
    return session;
  }

  /** A connection changed. */
  forget(name: string): void {
    this.#trials.delete(name);
  }
}
