import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { App, loadConfig, type World } from '../../src/app/index.ts';
import type { Connect } from '../../src/app/connect/types.ts';
import { Secret } from '../../src/core/secret.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';

/** A house with nothing built yet, and two systems of others that it can be joined to. */
export interface ConnectStage {
  app: App;
  connect: Connect;
  box: Sandbox;
  dataDir: string;
  /** Another process of the same house. */
  again(): App;
}

export async function connectStage(
  t: TestContext,
  more: { databaseUrl?: string; world?: Partial<World> } = {},
): Promise<ConnectStage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trunkline-connect-'));
  const box = await startSandbox({ users: 2, meetings: 1, webinars: 0, plan: 'unlimited' });
  const env = {
    TRUNKLINE_DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    ...(more.databaseUrl === undefined ? {} : { DATABASE_URL: more.databaseUrl }),
  };
  const apps: App[] = [];
  const again = (): App => {
    const app = new App(loadConfig({ env, cwd: dataDir, readFile: () => undefined }), more.world);
    apps.push(app);
    return app;
  };
  const app = again();
  t.after(async () => {
    await Promise.all(apps.map((one) => one.close()));
    await box.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { app, connect: await app.connect(), box, dataDir, again };
}

/** The desk of the sandbox, imported and connected. */
export async function connectDesk({ app, connect, box }: ConnectStage): Promise<string> {
  const { id } = await connect.importDocument({
    url: box.env['DESK_SWAGGER_URL'],
    id: 'desk',
    allowPrivate: ['127.0.0.1'],
  });
  await app.loadConnectors();
  const settings = { allowPrivate: ['127.0.0.1'] };
  await app.stored.add({
    name: 'desk',
    connector: id,
    credentials: { apiKey: new Secret(box.env['DESK_API_KEY'] ?? '') },
    settings,
  });
  return id;
}

/** The shop of the sandbox, imported and connected. */
export async function connectShop({ app, connect, box }: ConnectStage): Promise<string> {
  const { id } = await connect.importDocument({
    url: box.env['SHOP_OPENAPI_URL'],
    id: 'shop',
    allowPrivate: ['127.0.0.1'],
  });
  await app.loadConnectors();
  const credentials = {
    clientId: new Secret(box.env['SHOP_CLIENT_ID'] ?? ''),
    clientSecret: new Secret(box.env['SHOP_CLIENT_SECRET'] ?? ''),
  };
  const auth = grantOf(app, id);
  await app.stored.add({
    name: 'shop',
    connector: id,
    ...(auth === undefined ? {} : { auth }),
    credentials,
    settings: { allowPrivate: ['127.0.0.1'] },
  });
  return id;
}

/** The way to sign in that needs no person. */
function grantOf(app: App, id: string): string | undefined {
  const { auth, auths = {} } = app.connector(id);
  const fits = (scheme: unknown): boolean => (scheme as { grant?: string }).grant === 'client_credentials';
  return fits(auth) ? undefined : Object.entries(auths).find(([, scheme]) => fits(scheme))?.[0];
}
