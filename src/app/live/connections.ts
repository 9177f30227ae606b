import { at } from '../../core/action.ts';
import type { Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import type { Trigger } from '../../core/trigger.ts';
import type { App } from '../app.ts';
import { linkNames } from '../connections.ts';

/** A connection whose system pushes events to us. */
export interface PushingConnection {
  name: string;
  trigger: Trigger;
  /** Valid now; several while one is being replaced. */
  secrets: readonly Secret[];
  /** The text of the trigger's token header, as a further condition. */
  token: Secret | undefined;
}

/** Credentials that webhooks are proven with, beside those that calls are made with. */
const SECRET_NAMES = new Set(['webhooksecret', 'webhooksecretprevious']);

/** All connections that may receive events, by name. One that cannot be read is left out, and said in the log. */
export async function pushingConnections(app: App): Promise<Map<string, PushingConnection>> {
  const found = new Map<string, PushingConnection>();
  for (const name of linkNames(app.config)) {
    const credentials = app.config.connections[name]?.credentials ?? {};
    add(found, app, name, name, credentials);
  }
  for (const { name, connector, state } of await app.stored.list()) {
    if (found.has(name) || state === 'disabled') continue;
    const vault = await app.stored.vault();
    add(found, app, name, connector, (await vault.get(name))?.credentials ?? {});
  }
  return found;
}

function add(
  found: Map<string, PushingConnection>,
  app: App,
  name: string,
  connector: string,
  credentials: Readonly<Record<string, Secret>>,
): void {
  const trigger = triggerOf(app, name, connector);
  if (!trigger) return;
  const own = Object.entries(credentials).flatMap(([key, secret]) =>
    SECRET_NAMES.has(key.replaceAll(/[_-]/g, '').toLowerCase()) ? [secret] : [],
  );
  const { secretTokens, verificationToken } = app.config.zoom.webhook;
  const isMain = name === 'zoom';
  found.set(name, {
    name,
    trigger,
    secrets: isMain ? [...own, ...secretTokens] : own,
    token: isMain ? verificationToken : undefined,
  });
}

function triggerOf(app: App, name: string, connector: string): Trigger | undefined {
  try {
    return firstTrigger(app.connector(connector));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    app.log('warn', `the connection '${name}' receives no events: ${error.message}`);
    return undefined;
  }
}

/** A connector pushes everything to one address: that of its first trigger. What people built has addresses of its own. */
export function firstTrigger({ triggers = {} }: Connector): Trigger | undefined {
  return Object.values(triggers).find(({ byHook }) => byHook !== true);
}

/** Events about the same meeting or webinar are handled one after the other, in the order in which they came. */
export function laneOf(body: unknown): string | undefined {
  const id = at(body, 'payload.object.id');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
