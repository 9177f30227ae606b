/** Zoom and Brevo on one local port, for tests, demonstrations and measurements. */
import { type BrevoSimulator, createBrevo } from './brevo/index.ts';
import { Clock } from './clock.ts';
import { control } from './control.ts';
import { Faults } from './faults.ts';
import { createShell } from './server.ts';
import { Stats } from './stats.ts';
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
  const parts = { clock, stats: new Stats(), faults: new Faults(), skew: { seconds: 0 } };
  const server = createShell({
    ...parts,
    latency: whole.latency,
    systems: [
      { mount: '/zoom', name: 'zoom', simulator: zoom },
      { mount: '/brevo/v3', name: 'brevo', simulator: brevo },
    ],
    control: (request, response) => control({ ...parts, zoom, brevo }, request, response),
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(whole.port, '127.0.0.1', listening);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sandbox has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  const env = environment(url, zoom, brevo);
  return { url, env, options: whole, clock, zoom, brevo, close, [Symbol.asyncDispose]: close };
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
