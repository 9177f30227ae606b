import type { Action } from '../../src/core/action.ts';
import { listActions } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import type { Session } from '../../src/http/session.ts';
import { operationOf, type Subject } from './declarations.ts';
import { brief, type Findings } from './finding.ts';
import { asRecord, type Operation } from './openapi.ts';
import { valuesFor, windows, type Truth } from './places.ts';
import type { Recorder } from './recorder.ts';
import { coveringInputs } from './values.ts';

/** One system of the running sandbox. */
export interface Driven extends Subject {
  session: Session;
  recorder: Recorder;
  truth: Truth;
  now: number;
  /** Whether the sandbox simulates the operation at all. */
  simulates(operation: Operation): boolean;
  control(path: string, body: unknown): Promise<void>;
}

export type Input = Record<string, unknown>;

export interface Driving {
  name: string;
  action: Action;
  operation: Operation;
}

/** The actions that the sandbox simulates, reads first, and the names of the others. */
export function partActions(driven: Driven): { driven: Driving[]; missing: string[] } {
  const order: Record<Action['effect'], number> = { read: 0, write: 1, destroy: 2 };
  const found: Driving[] = [];
  const missing: string[] = [];
  for (const { name, action } of listActions(driven.connector)) {
    const operation = operationOf(driven, action);
    // What the document does not have was said when its requests were checked.
    if (!operation) continue;
    if (driven.simulates(operation)) found.push({ name, action, operation });
    else missing.push(name);
  }
  return { driven: found.toSorted((a, b) => order[a.action.effect] - order[b.action.effect]), missing };
}

/** Runs one action against the sandbox in every way that its inputs allow, with ids that exist. */
export async function driveAction(driven: Driven, driving: Driving, findings: Findings): Promise<void> {
  const { action, name, operation } = driving;
  driven.recorder.by = name;
  for (const input of await realInputs(driven, driving)) await attempt(driven, driving, input, findings);
  if (action.effect === 'read' && action.pages) await walk(driven, driving, findings);
  if (driven.recorder.succeeded(operation)) return;
  findings.add({
    check: 'coverage',
    operation: `${driven.connector.id} ${operation.name}`,
    member: '2xx',
    expected: 'at least one answer of success',
    got: brief(driven.recorder.last?.text),
    by: name,
  });
}

/** Every shape of the input with a real id in it, and the plain one with every id there is. */
async function realInputs(driven: Driven, { action, operation }: Driving): Promise<Input[]> {
  const { inputs } = coveringInputs(action);
  const [plain, ...shapes] = await Promise.all(
    inputs.map((input) => withIds(driven, operation, input, 'real')),
  );
  const pages = action.pages?.kind === 'token' ? action.pages.param : '';
  const all: Input[] = [];
  for (const [field] of Object.entries(plain ?? {})) {
    const values = (await valuesFor(driven.connector.id, operation, field, driven.truth, 'real')) ?? [];
    const few = action.effect === 'read' ? values : values.slice(0, 2);
    all.push(...few.map((value) => ({ ...plain, [field]: value })));
  }
  const spans = windows(driven.now);
  const dated = [plain ?? {}, ...all, ...shapes].flatMap((input, i) => {
    const { [pages]: _, ...rest } = input;
    if (!('from' in rest)) return [rest];
    return (i === 0 ? spans : spans.slice(0, 1)).map((span) => ({ ...rest, ...span }));
  });
  const texts = new Set<string>();
  return dated.filter((input) => {
    const text = JSON.stringify(input);
    return texts.has(text) ? false : texts.add(text);
  });
}

/** Puts ids into an input, wherever a field that names something stands. */
export async function withIds(
  driven: Driven,
  operation: Operation,
  value: unknown,
  kind: 'real' | 'unknown',
): Promise<Input> {
  const out: Input = {};
  for (const [field, member] of Object.entries(asRecord(value))) {
    const found = await valuesFor(driven.connector.id, operation, field, driven.truth, kind);
    if (found && found.length > 0) out[field] = found[0];
    else if (Array.isArray(member)) {
      out[field] = await Promise.all(
        member.map((item) =>
          typeof item === 'object' ? withIds(driven, operation, item, kind) : (item as unknown),
        ),
      );
    } else if (typeof member === 'object' && member !== null) {
      out[field] = await withIds(driven, operation, member, kind);
    } else out[field] = member;
  }
  return out;
}

/** The first pages of a list, in small pages, so that there is a second one; of a few ids. */
async function walk(driven: Driven, driving: Driving, findings: Findings): Promise<void> {
  const { action } = driving;
  const size = action.pages && 'size' in action.pages ? action.pages.size?.param : undefined;
  for (const input of await listInputs(driven, driving)) {
    let count = 0;
    try {
      const pages = driven.session.pages(action, {
        ...input,
        ...(size ? { [size]: 2 } : {}),
      });
      for await (const { refused } of pages) {
        for (const { reason } of refused) refusedRow(driven, driving, reason, findings);
        if (++count === 3) break;
      }
    } catch (error) {
      note(driven, driving, error, findings);
    }
  }
}

export async function listInputs(driven: Driven, { action, operation }: Driving): Promise<Input[]> {
  const plain = await withIds(driven, operation, action.example, 'real');
  const [span] = windows(driven.now);
  const base = 'from' in plain ? { ...plain, ...span } : plain;
  for (const field of Object.keys(base)) {
    const values = await valuesFor(driven.connector.id, operation, field, driven.truth, 'real');
    if (values) return values.slice(0, 6).map((value) => ({ ...base, [field]: value }));
  }
  return [base];
}

/** One call. Refusals are answers too and were checked on the wire; only what we could not read is a finding. */
export async function attempt(
  driven: Driven,
  driving: Driving,
  input: Input,
  findings: Findings,
): Promise<void> {
  try {
    await driven.session.call(driving.action, input);
  } catch (error) {
    note(driven, driving, error, findings);
  }
}

function note(driven: Driven, { name, operation }: Driving, error: unknown, findings: Findings): void {
  if (!(error instanceof ConnectorError)) throw error;
  if (error.kind !== 'contract' || error.status !== undefined) return;
  findings.add({
    check: 'output',
    operation: `${driven.connector.id} ${operation.name}`,
    member: 'output',
    expected: `the output of ${name} to take the answer`,
    got: error.message,
    by: name,
  });
}

function refusedRow(driven: Driven, { name, operation }: Driving, reason: string, findings: Findings): void {
  findings.add({
    check: 'output',
    operation: `${driven.connector.id} ${operation.name}`,
    member: 'row',
    expected: `the rows of ${name} to fit its output`,
    got: reason,
    by: name,
  });
}
