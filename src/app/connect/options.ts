import type { Action } from '../../core/action.ts';
import { findAction } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import {
  dependenciesOf,
  fillInput,
  labelOf,
  type Choice,
  type DynamicLink,
  type ValueLink,
} from '../../core/value-link.ts';
import type { CallOptions, Session } from '../../http/session.ts';
import { valueAt } from '../../openapi/pointer.ts';
import type { OptionList, OptionsRequest } from './types.ts';

/** How long a list is believed, in milliseconds. */
const FRESH_MS = 60_000;
/** Options of one list that are read at most, and pages. */
const MOST_OPTIONS = 2000;
const MOST_PAGES = 50;
/** Lists that are kept at the same time. */
const MOST_LISTS = 200;

interface Listed {
  options: Choice[];
  /** All that there are. */
  whole: boolean;
  /** When its reading began: what came later may be missing. */
  readAt: number;
}

const UNCHECKED: CallOptions = { unchecked: true, maxWaitMs: 20_000 };

/** The values that inputs may have, asked of the actions that list them and kept for a short time. */
export class Options {
  readonly #now: () => number;
  readonly #lists = new Map<string, Promise<Listed>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * The values of one input, page by page.
   * @throws ConnectorError of kind `input` when the input has no list, or the list depends on what is not chosen yet
   */
  async list(session: Session, action: Action, input: string, request: OptionsRequest): Promise<OptionList> {
    const { pointer, link } = linkOf(session, action, input);
    const { search = '', offset = 0, limit = 100, given = {} } = request;
    if ('choices' in link) return fixedList(link, request);
    needDependencies(session, action, pointer, link, given);
    const asked = link.search === undefined ? '' : search;
    // What is searched here is searched in everything there is.
    const need = search !== '' && link.search === undefined ? MOST_OPTIONS : offset + limit + 1;
    const { options } = await this.#read(session, link, given, asked, need);
    return slice(options, asked === '' ? search : '', offset, limit, link.open);
  }

  /**
   * Whether the values that are about to be sent are among those that may be. A list that cannot be read keeps nobody
   * from the call.
   * @throws ConnectorError of kind `input` with the values that may be sent
   */
  async check(session: Session, action: Action, input: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [pointer, link] of Object.entries(action.links ?? {})) {
      if (link.open) continue;
      const values = valuesAt(input, pointer);
      if (values.length === 0) continue;
      const strange = await this.#strange(session, link, input, values);
      if (strange) throw unlisted(session, action, pointer, link, strange);
    }
  }

  async #strange(
    session: Session,
    link: ValueLink,
    input: Readonly<Record<string, unknown>>,
    values: readonly unknown[],
  ): Promise<{ value: unknown; options: readonly Choice[] } | undefined> {
    if ('choices' in link) return missingIn(choicesOf(link), values);
    const began = this.#now();
    try {
      const known = await this.#read(session, link, input, '', MOST_OPTIONS);
      if (!known.whole || !missingIn(known.options, values)) return undefined;
      // It may have come into being since the list was read, were it only a moment ago: in a burst of events it did.
      const fresh = await this.#read(session, link, input, '', MOST_OPTIONS, began);
      return fresh.whole ? missingIn(fresh.options, values) : undefined;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return undefined;
    }
  }

  async #read(
    session: Session,
    link: DynamicLink,
    given: Readonly<Record<string, unknown>>,
    search: string,
    need: number,
    since = this.#now() - FRESH_MS,
  ): Promise<Listed> {
    const key = keyOf(session, link, given, search);
    const known = await this.#lists.get(key)?.catch(() => undefined);
    if (known && known.readAt >= since && (known.whole || known.options.length >= need)) return known;
    const reading = this.#fetch(session, link, given, search, need);
    this.#lists.set(key, reading);
    if (this.#lists.size > MOST_LISTS) this.#lists.delete(this.#lists.keys().next().value ?? '');
    return reading;
  }

  async #fetch(
    session: Session,
    link: DynamicLink,
    given: Readonly<Record<string, unknown>>,
    search: string,
    need: number,
  ): Promise<Listed> {
    const action = findAction(session.connector, link.action);
    if (!action) {
      throw new ConnectorError(`the values are listed by ${link.action}, which there is not`, {
        kind: 'config',
        connector: session.connector.id,
        hint: 'Link the input again: trunkline connectors link --help',
      });
    }
    const input = fillInput(link, given);
    if (link.search !== undefined && search !== '') input[link.search] = search;
    const found = new Map<string, Choice>();
    const most = Math.min(need, MOST_OPTIONS);
    const readAt = this.#now();
    let pages = 0;
    let whole = true;
    for await (const items of itemsOf(session, action, link, input)) {
      for (const item of items) {
        const value = valueAt(item, link.value);
        if (value === undefined || value === null) continue;
        const id = JSON.stringify(value) ?? '';
        if (!found.has(id)) found.set(id, { value, label: labelOf(link.label, item, value) });
      }
      if (found.size >= most || ++pages >= MOST_PAGES) {
        whole = false;
        break;
      }
    }
    return { options: [...found.values()].slice(0, MOST_OPTIONS), whole, readAt };
  }
}

/** The items of a list, by pages where it has such. */
async function* itemsOf(
  session: Session,
  action: Action,
  link: DynamicLink,
  input: Readonly<Record<string, unknown>>,
): AsyncGenerator<readonly unknown[]> {
  const own = action.pages && `/${action.pages.items.split('.').filter(Boolean).join('/')}`;
  if (own !== undefined && (link.items === undefined || link.items === own)) {
    for await (const { rows } of session.pages(action, input, UNCHECKED)) yield rows;
    return;
  }
  const answer: unknown = await session.call(action, input, UNCHECKED);
  const list =
    link.items === undefined ? onlyList(answer) : link.items === '/' ? answer : valueAt(answer, link.items);
  if (Array.isArray(list)) {
    yield list;
    return;
  }
  throw new ConnectorError(`${link.action} answers without a list${link.items ? ` at ${link.items}` : ''}`, {
    kind: 'contract',
    connector: session.connector.id,
    action: link.action,
    hint: 'Give the place of the list as items of the link.',
  });
}

