import { attempt, listInputs, withIds, type Driven, type Driving, type Input } from './drive.ts';
import { brief, type Findings } from './finding.ts';
import { asRecord } from './openapi.ts';
import { valuesFor } from './places.ts';

/** What nothing has: the refusal is checked on the wire. */
export async function driveUnknownIds(driven: Driven, driving: Driving, findings: Findings): Promise<void> {
  const { action, operation, name } = driving;
  driven.recorder.by = name;
  const input = await withIds(driven, operation, action.example, 'unknown');
  for (const field of Object.keys(input)) {
    const values = (await valuesFor(driven.connector.id, operation, field, driven.truth, 'unknown')) ?? [];
    for (const value of values) await attempt(driven, driving, { ...input, [field]: value }, findings);
  }
}

/** Token or key that nobody gave out, and a token without the scopes of the operation. */
export async function driveRefusals(driven: Driven, driving: Driving, findings: Findings): Promise<void> {
  const { action, operation, name } = driving;
  const { recorder, connector, reference } = driven;
  const input = await withIds(driven, operation, action.example, 'real');
  const expect = (member: string, ok: boolean): void => {
    if (ok) return;
    const got = `${recorder.last?.status} ${brief(recorder.last?.text)}`;
    const place = { check: 'error' as const, operation: `${connector.id} ${operation.name}` };
    findings.add({ ...place, member, expected: 'a refusal', got, by: 'sandbox' });
  };
  recorder.by = name;
  const { auth } = connector;
  recorder.spoil = auth.kind === 'api-key' ? { [auth.name]: 'wrong' } : { authorization: 'Bearer wrong' };
  await attempt(driven, driving, input, findings);
  expect('wrong token', (recorder.last?.status ?? 0) >= 400);
  recorder.spoil = undefined;
  const scopes = reference.facts(operation)?.scopes ?? [];
  if (scopes.length === 0) return;
  await driven.control('/faults', { missingScopes: scopes });
  await attempt(driven, driving, input, findings);
  await driven.control('/faults', { missingScopes: [] });
  expect('missing scope', (recorder.last?.status ?? 0) >= 400);
  const named = /\[([^\]]*)\]/.exec(recorder.last?.text ?? '')?.[1]?.split(/,\s*/) ?? [];
  for (const scope of named) {
    if (scopes.includes(scope)) continue;
    findings.add({
      check: 'error',
      operation: `${connector.id} ${operation.name}`,
      member: `scope ${scope}`,
      expected: `one of ${scopes.join(', ')}`,
      got: scope,
      by: 'sandbox',
    });
  }
}

/** Page tokens that were given out now and are used when they are dead. `expire` lets that time go by. */
export async function driveDeadTokens(
  driven: Driven,
  all: readonly Driving[],
  expire: () => Promise<void>,
  findings: Findings,
): Promise<void> {
  const later: { driving: Driving; input: Input }[] = [];
  for (const driving of all) {
    const { action, name } = driving;
    if (action.pages?.kind !== 'token') continue;
    driven.recorder.by = name;
    for (const base of await listInputs(driven, driving)) {
      const size = action.pages.size ? { [action.pages.size.param]: 1 } : {};
      const input = { ...base, ...size };
      await attempt(driven, driving, input, findings);
      const token = asRecord(parse(driven.recorder.last?.text))[action.pages.token];
      if (typeof token !== 'string' || token === '') continue;
      later.push({ driving, input: { ...input, [action.pages.param]: token } });
      break;
    }
  }
  await expire();
  for (const { driving, input } of later) {
    driven.recorder.by = driving.name;
    await attempt(driven, driving, input, findings);
    const { status, text } = driven.recorder.last ?? { status: 0, text: '' };
    if (status >= 400) continue;
    findings.add({
      check: 'error',
      operation: `${driven.connector.id} ${driving.operation.name}`,
      member: 'expired page token',
      expected: 'a refusal',
      got: `${status} ${brief(text)}`,
      by: 'sandbox',
    });
  }
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // No JSON, no token.
    return undefined;
  }
}
