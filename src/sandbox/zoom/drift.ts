/**
 * Answers that depart from the documents: members that nobody announced, other types, members that are gone.
 *
 * A real API does this without notice. What is changed is the finished answer, so it can be done to any operation.
 */
import { isRecord } from '../record.ts';
import type { SandboxAnswer } from '../types.ts';

/** What happens to the rows of one operation. */
export interface Drift {
  /** Exact name, or a beginning and `*`. */
  operation: string;
  /** The list whose rows these are; the answer itself when left out. */
  rows: string | undefined;
  /** Every so many rows, counted within an answer; 1 is all of them. */
  every: number;
  /** New members, or others in place of those that are there. */
  set: Readonly<Record<string, unknown>>;
  /** Numbers that come as texts. */
  text: readonly string[];
  /** Anything that comes as an object with the member `value`: null, a text or a list. */
  object: readonly string[];
  /** Anything that comes as null. */
  null: readonly string[];
  /** Members that are missing. */
  remove: readonly string[];
}

const LISTS = ['text', 'object', 'null', 'remove'] as const;
const KNOWN = new Set<string>(['operation', 'rows', 'every', 'set', ...LISTS]);

/** The answer as it drifted. */
export function drifted(answer: SandboxAnswer, operation: string, drifts: readonly Drift[]): SandboxAnswer {
  let { json } = answer;
  if (answer.status !== 200 || !isRecord(json)) return answer;
  for (const drift of drifts) {
    if (!isRecord(json) || !fits(drift.operation, operation)) continue;
    if (drift.rows === undefined) json = changed(json, drift);
    else {
      const rows: unknown = json[drift.rows];
      if (!Array.isArray(rows)) continue;
      const other = rows.map((row: unknown, i) =>
        isRecord(row) && (i + 1) % drift.every === 0 ? changed(row, drift) : row,
      );
      json = { ...json, [drift.rows]: other };
    }
  }
  return { ...answer, json };
}

function fits(wanted: string, operation: string): boolean {
  return wanted.endsWith('*') ? operation.startsWith(wanted.slice(0, -1)) : wanted === operation;
}

function changed(row: Readonly<Record<string, unknown>>, drift: Drift): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...row };
  for (const name of drift.text) if (name in copy) copy[name] = String(copy[name]);
  for (const name of drift.object) if (name in copy) copy[name] = { value: copy[name] };
  for (const name of drift.null) if (name in copy) copy[name] = null;
  for (const name of drift.remove) delete copy[name];
  return Object.assign(copy, drift.set);
}

/** The drifts of a control request, or what is wrong with them. */
export function readDrift(value: unknown): Drift[] | string {
  if (!Array.isArray(value)) return 'drift must be an array';
  const drifts: Drift[] = [];
  for (const [i, one] of value.entries()) {
    const drift = readOne(one);
    if (typeof drift === 'string') return `drift[${i}]: ${drift}`;
    drifts.push(drift);
  }
  return drifts;
}

function readOne(value: unknown): Drift | string {
  if (!isRecord(value)) return 'must be an object';
  const unknown = Object.keys(value).filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) return `unknown: ${unknown.join(', ')}; there are ${[...KNOWN].join(', ')}`;
  const { operation, rows, every = 1, set = {} } = value;
  if (typeof operation !== 'string') return 'operation must be a string';
  if (rows !== undefined && typeof rows !== 'string') return 'rows must be a string';
  if (typeof every !== 'number' || !Number.isInteger(every) || every < 1) {
    return 'every must be a whole number of 1 or more';
  }
  if (!isRecord(set)) return 'set must be an object';
  const drift = { operation, rows, every, set, text: [], object: [], null: [], remove: [] };
  const lists: Partial<Record<(typeof LISTS)[number], readonly string[]>> = {};
  for (const name of LISTS) {
    const names = value[name] ?? [];
    if (!Array.isArray(names) || !names.every((one) => typeof one === 'string')) {
      return `${name} must be an array of strings`;
    }
    lists[name] = names;
  }
  return { ...drift, ...lists };
}
