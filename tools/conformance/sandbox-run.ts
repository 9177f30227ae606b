import { setTimeout as wait } from 'node:timers/promises';
import type { BudgetLedger } from '../../src/core/budget.ts';
import type { Connection } from '../../src/core/connector.ts';
import { silentLog } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import { Session } from '../../src/http/session.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import type { Simulator } from '../../src/sandbox/types.ts';
import type { Subject } from './declarations.ts';
import { driveAction, partActions, type Driven } from './drive.ts';
import type { Findings } from './finding.ts';
import { driveJourneys } from './journeys.ts';
import type { Operation } from './openapi.ts';
import { Recorder } from './recorder.ts';
import { driveDeadTokens, driveRefusals, driveUnknownIds } from './refusals.ts';

/** How a connector is tied to the sandbox. */
interface Link {
  servers: Record<string, string>;
  credentials: Record<string, string>;
  simulator: Simulator;
  /** What stands between the simulator's mount and the official paths. */
  prefix: string;
  /** Where the sandbox tells what is true. */
  truth: string;
}

type Linker = (sandbox: Sandbox, get: (name: string) => string) => Link;

const LINKS: Readonly<Record<string, Linker>> = {
  zoom: (sandbox, get) => ({
    servers: { api: get('ZOOM_API_URL'), oauth: get('ZOOM_OAUTH_URL') },
    credentials: {
      accountId: get('ZOOM_ACCOUNT_ID'),
      clientId: get('ZOOM_CLIENT_ID'),
      clientSecret: get('ZOOM_CLIENT_SECRET'),
    },
    simulator: sandbox.zoom,
    prefix: '/v2',
    truth: '/truth',
  }),
  brevo: (sandbox, get) => ({
    servers: { api: get('BREVO_API_URL') },
    credentials: { apiKey: get('BREVO_API_KEY') },
    simulator: sandbox.brevo,
    prefix: '',
    truth: '/brevo',
  }),
};

/** Longest wait of ours for anything: the sandbox is told to need none. */
const PATIENCE_MS = 40;
/** Page tokens live 15 minutes. */
const TOKEN_DEAD_MS = 16 * 60_000;

export interface Driveout {
  exchanges: number;
  /** Actions and streams by full name that the sandbox does not simulate. */
  notSimulated: string[];
}

/** Starts a sandbox and drives everything that the connectors have against it. */
export async function driveSandbox(subjects: readonly Subject[], findings: Findings): Promise<Driveout> {
  await using sandbox = await startSandbox({ plan: 'unlimited', readLag: 0, importDelay: 0 });
  const result: Driveout = { exchanges: 0, notSimulated: [] };
  for (const subject of subjects) {
    const driven = linkUp(sandbox, subject, findings);
    if (!driven) continue;
    const without = await driveJourneys(driven, findings);
    const { driven: actions, missing } = partActions(driven);
    for (const driving of actions) await driveUnknownIds(driven, driving, findings);
    for (const driving of actions) await driveRefusals(driven, driving, findings);
    for (const driving of actions) await driveAction(driven, driving, findings);
    const expire = (): Promise<void> => driven.control('/clock', { advanceMs: TOKEN_DEAD_MS });
    await driveDeadTokens(driven, actions, expire, findings);
    result.exchanges += driven.recorder.exchanges;
    result.notSimulated.push(...[...without, ...missing].map((name) => `${subject.connector.id} ${name}`));
  }
  return result;
}

function linkUp(sandbox: Sandbox, subject: Subject, findings: Findings): Driven | undefined {
  const { connector, reference } = subject;
  const linked = LINKS[connector.id]?.(sandbox, (name) => sandbox.env[name] ?? '');
  if (!linked) return undefined;
  const { servers, simulator, prefix } = linked;
  const recorder = new Recorder(connector.id, servers['api'] ?? '', reference, findings);
  const connection: Connection = {
    name: 'conformance',
    connector: connector.id,
    account: 'conformance',
    credentials: Object.fromEntries(
      Object.entries(linked.credentials).map(([name, value]) => [name, new Secret(value)]),
    ),
    servers,
    plan: 'unlimited',
  };
  const session = new Session(connector, connection, {
    fetch: recorder.fetch,
    now: Date.now,
    sleep: (ms) => wait(Math.min(ms, PATIENCE_MS)),
    random: () => 0,
    log: silentLog,
    budgets: NO_LIMITS,
    userAgent: 'trunkline-conformance',
    timeoutMs: 30_000,
  });
  return {
    ...subject,
    session,
    recorder,
    now: sandbox.clock.now(),
    truth: async (table) =>
      rowsOf(await (await fetch(`${sandbox.url}/__sandbox${linked.truth}/${table}`)).text()),
    simulates: (operation) => simulator.operationOf(sample(operation, prefix)) !== undefined,
    async control(path, body) {
      const response = await fetch(`${sandbox.url}/__sandbox${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`the sandbox refused ${path}: ${await response.text()}`);
    },
  };
}

/** Any request for the operation. */
function sample({ method, parts }: Operation, prefix: string) {
  const path = parts.map((part) => (part.startsWith('{') ? '1' : part)).join('/');
  return {
    method,
    rawPath: `${prefix}/${path}`,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
  };
}

/** The plan has no limits, so nobody asks. */
const NO_LIMITS: BudgetLedger = {
  reserve: async () => 0,
  spend: async () => true,
  block: async () => undefined,
  blockedFor: async () => 0,
  usedToday: async () => ({}),
};

/** Zoom's truth comes as a row a line, Brevo's as one list. */
function rowsOf(text: string): Record<string, unknown>[] {
  if (text.startsWith('[')) return JSON.parse(text) as Record<string, unknown>[];
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
