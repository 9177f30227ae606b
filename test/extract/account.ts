/** A Zoom account of the sandbox, and extractions of it over real HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig, type ExtractionReport, type ExtractionRequest } from '../../src/app/index.ts';
import { startSandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import type { Route } from '../../src/core/route.ts';
import { readOwn, readPlace, type Copy } from './places.ts';
import { openProxy } from './proxy.ts';
import { sameAsTruth } from './truth.ts';

export type Row = Record<string, unknown>;

/** A report, and what the sandbox was asked for meanwhile: how often each operation. */
export type Extraction = ExtractionReport & { asked: Record<string, number>; calls: number };

/** Small: what is tested is what becomes of each row, not how many there are. */
const SMALL: Partial<SandboxOptions> = { users: 4, meetings: 4, participants: 5, webinars: 3 };

export async function openAccount(options: Partial<SandboxOptions> = {}) {
  const box = await startSandbox({ plan: 'unlimited', ...SMALL, ...options });
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-account-'));
  const proxy = await openProxy(box.url);
  const env = {
    ...box.env,
    ZOOM_API_URL: `${proxy.url}/zoom/v2`,
    ZOOM_OAUTH_URL: `${proxy.url}/zoom/oauth`,
    ZOOM_PLAN: 'unlimited',
    TRUNKLINE_DATA_DIR: join(folder, 'state'),
  };
  const config = loadConfig({ env, cwd: folder, readFile: () => undefined });
  const world = {
    now: () => box.clock.now(),
    // Retries wait as long as they must for their order, and no longer.
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    timeoutMs: 30_000,
  };
  const app = new App({ ...config, logLevel: 'silent' }, world);
  const control = async (path: string, body?: unknown): Promise<Row> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${box.url}/__sandbox/${path}`, init);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Row;
  };
  const stats = async (): Promise<{ calls: number; operations: Record<string, number> }> =>
    (await control('stats'))['zoom'] as never;
  const truth = async (table: string): Promise<Row[]> => {
    const response = await fetch(`${box.url}/__sandbox/truth/${table}`);
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
  };
  const usual = `sqlite:${join(folder, 'zoom.db')}`;
  const run = async (streams: readonly string[], request: ExtractionRequest = {}): Promise<Extraction> => {
    const before = await stats();
    const report = await app.extract({ streams, to: usual, cwd: folder, env, ...request });
    const after = await stats();
    const asked = Object.fromEntries(
      Object.entries(after.operations).flatMap(([name, n]) => {
        const more = n - (before.operations[name] ?? 0);
        return more > 0 && !name.includes('oauth') ? [[name, more]] : [];
      }),
    );
    return { ...report, asked, calls: after.calls - before.calls };
  };
  return {
    box,
    app,
    env,
    folder,
    /** Where rows go when nothing else is said. */
    to: usual,
    proxy,
    control,
    stats,
    truth,
    run,
    /** Sets faults and switches. */
    faults: (body: unknown) => control('faults', body),
    /** Changes something in the account, as its owner would. */
    change: async (route: Route, input: Row): Promise<void> => {
      const session = await app.session('zoom');
      await session.request(route, input);
    },
    /** Time goes on. */
    later: (hours: number) => control('clock', { advanceSeconds: hours * 3600 }),
    tables: (url = usual): Promise<Map<string, Copy>> => readPlace(url),
    rows: async (table: string, url = usual): Promise<Row[]> => (await readPlace(url)).get(table)?.rows ?? [],
    /** Rows of a bookkeeping table. */
    own: (table: string, columns: readonly string[], url = usual): Promise<Row[]> =>
      readOwn(url, table, columns),
    /** Every table of these streams equals the truth. */
    sameAsTruth: async (streams: readonly string[], url = usual): Promise<number> =>
      sameAsTruth(await readPlace(url), truth, streams),
    async [Symbol.asyncDispose]() {
      await app.close();
      await proxy.close();
      await box.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Account = Awaited<ReturnType<typeof openAccount>>;
