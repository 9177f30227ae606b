import { createHash } from 'node:crypto';
import { ConnectorError } from '../core/errors.ts';

/**
 * Characters of one result. Clients cut or refuse what is larger (the best known refuses 25,000 tokens), and a model
 * reads a small piece better. 24,000 characters are about 6,000 to 8,000 tokens.
 */
export const MOST_CHARACTERS = 24_000;

/** Where a list goes on. */
export interface Place {
  /** Items that were shown of the page, or of the whole answer. */
  offset: number;
  /** Inputs that ask the other system for the page. */
  page?: Record<string, unknown>;
}

/** A place as text. It is bound to its question: used with another, it would answer nonsense. */
export function cursorTo(question: unknown, place: Place): string {
  return Buffer.from(JSON.stringify([markOf(question), place.offset, place.page ?? null])).toString(
    'base64url',
  );
}

/** @throws ConnectorError of kind `input` for a text that is no cursor, or one of another question */
export function placeOf(question: unknown, cursor: string | undefined): Place {
  if (cursor === undefined || cursor === '') return { offset: 0 };
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parts = undefined;
  }
  const [mark, offset, page] = (Array.isArray(parts) ? parts : []) as [unknown, unknown, unknown];
  if (
    mark === markOf(question) &&
    typeof offset === 'number' &&
    Number.isSafeInteger(offset) &&
    offset >= 0
  ) {
    const inputs = typeof page === 'object' && page !== null ? (page as Record<string, unknown>) : undefined;
    return { offset, ...(inputs ? { page: inputs } : {}) };
  }
  throw new ConnectorError('this cursor does not belong to this question', {
    kind: 'input',
    hint: 'Repeat the call that gave it with the same arguments and its next_cursor, or leave the cursor out.',
    fields: [{ field: 'cursor', message: 'belongs to another question' }],
  });
}

/** As many items from the front as fit, at least one. */
export function fitting<T>(items: readonly T[], most = MOST_CHARACTERS): T[] {
  let used = 0;
  const chosen: T[] = [];
  for (const item of items) {
    used += sizeOf(item) + 1;
    if (used > most && chosen.length > 0) break;
    chosen.push(item);
  }
  return chosen;
}

/**
 * A value of bounded size. What is left out is named where it stood, with the path by which it can be asked for.
 * @param path of the value in the whole answer
 */
export function shortened(value: unknown, path = '', most = MOST_CHARACTERS): unknown {
  if (sizeOf(value) <= most) return value;
  if (typeof value === 'string') {
    return `${value.slice(0, Math.floor(most / 2))}… [${value.length} characters; the rest with select "${path}" and a cursor]`;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const small: [string, unknown][] = [];
  // The largest members are the ones to go: a summary of the many small ones says more.
  const order = entries
    .map(([key, member]) => ({ key, size: sizeOf(member) }))
    .toSorted((a, b) => a.size - b.size);
  const kept = new Set<string>();
  let used = 0;
  for (const { key, size } of order) {
    used += size + key.length + 4;
    if (used > most * 0.8) break;
    kept.add(key);
  }
  for (const [key, member] of entries.slice(0, 500)) {
    const where = path === '' ? key : `${path}.${key}`;
    small.push([
      key,
      kept.has(key) ? member : `[left out: ${sizeOf(member)} characters; ask with select "${where}"]`,
    ]);
  }
  if (Array.isArray(value)) return fitting(value as unknown[], most);
  return Object.fromEntries(small);
}

/** Length as JSON. */
export function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}

function markOf(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 12);
}
