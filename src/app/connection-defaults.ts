import type { Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { ConnectionSettings } from '../store/vault.ts';
import type { Config } from './config/index.ts';

/** Addresses and plan of the environment, for a new connection of a built-in connector, where they are not the usual. */
export function defaultSettings(config: Config, connector: Connector): ConnectionSettings {
  const { zoom, brevo } = config;
  const set: Record<string, { servers: Record<string, string>; plan: string }> = {
    zoom: { servers: { api: zoom.apiUrl, oauth: zoom.oauthUrl }, plan: zoom.plan },
    brevo: { servers: { api: brevo.apiUrl }, plan: brevo.plan },
  };
  const own = set[connector.id];
  if (!own) return {};
  const changed = Object.entries(own.servers).filter(([name, url]) => connector.servers[name] !== url);
  return {
    ...(changed.length > 0 ? { servers: Object.fromEntries(changed) } : {}),
    ...(own.plan === connector.plan ? {} : { plan: own.plan }),
  };
}

/** @throws ConnectorError of kind `config` for a name that cannot be used or that the configuration has taken */
export function checkName(config: Config, name: string): void {
  if (!/^[a-z0-9][\w-]{0,63}$/i.test(name)) {
    throw new ConnectorError(`'${name}' cannot be the name of a connection`, {
      kind: 'config',
      hint: 'Use letters, digits, - and _, such as zoom-emea.',
    });
  }
  const { zoom, brevo } = config;
  const taken =
    name in config.connections ||
    (name === 'zoom' && Boolean(zoom.accountId ?? zoom.clientSecret)) ||
    (name === 'brevo' && brevo.apiKey !== undefined);
  if (taken) {
    throw new ConnectorError(`the configuration has a connection '${name}' already`, {
      kind: 'config',
      hint: 'Give the new one another name: --name <name>.',
    });
  }
}

/** The variable of the environment that a credential may come from: `ZOOM_CLIENT_ID` for `clientId` of `zoom`. */
export function variableOf(connector: Connector, credential: string): string {
  const snake = credential.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2');
  return `${connector.id}_${snake}`.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase();
}
