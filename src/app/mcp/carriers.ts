import type { Connector } from '../../core/connector.ts';
import { createCarrier, type Carrier } from '../../mcp-client/carry.ts';
import { targetOf } from '../../mcp-client/target.ts';
import type { App } from '../app.ts';
import { VERSION } from '../version.ts';
import { noteTools, programOf } from './servers.ts';

/** Connections to MCP servers, one for each session whose connector is carried by MCP. They close when nobody uses them. */
export class Carriers {
  readonly #app: App;
  readonly #held = new Set<Carrier>();

  constructor(app: App) {
    this.#app = app;
  }

  /** What makes the calls of a session. */
  fetchFor(connector: Connector): typeof fetch {
    const app = this.#app;
    const { fetch: send, setTimer } = app.world;
    const url = connector.servers['api'] ?? '';
    const [, program] = /^https:\/\/([a-z0-9-]+)\.stdio\.invalid$/.exec(url) ?? [];
    const target = program === undefined ? targetOf(url) : { kind: 'stdio' as const, name: program };
    if (!target) return send;
    const carrier = createCarrier(target, {
      // The session has put its guard into each request.
      fetch: send,
      setTimer,
      version: VERSION,
      program: (one) => programOf(app, one),
      onTools: (tools) => {
        noteTools(app, connector.id, tools).catch((error: unknown) => {
          app.log('warn', `the new tools of '${connector.id}' could not be noted`, { error });
        });
      },
    });
    this.#held.add(carrier);
    return carrier.fetch;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held].map((carrier) => carrier.close()));
    this.#held.clear();
  }
}
