import { connectors } from '../../src/catalog.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Session } from '../../src/http/session.ts';
import { sessionOf } from './server.ts';

/** A session with the Zoom of a sandbox, by the environment that it gives out. */
export function sessionOfZoom(env: Readonly<Record<string, string>>): Session {
  const secret = (name: string) => new Secret(env[name] ?? '');
  return sessionOf(
    '',
    { timeoutMs: 300 },
    {
      plan: 'unlimited',
      servers: { api: env['ZOOM_API_URL'] ?? '', oauth: env['ZOOM_OAUTH_URL'] ?? '' },
      credentials: {
        accountId: secret('ZOOM_ACCOUNT_ID'),
        clientId: secret('ZOOM_CLIENT_ID'),
        clientSecret: secret('ZOOM_CLIENT_SECRET'),
      },
    },
    connectors.zoom,
  );
}
