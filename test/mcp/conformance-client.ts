/**
 * Our client, as the official conformance suite starts it: with the address of a server. It does what a person does:
 * adds the server, consents in a browser, calls each tool, and consents to more when a tool says that scopes are missing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig, realWorld } from '../../src/app/index.ts';
import { addServer } from '../../src/app/mcp/add.ts';
import { consentAgain, missingScopes } from '../../src/app/mcp/consents.ts';
import type { OpenDoor } from '../../src/app/mcp/new-server.ts';
import { openLoopback } from '../../src/app/loopback.ts';
import { listActions } from '../../src/core/connector.ts';
import { Secret } from '../../src/core/secret.ts';

/** Times that a person consents to more for one call. */
const PATIENCE = 2;
const [target = ''] = process.argv.slice(2);
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const given = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as {
  client_id?: string;
  client_secret?: string;
};

/** A browser whose person says yes to everything: the suite's authorization server asks nothing. */
const openDoor: OpenDoor = async (port = 0) => {
  const loopback = await openLoopback(port);
  return {
    redirectUri: loopback.redirectUri,
    port: Number(new URL(loopback.redirectUri).port),
    ask: async (authorization) => {
      const answer = loopback.answer(authorization, 10_000);
      const response = await fetch(authorization.url, { redirect: 'manual' });
      const back = response.headers.get('location');
      if (back === null) throw new Error(`no consent: ${response.status} ${await response.text()}`);
      await (await fetch(new URL(back, authorization.url))).text();
      return answer;
    },
    close: () => loopback.close(),
  };
};

const dir = await mkdtemp(join(tmpdir(), 'trunkline-conformance-'));
const env = { TRUNKLINE_DATA_DIR: dir, LOG_LEVEL: 'warn' };
const app = new App(loadConfig({ env, cwd: dir, readFile: () => undefined }), realWorld);
try {
  const server = await addServer(
    app,
    {
      target,
      id: 'suite',
      register: true,
      machine: scenario.startsWith('auth/client-credentials'),
      allowPrivate: ['localhost', '127.0.0.1', '[::1]'],
      // The suite knows this address (its own constant); it is taken where the server takes such documents.
      documentUrl: 'https://conformance-test.local/client-metadata.json',
      ...(given.client_id === undefined
        ? {}
        : {
            client: {
              id: given.client_id,
              ...(given.client_secret === undefined ? {} : { secret: new Secret(given.client_secret) }),
            },
          }),
    },
    openDoor,
  );
  console.error(`${scenario}: ${server.facts?.protocol} ${server.tools.map(({ name }) => name).join(', ')}`);
  for (const { name, action } of listActions(app.connector('suite'))) await callTool(name, action.example);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await app.close();
  await rm(dir, { recursive: true, force: true });
}

async function callTool(name: string, input: Record<string, unknown>): Promise<void> {
  for (let consents = 0; ; consents++) {
    const session = await app.session('suite');
    const found = listActions(session.connector).find((one) => one.name === name);
    if (!found) return;
    try {
      console.error(name, JSON.stringify(await session.call(found.action, input)));
      return;
    } catch (error) {
      const scopes = missingScopes(error);
      if (scopes.length === 0 || consents === PATIENCE) throw error;
      await consentAgain(app, 'suite', { scopes }, openDoor);
    }
  }
}
