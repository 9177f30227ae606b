/** The house of the other tests, as two servers and two workers on one PostgreSQL that are asked by turns. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig } from '../../src/app/index.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { startPostgres } from '../postgres-server.ts';
import { openFleet } from './fleet.ts';
import { TOKEN, type House, type HouseOptions } from './house.ts';

export async function openManyHouse(options: Omit<HouseOptions, 'world'>): Promise<House> {
  const server = await startPostgres({ fsync: false });
  const small = { users: 2, meetings: 2, webinars: 0 };
  const box = await startSandbox({ ...small, plan: 'unlimited', ...options.sandbox });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-many-house-'));
  const text = options.config ?? 'schedules: { activate: never }\n';
  await writeFile(join(dataDir, 'trunkline.yaml'), text);
  const env = {
    ...box.env,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    BREVO_READ_LAG_SECONDS: '1',
    TRUNKLINE_DATA_DIR: dataDir,
    TRUNKLINE_ADMIN_TOKEN: TOKEN,
    DATABASE_URL: `${server.url}?schema=trunkline`,
    LOG_LEVEL: 'silent',
    ...options.env,
  };
  const whole = { PATH: process.env['PATH'], ...env };
  const fleet = await openFleet({ cwd: dataDir, env: whole, servers: 2, workers: 2 });
  await fleet.ready();
  const readFile = (path: string) => (path === join(dataDir, 'trunkline.yaml') ? text : undefined);
  const app = new App(loadConfig({ env, cwd: dataDir, readFile }));
  let turn = 0;
  const next = () => fleet.urls[turn++ % fleet.urls.length] ?? '';
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await fleet.stop();
      await app.close();
    })());
  return {
    url: fleet.urls[0] ?? '',
    app,
    box,
    dataDir,
    ask: async (method, path, body) => {
      const headers = {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${next()}${path}`, { method, headers, ...content });
      return { status: response.status, json: (await response.json()) as never };
    },
    push: async (event, payload, more = {}) => {
      const order = { url: `${next()}/webhooks/zoom`, event, payload, ...more };
      const init = { method: 'POST', body: JSON.stringify(order) };
      return (await (await fetch(`${box.url}/__sandbox/events`, init)).json()) as { status: number };
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await box.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
