/** CPU and rate of `http/` beside bare `fetch`, on the same calls, in the same run, in turns. */
import { zoom } from '../src/connectors/zoom/index.ts';
import { silentLog } from '../src/core/log.ts';
import { Secret } from '../src/core/secret.ts';
import { Session } from '../src/http/session.ts';
import { createBudgetLedger } from '../src/store/budget-ledger.ts';
import { openSqlite } from '../src/store/store.ts';
import { median, round, spawnSandbox } from './processes.ts';

const CALLS = 3000;
const IN_FLIGHT = 16;
const RUNS = 7;
/** At most so many times the CPU of bare fetch. */
const BOUND = 1.5;

interface Measure {
  callsPerSecond: number;
  cpuMicrosecondsPerCall: number;
}

export async function benchHttp(): Promise<unknown> {
  const box = await spawnSandbox({ plan: 'unlimited' });
  await using store = await openSqlite({ path: ':memory:', now: Date.now });
  const session = sessionFor(box.env, createBudgetLedger(store));
  try {
    const { users } = await session.call(zoom.actions.users.list, { page_size: 5 });
    const userId = users.find(({ id }) => id)?.id ?? '';
    const token = await tokenFor(box.env);
    const bare = async (): Promise<void> => {
      const response = await fetch(`${box.env['ZOOM_API_URL']}/users/${userId}`, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      });
      if (((await response.json()) as { id: string }).id !== userId) throw new Error('wrong answer');
    };
    const ours = async (): Promise<void> => {
      const user = await session.call(zoom.actions.users.get, { userId });
      if (user.id !== userId) throw new Error('wrong answer');
    };
    await measure(bare, 500);
    await measure(ours, 500);
    const results: { bare: Measure; ours: Measure; ratio: number }[] = [];
    for (let run = 0; run < RUNS; run++) {
      const [first, second] = run % 2 === 0 ? [bare, ours] : [ours, bare];
      const a = await measure(first, CALLS);
      const b = await measure(second, CALLS);
      const pair = run % 2 === 0 ? { bare: a, ours: b } : { bare: b, ours: a };
      results.push({
        ...pair,
        ratio: round(pair.ours.cpuMicrosecondsPerCall / pair.bare.cpuMicrosecondsPerCall),
      });
    }
    const ratio = round(median(results.map((result) => result.ratio)));
    return {
      bench: 'http',
      calls: CALLS,
      inFlight: IN_FLIGHT,
      runs: results,
      medianCpuRatio: ratio,
      bound: BOUND,
      holds: ratio <= BOUND,
    };
  } finally {
    await box.stop();
  }
}

async function measure(call: () => Promise<void>, calls: number): Promise<Measure> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let left = calls;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - start) / 1000;
  return { callsPerSecond: round(calls / seconds), cpuMicrosecondsPerCall: round((user + system) / calls) };
}

function sessionFor(env: Record<string, string>, budgets: ReturnType<typeof createBudgetLedger>): Session {
  const secret = (name: string) => new Secret(env[name] ?? '');
  return new Session(
    zoom,
    {
      name: 'zoom',
      connector: 'zoom',
      account: 'bench',
      credentials: {
        accountId: secret('ZOOM_ACCOUNT_ID'),
        clientId: secret('ZOOM_CLIENT_ID'),
        clientSecret: secret('ZOOM_CLIENT_SECRET'),
      },
      servers: { api: env['ZOOM_API_URL'] ?? '', oauth: env['ZOOM_OAUTH_URL'] ?? '' },
      plan: 'unlimited',
    },
    {
      fetch: (...args) => fetch(...args),
      now: Date.now,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
      log: silentLog,
      budgets,
      userAgent: 'trunkline-bench',
      timeoutMs: 30_000,
    },
  );
}

async function tokenFor(env: Record<string, string>): Promise<string> {
  const basic = Buffer.from(`${env['ZOOM_CLIENT_ID']}:${env['ZOOM_CLIENT_SECRET']}`).toString('base64');
  const answer = await fetch(`${env['ZOOM_OAUTH_URL']}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'account_credentials',
      account_id: env['ZOOM_ACCOUNT_ID'] ?? '',
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}
