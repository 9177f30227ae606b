import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { App, connectByConsent, loadConfig } from '../../src/app/index.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';

/** An app with a data directory of its own, against a sandbox; only the address of its OAuth server is set. */
export function appFor(dataDir: string, sandbox: Pick<Sandbox, 'url'>): App {
  const env = {
    TRUNKLINE_DATA_DIR: dataDir,
    ZOOM_OAUTH_URL: `${sandbox.url}/zoom/oauth`,
    LOG_LEVEL: 'silent',
  };
  return new App(loadConfig({ env, cwd: dataDir, readFile: () => undefined }));
}

export function tempFolder(t: Pick<TestContext, 'after'>): string {
  const path = mkdtempSync(join(tmpdir(), 'trunkline-oauth-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What the browser of a person brings back who consents. */
export async function consent(url: string): Promise<URLSearchParams> {
  const answer = await fetch(url, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams;
}

/** Adds the connection `ada` of a person who consents at once. */
export async function connectAda(
  app: App,
  sandbox: Sandbox,
  change: (answer: URLSearchParams) => URLSearchParams = (answer) => answer,
): Promise<void> {
  const { clientId, clientSecret } = sandbox.zoom.credentials;
  const request = {
    name: 'ada',
    connector: 'zoom',
    clientId: new Secret(clientId),
    clientSecret: new Secret(clientSecret),
    redirectUri: 'http://127.0.0.1:8788/oauth/callback',
    settings: { servers: { oauth: `${sandbox.url}/zoom/oauth` } },
  };
  await connectByConsent(app, request, async ({ url }) => change(await consent(url)));
}
