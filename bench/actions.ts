/**
 * How fast a create-meeting call is built and checked, and what the SDK costs until it is of use: measured in fresh
 * processes on what people install, that is the built package, and on the sources beside it. What is put off at the
 * import is paid at the first call, so both are measured.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectors } from '../src/catalog.ts';
import { toWire } from '../src/http/request.ts';
import { build } from '../tools/build.ts';
import { median, round, spawnSandbox } from './processes.ts';

const RUNS = 7;
const MIN_CALLS_PER_SECOND = 100_000;
const MAX_IMPORT_MS = 60;
const MAX_RSS_MB = 40;
const ROOT = dirname(import.meta.dirname);
const DIST = join(ROOT, 'dist');

/** Those whom people would take instead; measured when they are installed, which they are not by default. */
const OTHERS = ['@zoom/rivet', '@getbrevo/brevo'];

export async function benchActions(): Promise<unknown> {
  const calls = createMeetings();
  await build(DIST);
  const dist = pathToFileURL(join(DIST, 'index.js')).href;
  const source = pathToFileURL(join(ROOT, 'src/index.ts')).href;
  const empty = measureImport(undefined);
  const cost = above(measureImport(dist), empty);
  return {
    bench: 'actions',
    createMeeting: calls,
    emptyProcess: empty,
    importSdk: cost,
    importSource: above(measureImport(source), empty),
    firstCall: await measureFirstCall(dist, empty),
    firstCallOfSource: await measureFirstCall(source, empty),
    others: Object.fromEntries(OTHERS.map((name) => [name, measureOther(name, empty)])),
    bounds: {
      checkedPerSecond: MIN_CALLS_PER_SECOND,
      importMs: MAX_IMPORT_MS,
      rssMbAboveEmpty: MAX_RSS_MB,
    },
    holds:
      calls.checkedPerSecond >= MIN_CALLS_PER_SECOND &&
      cost.importMs <= MAX_IMPORT_MS &&
      cost.rssMbAboveEmpty <= MAX_RSS_MB,
  };
}

/** The input that the catalog shows as the example of the action: nested, with a recurrence and settings. */
function createMeetings() {
  const action = connectors.zoom.actions.meetings.create;
  const input = action.example;
  const { api } = connectors.zoom.servers as { api: string };
  const checkedPerSecond = rate(() => action.call(action.input.parse(input)));
  const onTheWirePerSecond = rate(() => toWire(action.call(action.input.parse(input)), api, 'bench'));
  return { input, checkedPerSecond, onTheWirePerSecond };
}

/** How often a second it can be done; the median of several rounds, after one to warm up. */
function rate(work: () => unknown): number {
  const rounds: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const started = performance.now();
    let done = 0;
    // The clock is read seldom, so that reading it does not count.
    for (; performance.now() - started < 500; done += 1000) for (let i = 0; i < 1000; i++) work();
    if (run > 0) rounds.push((done * 1000) / (performance.now() - started));
  }
  return round(median(rounds));
}

interface ImportCost {
  importMs: number;
  rssMb: number;
}

/** The median of fresh processes that import one module, or none. */
function measureImport(url: string | undefined): ImportCost {
  const program = `
    const started = performance.now();
    ${url === undefined ? '' : `await import(${JSON.stringify(url)});`}
    const importMs = performance.now() - started;
    process.stdout.write(JSON.stringify({ importMs, rssMb: process.memoryUsage.rss() / 1024 / 1024 }));`;
  const runs = Array.from({ length: RUNS }, () => {
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    return JSON.parse(said) as ImportCost;
  });
  return {
    importMs: round(median(runs.map(({ importMs }) => importMs))),
    rssMb: round(median(runs.map(({ rssMb }) => rssMb))),
  };
}

interface FirstCall {
  /** Each from the end of the one before, in milliseconds. */
  importMs: number;
  constructMs: number;
  connectMs: number;
  callMs: number;
  /** All of them. */
  totalMs: number;
  rssMb: number;
}

/**
 * From nothing to the first answer: import, `new Trunkline`, `connectors.connect('zoom')` with its sign-in and a new
 * data folder, and one typed call; against a sandbox in another process.
 */
async function measureFirstCall(url: string, empty: ImportCost) {
  const program = `
    const times = [performance.now()];
    const { Trunkline } = await import(${JSON.stringify(url)});
    times.push(performance.now());
    const trunkline = new Trunkline({ dataDir: process.argv[1] });
    times.push(performance.now());
    const zoom = await trunkline.connectors.connect('zoom');
    times.push(performance.now());
    await zoom.users.list({ status: 'active' });
    times.push(performance.now());
    const [importMs, constructMs, connectMs, callMs] = times.slice(1).map((time, i) => time - times[i]);
    const cost = { importMs, constructMs, connectMs, callMs, totalMs: times.at(-1) - times[0] };
    process.stdout.write(JSON.stringify({ ...cost, rssMb: process.memoryUsage.rss() / 1024 / 1024 }));
    await trunkline.close();`;
  const sandbox = await spawnSandbox({ users: 3, meetings: 0, webinars: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-bench-'));
  try {
    const runs = Array.from({ length: RUNS }, (_, run) => {
      const command = ['--input-type=module', '-e', program, join(folder, String(run))];
      const env = { ...sandbox.env, LOG_LEVEL: 'error' };
      return JSON.parse(
        execFileSync(process.execPath, command, { encoding: 'utf8', cwd: folder, env }),
      ) as FirstCall;
    });
    const middle = (name: keyof FirstCall) => round(median(runs.map((run) => run[name])));
    return {
      ...Object.fromEntries(
        Object.keys(runs[0] ?? {}).map((name) => [name, middle(name as keyof FirstCall)]),
      ),
      rssMbAboveEmpty: round(middle('rssMb') - empty.rssMb),
    };
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  }
}

function above(cost: ImportCost, empty: ImportCost) {
  return { ...cost, rssMbAboveEmpty: round(cost.rssMb - empty.rssMb) };
}

function measureOther(name: string, empty: ImportCost) {
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve(name);
  } catch {
    return 'not installed, so not measured; npm install --no-save adds it';
  }
  try {
    return above(measureImport(pathToFileURL(path).href), empty);
  } catch (error) {
    return `cannot be imported: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
  }
}
