import { z } from 'zod';
import type { App } from '../../app/index.ts';
import type { Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { HttpProblem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';

/** What may be said of a new connection beside its credentials. */
export const placeOfConnection = {
  servers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Addresses that replace those of the connector, by name.'),
  variables: z
    .record(z.string(), z.string())
    .optional()
    .describe('Values of the parts in braces of its addresses.'),
  plan: z.string().optional().describe('Plan of the account: decides how fast it may be called.'),
  allowPrivate: z
    .union([z.literal(true), z.array(z.string())])
    .optional()
    .describe('What a connector from a document may reach beside the open internet: hosts, ranges, or all.'),
};

const add = defineRoute({
  method: 'post',
  path: '/connections',
  id: 'addConnection',
  summary: 'Adds an account, or replaces one; its secrets are kept encrypted.',
  tag: 'Connectors',
  body: z
    .strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9][\w-]{0,63}$/)
        .describe('Of the connection.'),
      connector: z.string().describe('Id of a connector.'),
      auth: z.string().optional().describe('Way to sign in, where the connector has several.'),
      credentials: z.record(z.string(), z.string()).default({}).describe('By the names of the connector.'),
      check: z.boolean().default(true).describe('Try it out.'),
      ...placeOfConnection,
    })
    .meta({ id: 'NewConnection' }),
  answer: z.object({
    name: z.string(),
    connector: z.string(),
    called: z.string().optional().describe('What was called to try it; left out when nothing was.'),
    problem: z.string().optional().describe('Why it does not work yet; it is kept all the same.'),
  }),
  run: async ({ app, body }) => {
    const { name, connector: id, auth, credentials, check, ...place } = body;
    const { checkName, defaultSettings } = await import('../../app/connection-defaults.ts');
    const { knownCredentials, spelled } = await import('../../app/connections.ts');
    const { needsConsent, settingsFor, wayFor } = await import('../../app/new-connection.ts');
    const { consentOf, credentialNames } = await import('../../core/auth.ts');
    checkName(app.config, name);
    const { connector, reference } = await connectorNamed(app, id);
    const given = spelled(connector, asSecrets(credentials));
    const known = knownCredentials(connector);
    const strange = Object.keys(given).filter((one) => !known.includes(one));
    if (strange.length > 0) {
      const hint = `It takes: ${known.join(', ') || 'none'}.`;
      throw new HttpProblem(
        400,
        'input',
        `${connector.title} has no credential '${strange.join("', '")}'`,
        hint,
      );
    }
    const way = wayFor(connector, auth, (one) => given[one] !== undefined);
    if (consentOf(way.scheme)) throw needsConsent(connector, name);
    const missing = credentialNames(way.scheme).filter((one) => !given[one]);
    if (missing.length > 0) {
      throw new HttpProblem(400, 'input', `not given: ${missing.join(', ')}`, 'Add them to `credentials`.');
    }
    const settings = { ...defaultSettings(app.config, connector), ...settingsFor(connector, place) };
    await app.stored.add({ name, connector: reference, auth: way.name, credentials: given, settings });
    const made = { name, connector: connector.id };
    if (!check) return made;
    try {
      const { called } = await app.stored.test(await app.link(name));
      return { ...made, ...(called !== undefined && { called }) };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return { ...made, problem: error.message };
    }
  },
});

const remove = defineRoute({
  method: 'delete',
  path: '/connections/{name}',
  id: 'removeConnection',
  summary: 'Erases a stored account with its secrets.',
  tag: 'Connectors',
  params: z.object({ name: z.string().describe('Name of a connection.') }),
  answer: z.object({ name: z.string(), removed: z.boolean() }),
  run: async ({ app, params: { name } }) => {
    if (await app.stored.remove(name)) return { name, removed: true };
    throw new HttpProblem(404, 'not-found', `there is no stored connection '${name}'`);
  },
});

/** Routes by which accounts are added and removed. */
export const newConnectionRoutes: readonly Route[] = [add, remove];

/** A connector by id, and what a stored connection names it by; answered with 404 when there is none. */
export async function connectorNamed(
  app: App,
  id: string,
): Promise<{ connector: Connector; reference: string }> {
  // One that was built a moment ago is connected next.
  await app.loadConnectors();
  try {
    // A path would let who calls read files of this machine.
    if (/^[\w-]+$/.test(id)) return { connector: app.connector(id), reference: id };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // One that a connection of the configuration brings is known by its path there.
    for (const { connector: reference } of Object.values(app.config.connections)) {
      const connector = app.connector(reference);
      if (connector.id === id) return { connector, reference };
    }
  }
  throw new HttpProblem(404, 'not-found', `there is no connector '${id}'`);
}

export function asSecrets(values: Readonly<Record<string, string>> = {}): Record<string, Secret> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]));
}
