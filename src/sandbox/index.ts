/** Zoom, Brevo and two APIs of others on one local port, for tests, demonstrations and measurements. */
import { type BrevoSimulator, createBrevo } from './brevo/index.ts';
import { Clock } from './clock.ts';
import { control } from './control.ts';
import { Faults } from './faults.ts';
import { createShell } from './server.ts';
import { Stats } from './stats.ts';
import { createDesk, type DeskSimulator } from './third-party/desk/index.ts';
import { createShop, type ShopSimulator } from './third-party/shop/index.ts';
import type { SandboxOptions } from './types.ts';
import { type ZoomSimulator, createZoom } from './zoom/index.ts';

export type { SandboxOptions } from './types.ts';

/** A running sandbox. */
export interface Sandbox {
  url: string;
  /** What a client needs to reach it: URLs, credentials and secrets by the names of Trunkline's environment. */
  env: Record<string, string>;
  options: SandboxOptions;
  clock: Clock;
  zoom: ZoomSimulator;
  brevo: BrevoSimulator;
  shop: ShopSimulator;
  desk: DeskSimulator;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a sandbox is like when nothing is said. */
export const DEFAULT_OPTIONS: Readonly<SandboxOptions> = {
  seed: 1,
  users: 8,
  meetings: 6,
  participants: 12,
  webinars: 4,
  plan: 'pro',
  window: 'sliding',
  latency: 0,
  port: 0,
  readLag: 300,
  importDelay: 200,
  distinct: false,
  ahead: 0,
};

/** Starts a sandbox on the loopback interface. */
export async function startSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  // Distinct people are for counts known beforehand: no webinars unless asked for.
  const quiet = options.distinct === true ? { webinars: 0 } : {};
  const whole: SandboxOptions = { ...DEFAULT_OPTIONS, ...quiet, ...options };
  const clock = new Clock();
  const context = { options: whole, clock };
  const zoom = createZoom(context);
  const brevo = createBrevo(context);
  const shop = createShop(context);
  const desk = createDesk(context);
  const simulators = { zoom, brevo, shop, desk };
  const parts = { clock, stats: new Stats(), faults: new Faults(), skew: { seconds: 0 } };
  const server = createShell({
    ...parts,
    latency: whole.latency,
    systems: [
      { mount: '/zoom', name: 'zoom', simulator: zoom },
      { mount: '/brevo/v3', name: 'brevo', simulator: brevo },
      { mount: '/third-party/shop', name: 'shop', simulator: shop },
      { mount: '/third-party/desk', name: 'desk', simulator: desk },
    ],
    control: (request, response) => control({ ...parts, ...simulators }, request, response),
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(whole.port, '127.0.0.1', listening);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sandbox has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      shop.close();
      desk.close();
      server.close(() => closed());
      server.closeAllConnections();
    });
  const env = { ...environment(url, zoom, brevo), ...thirdParty(url, shop, desk) };
  return { url, env, options: whole, clock, ...simulators, close, [Symbol.asyncDispose]: close };
}

function environment(url: string, zoom: ZoomSimulator, brevo: BrevoSimulator): Record<string, string> {
  const { accountId, clientId, clientSecret, webhookSecret, verificationToken } = zoom.credentials;
  return {
    ZOOM_API_URL: `${url}/zoom/v2`,
    ZOOM_OAUTH_URL: `${url}/zoom/oauth`,
    ZOOM_ACCOUNT_ID: accountId,
    ZOOM_CLIENT_ID: clientId,
    ZOOM_CLIENT_SECRET: clientSecret,
    ZOOM_WEBHOOK_SECRET: webhookSecret,
    ZOOM_VERIFICATION_TOKEN: verificationToken,
    BREVO_API_URL: `${url}/brevo/v3`,
    BREVO_API_KEY: brevo.apiKey,
  };
}

/** Nothing of Trunkline reads these by itself: connections to imported connectors are given them. */
function thirdParty(url: string, shop: ShopSimulator, desk: DeskSimulator): Record<string, string> {
  return {
    SHOP_OPENAPI_URL: `${url}/third-party/shop/openapi.json`,
    SHOP_API_URL: `${url}/third-party/shop/v1`,
    SHOP_CLIENT_ID: shop.client.id,
    SHOP_CLIENT_SECRET: shop.client.secret,
    DESK_SWAGGER_URL: `${url}/third-party/desk/swagger.yaml`,
    DESK_API_URL: `${url}/third-party/desk/api`,
    DESK_API_KEY: desk.apiKey,
  };
}
