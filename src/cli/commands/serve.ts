import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { AdminToken, App, Config } from '../../app/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { activationReport } from '../activation-report.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { EXIT, hanging } from '../report-error.ts';

const DAY = 86_400_000;
/** How long what is under way may take once the server is to end, in milliseconds. */
const STOP_MS = 30_000;
/** From then on nothing more is asked of other systems, so that runs end and say what they did. */
const LAST_CALLS_MS = 22_000;

export function addServe(program: Command, bind: Bind): void {
  const serve = program
    .command('serve')
    .description(
      'Receive webhooks, act on them, do what comes round by itself and serve the API, until Ctrl-C. PORT and HOST say where.',
    );
  examples(serve, [
    ['trunkline serve'],
    ['PORT=9000 trunkline serve --json', 'one JSON line with its address; logs as JSON on stderr'],
  ]);
  bind(serve, async (invocation) => serveUntilStopped(invocation, await invocation.config()));
}

export function addStart(program: Command, bind: Bind): void {
  const start = program
    .command('start')
    .description(
      'Serve your accounts; where no credentials are set, a simulated Zoom and Brevo, with 30 days of people brought over.',
    );
  examples(start, [['trunkline start']]);
  bind(start, startServing);
}

async function startServing(invocation: Invocation): Promise<number> {
  const config = await invocation.config();
  const { zoom, brevo } = config;
  const anything = zoom.accountId ?? zoom.clientId ?? zoom.clientSecret ?? brevo.apiKey;
  if (anything !== undefined || Object.keys(config.connections).length > 0) {
    return serveUntilStopped(invocation, config);
  }
  const { startSandbox } = await import('../../sandbox/index.ts');
  const sandbox = await startSandbox({ users: 5, meetings: 4, participants: 10, webinars: 3, plan: 'pro' });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-start-'));
  try {
    return await serveUntilStopped(invocation, await sandboxConfig(sandbox, dataDir, config), sandbox);
  } finally {
    await invocation.close();
    await sandbox.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The lists that the simulated Brevo has from the start. */
const SETTINGS =
  'lists: { meeting_participants: 15, webinar_attendees: 16, webinar_registrants: 17 }\nschedules: { activate: never }\n';

async function sandboxConfig({ env }: Sandbox, dataDir: string, { host, port }: Config): Promise<Config> {
  const { loadConfig } = await import('../../app/index.ts');
  return loadConfig({
    env: {
      ...env,
      TRUNKLINE_DATA_DIR: dataDir,
      BREVO_READ_LAG_SECONDS: '1',
      HOST: host,
      PORT: String(port),
    },
    cwd: dataDir,
    readFile: (path) => (path === join(dataDir, 'trunkline.yaml') ? SETTINGS : undefined),
  });
}

async function serveUntilStopped(invocation: Invocation, config: Config, sandbox?: Sandbox): Promise<number> {
  const { adminTokenOf, announce, startLive } = await import('../../app/index.ts');
  const { startServer } = await import('../../server/server.ts');
  const { terminal, signal } = invocation;
  const app = await openServing(invocation, config);
  // Who may not have the database must not make a token either.
  await app.store();
  const token = adminTokenOf(config);
  const live = await startLive(app);
  const server = await startServer({ app, live, token: token.token });
  app.servingSince = app.world.now();
  announce(config, server.url, token.token);
  if (terminal.json) terminal.printJson({ url: server.url, pid: process.pid });
  greet(invocation, app, server.url, token, sandbox);
  const backfill =
    sandbox &&
    bringOver(invocation, app).catch((error: unknown) => {
      if (!signal.aborted) app.log('error', 'the first activation failed', { error });
    });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  terminal.status('');
  terminal.note('stopping: what is under way may take up to 30 s; Ctrl-C again ends it at once');
  await server.stop();
  await backfill;
  await app.close();
  return EXIT.done;
}

/** A house of a process that ends well: what is under way when it is to stop may go on for a while. */
export async function openServing(invocation: Invocation, config: Config): Promise<App> {
  const { realWorld, stoppable } = await import('../../app/index.ts');
  const { io, terminal, signal } = invocation;
  invocation.graceMs = STOP_MS;
  invocation.stopsWell = true;
  const lastCalls = new AbortController();
  signal.addEventListener(
    'abort',
    () => {
      // Such a timer does not keep a process that has nothing else to do.
      const late = AbortSignal.timeout(LAST_CALLS_MS);
      late.addEventListener('abort', () => lastCalls.abort(new Error('the server stops')));
    },
    { once: true },
  );
  const writeLog = (line: string): void => terminal.note(line);
  const forPrograms = !io.isTTY.stderr || terminal.json;
  const { jsonLog } = await import('../../server/log.ts');
  const world = { ...realWorld, writeLog, ...(forPrograms && { makeLog: jsonLog(writeLog) }) };
  return invocation.open(config, stoppable(world, lastCalls.signal));
}

function greet(
  { terminal, programName }: Invocation,
  app: App,
  url: string,
  token: AdminToken,
  sandbox: Sandbox | undefined,
): void {
  const { config } = app;
  const base = config.publicUrl ?? url;
  const { paintNote, proseWidth } = terminal;
  const say = (text: string): string => hanging(text, proseWidth, '', '  ').join('\n');
  const lines = [paintNote('bold', `Trunkline serves at ${url} until you press Ctrl-C.`)];
  if (sandbox) {
    lines.push(say(`No credentials are set, so a simulated Zoom and Brevo answer at ${sandbox.url}.`));
  }
  if (config.zoom.webhook.secretTokens.length > 0) lines.push(`Webhooks of Zoom: ${base}/webhooks/zoom`);
  else {
    lines.push(
      say(
        `Webhooks of Zoom are refused until ZOOM_WEBHOOK_SECRET is set; their address is ${base}/webhooks/zoom`,
      ),
    );
  }
  lines.push(`API: ${url}/api/v1, described at /api/openapi.json`);
  if (token.made) {
    lines.push(`Admin token, kept in ${token.file}:`, `  ${token.token.reveal()}`);
  }
  if (sandbox) {
    const secret = sandbox.env['ZOOM_WEBHOOK_SECRET'];
    lines.push(
      '',
      'In another shell:',
      `  export TRUNKLINE_DATA_DIR=${config.dataDir}`,
      `  export ZOOM_WEBHOOK_SECRET=${secret}`,
      `  ${programName} deliveries list`,
      `  ${programName} events send meeting.ended --to ${url}/webhooks/zoom`,
      `  ${programName} events list`,
      '',
    );
  }
  terminal.note(lines.join('\n'));
}

/** The first activation of a server that has nobody's accounts. */
async function bringOver({ terminal }: Invocation, app: App): Promise<void> {
  const until = app.world.now();
  const range = { since: until - 30 * DAY, until };
  terminal.note('bringing 30 days of people over');
  const summary = await app.activate(range, () => undefined, { origin: 'server' });
  terminal.note(`\n${activationReport(terminal, summary, app.world.now() - until)}\n`);
}
