import { following, type App } from '../app/index.ts';
import { at, type Action } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import { cursorTo, fitting, placeOf, shortened, sizeOf, MOST_CHARACTERS } from './pieces.ts';

/** What is asked of an action, and which part of its answer. */
export interface Asked {
  input?: Record<string, unknown> | undefined;
  /** Dotted path of one part of the answer. */
  select?: string | undefined;
  cursor?: string | undefined;
}

/** A piece of an answer. */
export interface Piece extends Record<string, unknown> {
  result: unknown;
  next_cursor?: string;
  note?: string;
}

/** Runs an action once and gives as much of its answer as fits, with the cursor to the rest. */
export async function runAction(
  app: App,
  connection: string,
  name: string,
  action: Action,
  asked: Asked,
): Promise<Piece> {
  const { input = {}, select } = asked;
  const question = [connection, name, input, select ?? null];
  const place = placeOf(question, asked.cursor);
  const session = await app.session(connection);
  const given = { ...input, ...place.page };
  const answer = await session.ask(action, given);
  const { output } = answer;
  const { pages } = action;
  const items: unknown = pages && at(output, pages.items);
  if (pages && Array.isArray(items) && select === undefined) {
    const rest = withoutMember(output, pages.items);
    const chosen = fitting(
      items.slice(place.offset),
      MOST_CHARACTERS - Math.min(sizeOf(rest), MOST_CHARACTERS / 2),
    );
    const shown = place.offset + chosen.length;
    const after = following(action, given, answer, items.length);
    const next =
      shown < items.length
        ? cursorTo(question, { offset: shown, ...(place.page ? { page: place.page } : {}) })
        : after && cursorTo(question, { offset: 0, page: changed(given, after) });
    const lines = chosen.map((item) => shortened(item, pages.items, MOST_CHARACTERS));
    return {
      result:
        pages.items === ''
          ? lines
          : { ...(shortened(rest, '', MOST_CHARACTERS / 2) as object), [pages.items]: lines },
      ...(next ? { next_cursor: next, note: 'There is more: repeat the call with next_cursor.' } : {}),
    };
  }
  return part(
    question,
    select === undefined ? output : pick(output, select, name),
    select ?? '',
    place.offset,
  );
}

/** A part of an answer that is no list of the other system: long lists and texts are cut where they are full. */
function part(question: unknown, value: unknown, path: string, offset: number): Piece {
  const rest = Array.isArray(value) || typeof value === 'string' ? value.slice(offset) : value;
  if (sizeOf(rest) <= MOST_CHARACTERS) return { result: rest ?? null };
  if (Array.isArray(rest)) {
    const chosen = fitting(rest as unknown[]);
    return {
      result: chosen.map((item) => shortened(item, path)),
      next_cursor: cursorTo(question, { offset: offset + chosen.length }),
    };
  }
  if (typeof rest === 'string') {
    const chosen = rest.slice(0, MOST_CHARACTERS / 2);
    return { result: chosen, next_cursor: cursorTo(question, { offset: offset + chosen.length }) };
  }
  return {
    result: shortened(rest, path),
    note: 'Too large to be shown whole: ask for the parts with select.',
  };
}

function pick(output: unknown, select: string, name: string): unknown {
  const value = at(output, select);
  if (value !== undefined) return value;
  const known = typeof output === 'object' && output !== null ? Object.keys(output) : [];
  throw new ConnectorError(`the answer of ${name} has no '${select}'`, {
    kind: 'input',
    hint: known.length > 0 ? `It has: ${known.slice(0, 40).join(', ')}.` : 'Leave select out.',
    fields: [{ field: 'select', message: 'is not in the answer' }],
  });
}

function withoutMember(output: unknown, path: string): Record<string, unknown> {
  if (path === '') return {};
  const [key = ''] = path.split('.');
  const { [key]: _, ...rest } = (output ?? {}) as Record<string, unknown>;
  return rest;
}

/** The inputs of the next page that differ from those of this one. */
function changed(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
}