/** The answer when it is a list, else the one list that is in it. */
function onlyList(answer: unknown): unknown {
  if (Array.isArray(answer) || typeof answer !== 'object' || answer === null) return answer;
  const lists = Object.values(answer).filter((one) => Array.isArray(one));
  return lists.length === 1 ? lists[0] : undefined;
}

function keyOf(
  session: Session,
  link: DynamicLink,
  given: Readonly<Record<string, unknown>>,
  search: string,
): string {
  const { connector, connection } = session;
  const depends = dependenciesOf(link).map((name) => given[name]);
  return JSON.stringify([connector.id, connection.name, link, depends, search]);
}

function linkOf(session: Session, action: Action, input: string): { pointer: string; link: ValueLink } {
  const pointer = pointerTo(input);
  const link = action.links?.[pointer];
  if (link) return { pointer, link };
  const known = Object.keys(action.links ?? {});
  throw new ConnectorError(`${session.nameOf(action)} has no list of values for ${pointer}`, {
    kind: 'input',
    connector: session.connector.id,
    action: session.nameOf(action),
    hint:
      known.length > 0
        ? `It has lists for ${known.join(', ')}.`
        : `Make one: trunkline connectors link ${session.connector.id} ${session.nameOf(action)} ${pointer} --help`,
  });
}

function needDependencies(
  session: Session,
  action: Action,
  pointer: string,
  link: DynamicLink,
  given: Readonly<Record<string, unknown>>,
): void {
  const missing = dependenciesOf(link).filter((name) => given[name] === undefined);
  if (missing.length === 0) return;
  throw new ConnectorError(`the values of ${pointer} depend on ${missing.join(', ')}`, {
    kind: 'input',
    connector: session.connector.id,
    action: session.nameOf(action),
    fields: missing.map((field) => ({ field, message: 'is needed for the list' })),
    hint: `Choose first, then ask again: ${missing.map((name) => `--given ${name}=…`).join(' ')}`,
  });
}

function choicesOf({ choices }: Extract<ValueLink, { choices: unknown }>): Choice[] {
  return choices.map(({ value, label }) => ({ value, label: label ?? labelOf(undefined, undefined, value) }));
}

/** The values of a list that stands in the definition: nobody needs to be asked for them. */
export function fixedList(
  link: Extract<ValueLink, { choices: unknown }>,
  { search = '', offset = 0, limit = 100 }: OptionsRequest,
): OptionList {
  return slice(choicesOf(link), search, offset, limit, link.open);
}

/** JSON pointer of an input that may be given by its name. */
export function pointerTo(input: string): string {
  return input.startsWith('/') ? input : `/${input.replaceAll('.', '/')}`;
}

function slice(
  all: readonly Choice[],
  search: string,
  offset: number,
  limit: number,
  open: boolean,
): OptionList {
  const wanted = search.trim().toLowerCase();
  const found =
    wanted === ''
      ? all
      : all.filter(({ label, value }) => `${label} ${String(value)}`.toLowerCase().includes(wanted));
  const next = offset + limit < found.length ? offset + limit : undefined;
  return { options: found.slice(offset, offset + limit), next, open };
}

/** The values at a pointer; `*` is every item of a list. A list of values is checked one by one. */
function valuesAt(input: Readonly<Record<string, unknown>>, pointer: string): unknown[] {
  let here: unknown[] = [input];
  for (const part of pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    here = here.flatMap((one) =>
      part === '*' && Array.isArray(one)
        ? (one as unknown[])
        : [
            valueAt(one, `/${part}`) ??
              (name in Object(one) ? (one as Record<string, unknown>)[name] : undefined),
          ],
    );
  }
  return here
    .flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : [one]))
    .filter((one) => one !== undefined && one !== null);
}

function missingIn(
  options: readonly Choice[],
  values: readonly unknown[],
): { value: unknown; options: readonly Choice[] } | undefined {
  // A number and its text are one value: which of them an API wants is for its schema to say.
  const known = new Set(options.map(({ value }) => idOf(value)));
  const value = values.find((one) => !known.has(idOf(one)));
  return value === undefined ? undefined : { value, options };
}

function idOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function unlisted(
  session: Session,
  action: Action,
  pointer: string,
  link: ValueLink,
  { value, options }: { value: unknown; options: readonly Choice[] },
): ConnectorError {
  const some = options
    .slice(0, 8)
    .map((one) => (String(one.value) === one.label ? one.label : `${String(one.value)} (${one.label})`));
  const more = options.length > 8 ? `, … (${options.length} in all)` : '';
  const from = 'choices' in link ? 'the list of this input' : link.action;
  const message = `must be one of ${some.join(', ') || 'none'}${more}`;
  return new ConnectorError(
    `${session.nameOf(action)}: ${pointer} is ${JSON.stringify(value)}, which ${from} does not give; it ${message}`,
    {
      kind: 'input',
      connector: session.connector.id,
      action: session.nameOf(action),
      fields: [{ field: pointer.slice(1).replaceAll('/', '.'), message }],
      hint: `See trunkline connectors options ${session.connector.id} ${session.nameOf(action)} ${pointer}. Nothing was sent.`,
    },
  );
}
