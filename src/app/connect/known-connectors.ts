import type { Connector } from '../../core/connector.ts';

/** Where the definitions of built connectors come from: the store, or the server that owns it. */
export interface ConnectorSource {
  /** What there is; a revision rises with every change. */
  revisions(): Promise<{ id: string; revision: number }[]>;
  /** The definition that is in use; undefined when it was removed meanwhile. */
  definition(id: string): Promise<unknown>;
}

/** How long what is known is believed, in milliseconds. */
const FRESH_MS = 2000;

/** The built connectors that are in use, as this process knows them. */
export class KnownConnectors {
  readonly #source: () => Promise<ConnectorSource | undefined>;
  readonly #now: () => number;
  readonly #changed: (id: string) => void;
  readonly #log: (id: string, error: unknown) => void;
  readonly #known = new Map<string, { revision: number; connector: Connector }>();
  #loading: Promise<void> | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  /** How often it was said that something changed. */
  #changes = 0;

  /** @param changed is told the id of each connector whose sessions are no longer true */
  constructor(
    source: () => Promise<ConnectorSource | undefined>,
    now: () => number,
    changed: (id: string) => void,
    log: (id: string, error: unknown) => void,
  ) {
    this.#source = source;
    this.#now = now;
    this.#changed = changed;
    this.#log = log;
  }

  get(id: string): Connector | undefined {
    return this.#known.get(id)?.connector;
  }

  all(): Connector[] {
    return [...this.#known.values()].map(({ connector }) => connector);
  }

  /** Looks for changes, unless that was done just now. */
  load(): Promise<void> {
    if (this.#loading) return this.#loading;
    if (this.#now() - this.#loadedAt < FRESH_MS) return Promise.resolve();
    const loading = this.#look().finally(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    this.#loading = loading;
    return loading;
  }

  /** The next load looks; one that is under way may have looked too early. */
  expire(): void {
    this.#changes++;
    this.#loadedAt = Number.NEGATIVE_INFINITY;
    this.#loading = undefined;
  }

  async #look(): Promise<void> {
    const changes = this.#changes;
    const source = await this.#source();
    const found = (await source?.revisions()) ?? [];
    const there = new Set(found.map(({ id }) => id));
    for (const id of this.#known.keys()) {
      if (there.has(id)) continue;
      this.#known.delete(id);
      this.#changed(id);
    }
    for (const { id, revision } of found) {
      if (this.#known.get(id)?.revision === revision) continue;
      try {
        const definition = await source?.definition(id);
        if (definition === undefined) continue;
        // Read by those who have such a connector.
        const { builtConnector } = await import('./source-in.ts');
        const connector = builtConnector(definition);
        this.#known.set(id, { revision, connector });
        this.#changed(id);
      } catch (error) {
        // One that cannot be read does not take the others along.
        this.#log(id, error);
      }
    }
    if (changes === this.#changes) this.#loadedAt = this.#now();
  }
}
