import type { Effect } from '../../core/action.ts';
import { findAction } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import { fingerprintOf } from '../../openapi/fingerprint.ts';
import { operationsOf, type NamedOperation } from '../../openapi/overlay.ts';
import type { TestRow } from '../../store/connectors.ts';
import { draftOf, type Draft } from './draft.ts';
import type { ConnectHouse } from './house.ts';
import type { Options } from './options.ts';
import { callOnce, openStage, trialInput, type Called, type Stage } from './test-call.ts';
import type { TestCounts, TestReport, TestRequest, TestResult } from './types.ts';

/** For a whole test, in milliseconds, unless told. */
const ALL_MS = 600_000;
/** Reads that go on at the same time. */
const AT_ONCE = 4;

/** How each operation fares, by the tests on record. */
export function resultsOf({ definition }: Pick<Draft, 'definition'>, rows: readonly TestRow[]): TestResult[] {
  const known = new Map(rows.map((row) => [row.action, row]));
  return operationsOf(definition).map((one) => {
    const { name, operation } = one;
    const row = known.get(name);
    const base = { action: name, title: operation.title, method: operation.method, path: operation.path };
    if (!row) return { ...base, state: 'untested', message: '', drift: [] };
    const stale = row.fingerprint !== fingerprintOf(definition, operation);
    return {
      ...base,
      state: stale ? 'untested' : row.state,
      message: stale ? 'changed since its last test' : row.message,
      against: row.against,
      ms: row.ms,
      testedAt: new Date(row.testedAt).toISOString(),
      drift: row.drift as TestResult['drift'],
    };
  });
}

export function countTests(results: readonly TestResult[]): TestCounts {
  const count = (state: TestResult['state']): number => results.filter((one) => one.state === state).length;
  return { ok: count('ok'), failed: count('failed'), waived: count('waived'), untested: count('untested') };
}

/** Signs in, then tries operations of the newest version: reads first, what destroys something only when it is named. */
export async function testConnector(
  house: ConnectHouse,
  options: Options,
  id: string,
  request: TestRequest,
): Promise<TestReport> {
  const draft = await draftOf(house.table, id);
  const stage = await openStage(house, draft, request.connection, request.mock === true);
  const chosen = chosenOf(draft, request.actions).filter(
    ({ name }) => !request.reads || effectOf(stage, name) === 'read',
  );
  if (request.reads && chosen.length === 0) {
    throw new ConnectorError(`none of these operations of ${id} only reads`, {
      kind: 'input',
      hint: 'Name others, or test them without --reads: with a test account, or with --mock.',
    });
  }
  if (stage.against === 'vendor') await proveConnection(stage);
  const ends = house.now() + (request.timeoutMs ?? ALL_MS);
  const results = new Map<string, TestResult>();
  const rows = await house.table.tests(id);
  const run = async (one: NamedOperation): Promise<void> => {
    results.set(one.name, await testOne(house, options, stage, one, request, ends, rows));
  };
  const reads = chosen.filter(({ name }) => effectOf(stage, name) === 'read');
  const others = chosen.filter(({ name }) => effectOf(stage, name) !== 'read');
  await inLanes(reads, AT_ONCE, run);
  for (const one of others) await run(one);
  const ordered = chosen.flatMap(({ name }) => results.get(name) ?? []);
  const count = (...states: TestResult['state'][]): number =>
    ordered.filter(({ state }) => states.includes(state)).length;
  return {
    id,
    version: draft.version,
    against: stage.against,
    connection: stage.against === 'mock' ? undefined : stage.linked.connection.name,
    results: ordered,
    ok: count('ok'),
    failed: count('failed'),
    skipped: count('skipped', 'not-run'),
  };
}

/** Signing in fails once, not once for each operation. */
async function proveConnection({ session, draft }: Stage): Promise<void> {
  await session.signIn();
  const { check } = draft.definition;
  const action = check && findAction(session.connector, check.action);
  if (action) await session.call(action, check.input, { maxWaitMs: 10_000 });
}

async function testOne(
  house: ConnectHouse,
  options: Options,
  stage: Stage,
  { name, operation }: NamedOperation,
  request: TestRequest,
  ends: number,
  rows: readonly TestRow[],
): Promise<TestResult> {
  const base = {
    action: name,
    title: operation.title,
    method: operation.method,
    path: operation.path,
    drift: [],
  };
  const named = request.actions?.includes(name) === true;
  if (stage.against === 'vendor' && effectOf(stage, name) === 'destroy' && !(named && request.destroy)) {
    return {
      ...base,
      state: 'skipped',
      message: named
        ? 'it destroys something: allow it with --yes'
        : 'it destroys something: name it to test it',
    };
  }
  if (house.now() > ends) return { ...base, state: 'not-run', message: 'the time for all tests was over' };
  const called = await tryOut(house, options, stage, name, operation, request.inputs?.[name]);
  const state = called.failure === undefined ? 'ok' : 'failed';
  const fingerprint = fingerprintOf(stage.original.definition, operation);
  const message = called.failure ?? '';
  const known = rows.find((row) => row.action === name);
  // What the system itself showed says more than what its mock does.
  const keep =
    stage.against === 'vendor' || !known || known.against === 'mock' || known.fingerprint !== fingerprint;
  if (keep) {
    const { shape: answer, ms, drift } = called;
    await house.table.noteTest(stage.draft.row.id, {
      action: name,
      state,
      fingerprint,
      message,
      against: stage.against,
      ms,
      answer,
      drift,
    });
  }
  return {
    ...base,
    state,
    message,
    against: stage.against,
    ms: called.ms,
    testedAt: new Date(house.now()).toISOString(),
    drift: called.drift,
  };
}

async function tryOut(
  house: ConnectHouse,
  options: Options,
  stage: Stage,
  name: string,
  operation: NamedOperation['operation'],
  given: Readonly<Record<string, unknown>> | undefined,
): Promise<Called> {
  try {
    const input = given ?? (await trialInput(stage, name, operation, options));
    return await callOnce(stage, name, operation, input, house.now);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { answer: undefined, failure: error.message, ms: 0, drift: [], shape: undefined };
  }
}

function effectOf({ session }: Stage, name: string): Effect {
  return findAction(session.connector, name)?.effect ?? 'write';
}

/** The operations that names and patterns such as `orders.*` mean. */
export function chosenOf(
  { definition, row }: Draft,
  patterns: readonly string[] | undefined,
): NamedOperation[] {
  const all = operationsOf(definition);
  if (!patterns) return all;
  const matched = patterns.map((pattern) => all.filter(({ name }) => matches(pattern, name)));
  const none = patterns.filter((_, i) => matched[i]?.length === 0);
  if (none.length > 0) {
    throw new ConnectorError(`${row.id} has no action ${none.join(', ')}`, {
      kind: 'input',
      hint: `See trunkline actions ${row.id}`,
    });
  }
  const chosen = new Set(matched.flat());
  return all.filter((one) => chosen.has(one));
}

export function matches(pattern: string, name: string): boolean {
  const text = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${text}$`).test(name);
}

async function inLanes<T>(all: readonly T[], lanes: number, run: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await run(one);
    }),
  );
}
