import type { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { ConnectorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import type { Consents } from '../consents.ts';
import { HttpProblem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { asSecrets, connectorNamed, placeOfConnection } from './new-connection.ts';

const COOKIE = 'trunkline_consent';

/** The route by which an administrator begins a consent. */
export function consentRoute(consents: Consents): Route {
  return defineRoute({
    method: 'post',
    path: '/oauth/{connector}',
    id: 'beginConsent',
    summary: 'Begins the consent of a person; gives the address that he opens in his browser.',
    tag: 'Connectors',
    params: z.object({ connector: z.string().describe('Id of a connector.') }),
    body: z
      .strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9][\w-]{0,63}$/)
          .describe('Of the connection that comes of it.'),
        clientId: z.string().min(1).describe('Of the OAuth app.'),
        clientSecret: z.string().min(1).optional().describe('Public clients have none.'),
        scopes: z
          .array(z.string())
          .optional()
          .describe('Those of the definition or of the app when left out.'),
        auth: z.string().optional().describe('Way to sign in, where the connector has several.'),
        credentials: z
          .record(z.string(), z.string())
          .optional()
          .describe('What the connector wants beside the client.'),
        ...placeOfConnection,
      })
      .meta({ id: 'Consent' }),
    answer: z.object({
      url: z.string().describe('Good once, for ten minutes.'),
      redirectUri: z.string().describe('Must be allowed in the settings of the app.'),
      expiresAt: z.iso.datetime(),
    }),
    run: async ({ app, params, body, publicUrl }) => {
      const { name, clientId, clientSecret, scopes, auth, credentials, ...place } = body;
      const { checkName, defaultSettings } = await import('../../app/connection-defaults.ts');
      const { settingsFor } = await import('../../app/new-connection.ts');
      const { spelled } = await import('../../app/connections.ts');
      const { oauthOf } = await import('../../app/oauth.ts');
      checkName(app.config, name);
      const { connector, reference } = await connectorNamed(app, params.connector);
      const { name: way } = oauthOf(connector, auth);
      const redirectUri = `${publicUrl}/oauth/${params.connector}/callback`;
      const { ticket, expiresAt } = consents.prepare({
        name,
        connector: reference,
        page: params.connector,
        auth: way,
        clientId: new Secret(clientId),
        ...(clientSecret !== undefined && { clientSecret: new Secret(clientSecret) }),
        redirectUri,
        ...(scopes && { scopes }),
        credentials: spelled(connector, asSecrets(credentials)),
        settings: { ...defaultSettings(app.config, connector), ...settingsFor(connector, place) },
      });
      return {
        url: `${publicUrl}/oauth/${params.connector}/start?ticket=${ticket}`,
        redirectUri,
        expiresAt: new Date(expiresAt).toISOString(),
      };
    },
  });
}

/** The two pages that a browser sees: it leaves by one and comes back by the other. */
export function addConsentPages(app: Hono, consents: Consents, publicUrl: string): void {
  const secure = publicUrl.startsWith('https:');
  app.get('/oauth/:connector/start', async (c) => {
    const { url, browser } = await consents.begin(c.req.param('connector'), c.req.query('ticket') ?? '');
    // Lax: the browser comes back from another site.
    setCookie(c, COOKIE, browser, { path: '/oauth', httpOnly: true, sameSite: 'Lax', secure, maxAge: 600 });
    return c.redirect(url, 302);
  });
  app.get('/oauth/:connector/callback', async (c) => {
    try {
      const query = new URL(c.req.url).searchParams;
      const { name, problem } = await consents.finish(
        c.req.param('connector'),
        getCookie(c, COOKIE) ?? '',
        query,
      );
      setCookie(c, COOKIE, '', { path: '/oauth', maxAge: 0 });
      const said = `The connection ${name} was made. You can close this window.`;
      return c.html(page(problem === undefined ? said : `${said} Its test failed: ${problem}`));
    } catch (error) {
      if (!(error instanceof ConnectorError || error instanceof HttpProblem)) throw error;
      return c.html(page(`Nothing was connected: ${error.message}. ${error.hint}`), 400);
    }
  });
}

function page(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<!doctype html><meta charset="utf-8"><title>Trunkline</title><p>${safe}</p>`;
}
