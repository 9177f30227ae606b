import { brevo } from './connectors/brevo/index.ts';
import { zoom } from './connectors/zoom/index.ts';
import type { Connector } from './core/connector.ts';

/** The built-in connectors. */
export const connectors = { zoom, brevo } satisfies Record<string, Connector>;
