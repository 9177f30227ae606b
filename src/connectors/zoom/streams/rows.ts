/** Makes rows where those of an answer are not rows yet: no id, no list, or more in them than may be kept. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../core/stream.ts';

/**
 * A text that tells rows without an id apart: the same whenever these members are the same, so that a log that is read
 * twice stays one log. 128 bits as 22 characters; a member that is missing counts as an empty one. Pure.
 */
export function fingerprint(row: JsonObject, members: readonly string[]): string {
  const values = members.map((member) => row[member] ?? '');
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22);
}

/** A row with its fingerprint as one more member. For the `rows` of a stream. */
export function withFingerprint(name: string, members: readonly string[]) {
  return (row: JsonObject): readonly JsonObject[] => [{ ...row, [name]: fingerprint(row, members) }];
}

/**
 * The rows of a list, each with members that the answer has beside it, such as the currency of all amounts. An answer
 * without the list stays as it is: it lacks the key of a row and is kept in quarantine, where it is seen. Pure.
 */
export function listed(
  answer: JsonObject,
  list: string,
  beside: readonly string[] = [],
): readonly JsonObject[] {
  const rows = answer[list];
  if (!Array.isArray(rows)) return [answer];
  const shared = Object.fromEntries(beside.map((member) => [member, answer[member]]));
  return (rows as JsonObject[]).map((row) => ({ ...shared, ...row }));
}

/** A row for each text of a list. Pure. */
export function texts(answer: JsonObject, list: string, member: string): readonly JsonObject[] {
  const values = answer[list];
  return Array.isArray(values) ? values.map((value: unknown) => ({ [member]: value })) : [];
}

/** The same value without members of these names, however deep they lie. Pure. */
export function without(names: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => without(names, one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !names.includes(name))
      .map(([name, member]) => [name, without(names, member)]),
  );
}
