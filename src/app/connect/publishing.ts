import { ConnectorError } from '../../core/errors.ts';
import { fingerprintOf } from '../../openapi/fingerprint.ts';
import { operationsOf } from '../../openapi/overlay.ts';
import { draftOf } from './draft.ts';
import type { ConnectHouse } from './house.ts';
import { matches, resultsOf } from './testing.ts';
import type { Published, PublishRequest, TestResult } from './types.ts';

/**
 * Puts a version into use, once all its operations have proved that they work, or somebody said why they need not.
 * @throws ConnectorError of kind `input` with each operation that has not
 */
export async function publishConnector(
  house: ConnectHouse,
  id: string,
  request: PublishRequest,
): Promise<Published> {
  const draft = await draftOf(house.table, id, request.version);
  const waivers = Object.entries(request.waive ?? {});
  for (const [pattern, reason] of waivers) {
    if (reason.trim().length < 3) {
      throw new ConnectorError(`the waiver of ${pattern} has no reason`, {
        kind: 'input',
        hint: `Say why it needs no test: --waive '${pattern}=no test account for it'`,
      });
    }
  }
  const names = operationsOf(draft.definition).map(({ name }) => name);
  for (const [pattern] of waivers) {
    if (!names.some((name) => matches(pattern, name))) {
      throw new ConnectorError(`${id} has no action ${pattern}`, {
        kind: 'input',
        hint: `See trunkline actions ${id}`,
      });
    }
  }
  const open = resultsOf(draft, await house.table.tests(id)).filter((result) => !proved(result));
  const reasons = new Map(
    open.map(({ action }) => [action, waivers.find(([pattern]) => matches(pattern, action))?.[1]]),
  );
  const left = open.filter(({ action }) => reasons.get(action) === undefined);
  if (left.length > 0) throw notProved(id, left);
  const operations = new Map(operationsOf(draft.definition).map(({ name, operation }) => [name, operation]));
  for (const [action, reason] of reasons) {
    const operation = operations.get(action);
    if (!operation || reason === undefined) continue;
    const fingerprint = fingerprintOf(draft.definition, operation);
    const test = {
      action,
      state: 'waived',
      fingerprint,
      message: reason,
      against: 'person',
      ms: 0,
      answer: undefined,
      drift: [],
    } as const;
    await house.table.noteTest(id, { ...test, drift: [] });
  }
  await house.table.publish(id, draft.version);
  house.changed();
  return { id, version: draft.version, waived: [...reasons.keys()] };
}

/** A mock proves that the definition agrees with itself, not that the system agrees with it. */
function proved({ state, against }: TestResult): boolean {
  return state === 'waived' || (state === 'ok' && against === 'vendor');
}

function notProved(id: string, left: readonly TestResult[]): ConnectorError {
  const some = left.slice(0, 10).map((one) => `${one.action} (${why(one)})`);
  const more = left.length > 10 ? ` and ${left.length - 10} more` : '';
  const what =
    left.length === 1
      ? 'an operation has not proved that it works'
      : `${left.length} operations have not proved that they work`;
  return new ConnectorError(`${what}: ${some.join('; ')}${more}`, {
    kind: 'input',
    fields: left.slice(0, 100).map((one) => ({ field: one.action, message: why(one) })),
    hint: `Test them: trunkline connectors test ${id} --all\nOr say why one needs no test: --waive 'orders.remove=nothing to delete in the test account'`,
  });
}

function why({ state, message, against }: TestResult): string {
  if (state === 'failed') return `failed: ${message}`;
  if (state === 'ok' && against === 'mock') return 'tested against the mock only';
  return message || 'not tested';
}
