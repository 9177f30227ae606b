/**
 * How near extraction comes to what Zoom's limits allow: the time of a run beside the least time in which the calls that
 * are needed can be made, for an account of 1,000 users with 50 meetings of 40 people each, at Business limits. Real
 * time, real HTTP; the sandbox counts calls over every second, whichever way it is cut. The calls that are needed are
 * counted from the sandbox's ground truth, not from what the engine did.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { App, loadConfig, type ExtractionReport } from '../src/app/index.ts';
import { round, spawnSandbox, type SandboxProcess } from './processes.ts';

const DAY = 24 * 3600_000;
const SIZE = { users: 1000, meetings: 50, participants: 40, webinars: 0 };
/** Calls a second of the Business plan (Zoom FACTS D). */
const RATES = { light: 80, medium: 60, heavy: 40 };
const PAGE = 300;
/** The schedule reaches back this far at most. */
const ANCHOR_DAYS = 130;
const MAX_RATIO = 1.05;
const MIN_USE = 0.95;
const MAX_INCREMENT = 1.1;

const WHOLE = [
  'users',
  'meetings',
  'report_meetings',
  'report_meeting_participants',
  'meeting_registrants',
  'meeting_polls',
];
const PEOPLE = ['report_meeting_participants'];

interface Need {
  light: number;
  medium: number;
  heavy: number;
  /** By the heavy or by the medium endpoint. */
  either: number;
}

export async function benchExtractLimit(): Promise<unknown> {
  const whole = await scenario(WHOLE, true);
  const people = await scenario(PEOPLE, false);
  const results = [whole.first, people.first];
  return {
    bench: 'extract-limit',
    account: SIZE,
    plan: 'business',
    whole,
    people,
    bounds: { ratio: MAX_RATIO, use: MIN_USE, refused: 0, incrementCalls: MAX_INCREMENT },
    holds:
      results.every(
        ({ ratio, refused, used }) =>
          ratio <= MAX_RATIO && refused === 0 && used.every(({ share }) => share >= MIN_USE),
      ) && (whole.nextDay?.ratioOfCalls ?? 0) <= MAX_INCREMENT,
  };
}

async function scenario(streams: readonly string[], increment: boolean) {
  const box = await spawnSandbox({ plan: 'business', window: 'sliding', ahead: 1, ...SIZE });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-bench-'));
  let shift = 0;
  const now = () => Date.now() + shift;
  const env = { ...box.env, ZOOM_PLAN: 'business', TRUNKLINE_DATA_DIR: dataDir, LOG_LEVEL: 'silent' };
  const app = new App(loadConfig({ env, cwd: dataDir, readFile: () => undefined }), { now });
  const run = () =>
    app.extract({
      streams,
      to: `sqlite:${join(dataDir, 'zoom.db')}`,
      cwd: dataDir,
      anchor: now() - ANCHOR_DAYS * DAY,
    });
  try {
    const begun = now();
    const need = await needed(box, streams, {
      since: begun - ANCHOR_DAYS * DAY,
      until: begun,
      seen: 0,
      windows: Math.ceil((ANCHOR_DAYS + 1) / 28),
    });
    const first = judge(await run(), need);
    await control(box, 'reset', { stats: true });
    if (!increment) return { streams, need, first };
    await control(box, 'clock', { advanceMs: DAY });
    shift += DAY;
    const later = await needed(box, streams, {
      since: begun - ANCHOR_DAYS * DAY,
      until: now(),
      seen: begun,
      windows: 1,
    });
    const next = await run();
    const calls = sum(next.labels.map((label) => label.calls));
    const least = sum(Object.values(later));
    return {
      streams,
      need,
      first,
      nextDay: {
        need: later,
        calls,
        ratioOfCalls: round(calls / least),
        outcome: next.outcome,
        seconds: round(next.wallMs / 1000),
      },
    };
  } finally {
    await app.close();
    await box.stop();
    await rm(dataDir, { recursive: true });
  }
}

/** What the streams cannot be had without. */
async function needed(
  box: SandboxProcess,
  streams: readonly string[],
  { since, until, seen, windows }: { since: number; until: number; seen: number; windows: number },
): Promise<Need> {
  const need: Need = { light: 0, medium: 0, heavy: 0, either: 0 };
  const instances = (
    await truth<{ type: string; participants: number; end_time: string }>(box, 'history_meetings')
  ).filter(({ end_time: end }) => Date.parse(end) > since && Date.parse(end) <= until);
  need.either = instances.filter(
    ({ type, end_time: end }) => type === 'Meeting' && Date.parse(end) > seen,
  ).length;
  if (streams === PEOPLE) {
    // Listed by windows of 28 days, each with its pages.
    const perWindow = Math.ceil(instances.length / windows / PAGE);
    return { ...need, heavy: windows * perWindow };
  }
  const users = await truth<{ status: string }>(box, 'users');
  const hosts = users.filter(({ status }) => status !== 'pending').length;
  const statuses = Object.values(Object.groupBy(users, ({ status }) => status));
  need.medium += sum(statuses.map((some) => Math.ceil((some?.length ?? 0) / PAGE)));
  // No host has more meetings than fit on a page.
  need.medium += hosts;
  need.heavy += hosts * windows;
  const planned = await truth<{ id: number }>(box, 'listed_meetings');
  const registered = new Set(
    (await truth<{ meeting_id: number }>(box, 'meeting_registrants')).map((row) => row.meeting_id),
  );
  // Each meeting has its polls, and its settings, which say whether people register.
  need.light += 2 * planned.length;
  need.medium += 3 * planned.filter(({ id }) => registered.has(id)).length;
  return need;
}

function judge(report: ExtractionReport, need: Need) {
  const { light, medium, heavy, either } = need;
  const leastSeconds = Math.max(
    light / RATES.light,
    medium / RATES.medium,
    heavy / RATES.heavy,
    (medium + heavy + either) / (RATES.medium + RATES.heavy),
  );
  const seconds = report.wallMs / 1000;
  const used = report.labels.map(({ label, calls }) => ({
    label,
    calls,
    share: round(calls / (RATES[label as keyof typeof RATES] * seconds)),
  }));
  const saturated = leastSeconds === light / RATES.light ? ['light'] : ['medium', 'heavy'];
  return {
    outcome: report.outcome,
    rows: sum(report.streams.map(({ rows }) => rows)),
    calls: sum(report.labels.map(({ calls }) => calls)),
    leastCalls: sum(Object.values(need)),
    seconds: round(seconds),
    leastSeconds: round(leastSeconds),
    ratio: round(seconds / leastSeconds),
    used: used.filter(({ label }) => saturated.includes(label)),
    others: used.filter(({ label }) => !saturated.includes(label)),
    refused: report.refusedForRate,
  };
}

async function truth<Row>(box: SandboxProcess, table: string): Promise<Row[]> {
  const { body } = await fetch(`${box.url}/__sandbox/truth/${table}`);
  const rows: Row[] = [];
  if (!body) return rows;
  for await (const line of createInterface({ input: Readable.fromWeb(body as never) })) {
    if (line !== '') rows.push(JSON.parse(line) as Row);
  }
  return rows;
}

async function control(box: SandboxProcess, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${box.url}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
