import { consentOf, credentialNames, type AuthScheme } from '../core/auth.ts';
import { schemeOf, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { isAllowable, type Allowed } from '../core/private-address.ts';
import { serversOf } from '../core/server.ts';
import type { ConnectionSettings } from '../store/vault.ts';

/** What a person says of a new connection beside its credentials. */
export interface GivenPlace {
  /** Addresses that replace the connector's, by name. */
  servers?: Readonly<Record<string, string>> | undefined;
  /** Values of the parts in braces of its addresses. */
  variables?: Readonly<Record<string, string>> | undefined;
  plan?: string | undefined;
  /** What it may reach beside the open internet. */
  allowPrivate?: Allowed | undefined;
}

/**
 * The settings of a new connection.
 * @throws ConnectorError of kind `config` for something that the connector does not have
 */
export function settingsFor(connector: Connector, given: GivenPlace): ConnectionSettings {
  const { servers = {}, variables = {}, plan, allowPrivate } = given;
  const wrong = (message: string, hint: string): ConnectorError =>
    new ConnectorError(message, { kind: 'config', connector: connector.id, hint });
  for (const [name, url] of Object.entries(servers)) {
    if (!Object.hasOwn(connector.servers, name)) {
      throw wrong(
        `${connector.title} has no server '${name}'`,
        `Servers: ${Object.keys(connector.servers).join(', ')}`,
      );
    }
    const { protocol, username } = URL.parse(url) ?? {};
    if (!/^https?:$/.test(protocol ?? '') || username !== '') {
      throw wrong(`'${url}' is no address`, `Example: ${name}=https://api.example.com`);
    }
  }
  if (plan !== undefined && !Object.hasOwn(connector.budgets, plan)) {
    throw wrong(
      `${connector.title} has no plan '${plan}'`,
      `Plans: ${Object.keys(connector.budgets).join(', ')}`,
    );
  }
  const known = Object.values(connector.templates ?? {}).flatMap((one) => Object.keys(one.variables));
  const strange = Object.keys(variables).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw wrong(
      `the addresses of ${connector.title} have no part '${strange}'`,
      known.length > 0 ? `Parts: ${[...new Set(known)].join(', ')}` : 'Leave out --variable.',
    );
  }
  const bad = Array.isArray(allowPrivate) ? allowPrivate.find((one) => !isAllowable(String(one))) : undefined;
  if (bad !== undefined) {
    throw wrong(
      `'${String(bad)}' is no host, address or range`,
      'Examples: localhost, 10.0.0.0/8, *.corp.example',
    );
  }
  const settings: ConnectionSettings = {
    ...(Object.keys(servers).length > 0 ? { servers: { ...servers } } : {}),
    ...(Object.keys(variables).length > 0 ? { variables: { ...variables } } : {}),
    ...(plan === undefined ? {} : { plan }),
    ...(allowPrivate === undefined ? {} : { allowPrivate }),
  };
  // A value that a part may not have is refused now, not at the first call.
  serversOf(connector, { name: 'new', ...settings });
  return settings;
}

/**
 * The way to sign in of a new connection: the one that is named; else the connector's own, or the first whose
 * credentials are at hand where those of its own are not.
 * @param auth key in the connector's `auths`
 * @param has whether a credential is at hand
 * @throws ConnectorError of kind `config` for a way that there is not
 */
export function wayFor(
  connector: Connector,
  auth: string | undefined,
  has: (credential: string) => boolean,
): { name: string; scheme: AuthScheme } {
  if (auth !== undefined) {
    if (auth !== '' && !Object.hasOwn(connector.auths ?? {}, auth)) {
      const names = Object.keys(connector.auths ?? {});
      throw new ConnectorError(`${connector.title} has no way to sign in called '${auth}'`, {
        kind: 'config',
        connector: connector.id,
        hint: names.length > 0 ? `There are: ${names.join(', ')}` : 'It has one way: leave out --auth.',
      });
    }
    return { name: auth, scheme: schemeOf(connector, { name: '', auth }) };
  }
  const own = { name: '', scheme: connector.auth };
  if (own.scheme.kind !== 'none' && !consentOf(own.scheme) && credentialNames(own.scheme).every(has))
    return own;
  const ways = Object.entries(connector.auths ?? {}).map(([name, scheme]) => ({ name, scheme }));
  const ready = ways.find(({ scheme }) => {
    const names = credentialNames(scheme);
    return !consentOf(scheme) && names.length > 0 && names.every(has);
  });
  return ready ?? own;
}

/** The error for a connection that only the consent of a person makes. */
export function needsConsent({ id, title, auths }: Connector, name: string): ConnectorError {
  const others = Object.entries(auths ?? {}).filter(([, way]) => !consentOf(way) && way.kind !== 'none');
  const more = others.length > 0 ? ` Other ways: ${others.map(([key]) => `--auth ${key}`).join(', ')}.` : '';
  return new ConnectorError(`${title} is connected by the consent of a person`, {
    kind: 'config',
    connector: id,
    hint: `Consent in the browser: trunkline connections add ${id} --oauth --name ${name}.${more}`,
  });
}
