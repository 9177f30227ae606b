import { createRequire } from 'node:module';
import type { brevo } from './connectors/brevo/index.ts';
import type { zoom } from './connectors/zoom/index.ts';
import type { Connector } from './core/connector.ts';
import type { Destination } from './core/destination.ts';
import type { duckdb } from './destinations/duckdb.ts';
import type { file } from './destinations/file.ts';
import type { postgres } from './destinations/postgres.ts';
import type { sqlite } from './destinations/sqlite.ts';

// A connector is read when it is first used: the schemas of all operations take longer to make than all the rest of
// the package. Not `import()`, as who has the catalog wants the connector now; loaded or required, it is one module.
const load = createRequire(import.meta.url);
// `.ts` in the source tree, `.js` when compiled.
const ENDING = import.meta.url.slice(-3);

export type { ZoomEventName, ZoomEvents } from './connectors/zoom/events/index.ts';

/** The built-in connectors. */
export const connectors = {
  get zoom() {
    return (load(`./connectors/zoom/index${ENDING}`) as { zoom: typeof zoom }).zoom;
  },
  get brevo() {
    return (load(`./connectors/brevo/index${ENDING}`) as { brevo: typeof brevo }).brevo;
  },
} satisfies Record<string, Connector>;

/** The built-in destinations by the scheme of their URLs. */
export const destinations = {
  get sqlite() {
    return (load(`./destinations/sqlite${ENDING}`) as { sqlite: typeof sqlite }).sqlite;
  },
  get postgres() {
    return (load(`./destinations/postgres${ENDING}`) as { postgres: typeof postgres }).postgres;
  },
  get duckdb() {
    return (load(`./destinations/duckdb${ENDING}`) as { duckdb: typeof duckdb }).duckdb;
  },
  get file() {
    return (load(`./destinations/file${ENDING}`) as { file: typeof file }).file;
  },
} satisfies Record<string, Destination>;
