import type { Action } from '../../core/action.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Callable } from '../../flows/calling.ts';
import type { Session } from '../../http/session.ts';

/** Reads a list to its end, as one answer: the first page's, with the items of all. See `Callable.callAll`. */
export async function wholeList(
  session: Session,
  action: Action,
  input: Readonly<Record<string, unknown>>,
  { maxWaitMs, most, signal }: Parameters<Callable['callAll']>[1],
): Promise<unknown> {
  let first: unknown;
  const all: unknown[] = [];
  for await (const { output, items } of session.answers(action, input, { maxWaitMs })) {
    signal.throwIfAborted();
    first ??= output;
    for (const item of items) all.push(item);
    if (all.length > most) throw tooMany(session.nameOf(action), most);
  }
  return withItems(first, action.pages?.items ?? '', all);
}

function tooMany(name: string, most: number): ConnectorError {
  return new ConnectorError(`the list of ${name} has more than ${most} items`, {
    kind: 'input',
    action: name,
    hint: 'Ask for fewer by its inputs, such as a shorter span of time; or read it with trunkline extract.',
  });
}

/** A copy of an answer with another list at the dotted path. */
function withItems(answer: unknown, path: string, items: readonly unknown[]): unknown {
  if (path === '') return items;
  const [key = '', ...rest] = path.split('.');
  const members = answer as Readonly<Record<string, unknown>>;
  return { ...members, [key]: withItems(members[key], rest.join('.'), items) };
}
