import { z } from 'zod';
import { ConnectorDocument, Operation, type Definition, type OperationSpec } from './definition.ts';
import { removeAt, same, setAt, valueAt } from './pointer.ts';

/** Who made an edit: a person, or what was learnt from real answers. */
const By = z.enum(['person', 'answers']);

const Edit = z.strictObject({
  /** What stands there now; without it, what stood there is taken away. */
  value: z.unknown().optional(),
  /** What the document said there when the edit was made: another word since then is shown. */
  was: z.unknown().optional(),
  by: By.default('person'),
});

const Edits = z.record(z.string(), Edit);

const OperationEdits = z.strictObject({
  /** The operation is left out of the connector. */
  hide: z.boolean().optional(),
  /** Another name, such as `orders.find`. */
  name: z.string().optional(),
  edits: Edits.default({}),
});

/**
 * What people changed in an imported definition, apart from it: a new import replaces the definition and keeps this.
 * Edits of operations stand under method and path, such as `GET /orders/{}`, and a JSON pointer.
 */
export const Overlay = z.strictObject({
  /** Edits of what is not an operation, by JSON pointer. */
  definition: Edits.default({}),
  operations: z.record(z.string(), OperationEdits).default({}),
  /** Operations that people added by hand, by name. */
  added: z.record(z.string(), Operation).default({}),
});

export type Overlay = z.output<typeof Overlay>;
export type OperationEdits = z.output<typeof OperationEdits>;
export type EditSpec = z.output<typeof Edit>;

export const NO_EDITS: Overlay = Object.freeze({ definition: {}, operations: {}, added: {} });

/** An edit that could not be made, or that the document has spoken against since. It is kept all the same. */
export interface OverlayFault {
  /** `lost`: what it edits is gone. `refused`: the definition would be wrong. `overtaken`: the document changed there too. */
  kind: 'lost' | 'refused' | 'overtaken';
  /** Method and path; undefined for an edit of the definition itself. */
  operation?: string;
  pointer: string;
  message: string;
}

export interface Applied {
  definition: Definition;
  faults: OverlayFault[];
}

/** Name of an action with its operation. */
export interface NamedOperation {
  name: string;
  operation: OperationSpec;
}

/** All operations of a definition by their full names, in its order. */
export function operationsOf(definition: Pick<Definition, 'actions'>): NamedOperation[] {
  return Object.entries(definition.actions).flatMap(([area, operations]) =>
    Object.entries(operations).map(([name, operation]) => ({ name: `${area}.${name}`, operation })),
  );
}

/** What an operation is known by over all imports: method and path, whatever its parameters are called. */
export function keyOf({ method, path }: Pick<OperationSpec, 'method' | 'path'>): string {
  return `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
}

/** The keys of all operations; of several that share method and path, each also has its name in it. */
export function keysOf(definition: Pick<Definition, 'actions'>): Map<string, NamedOperation> {
  const all = operationsOf(definition);
  const times = new Map<string, number>();
  for (const { operation } of all) {
    const key = keyOf(operation);
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return new Map(
    all.map((one) => {
      const key = keyOf(one.operation);
      return [times.get(key) === 1 ? key : `${key}#${one.name}`, one];
    }),
  );
}

/**
 * Puts the edits over a definition. Pure: the definition given stays as it is.
 * @returns the definition with all edits that fit, and a fault for each of the others
 */
export function applyOverlay(base: Definition, overlay: Overlay): Applied {
  const faults: OverlayFault[] = [];
  const actions: Record<string, Record<string, OperationSpec>> = {};
  const put = (name: string, operation: OperationSpec): void => {
    const dot = name.indexOf('.');
    (actions[name.slice(0, dot)] ??= {})[name.slice(dot + 1)] = operation;
  };
  const taken = new Set<string>();
  const keys = keysOf(base);
  for (const [key, { name, operation }] of keys) {
    const edits = overlay.operations[key];
    if (edits?.hide) continue;
    const called = nameFor(key, name, edits, taken, faults);
    taken.add(called);
    put(called, edits ? editOperation(key, operation, edits, faults) : operation);
  }
  for (const [key, { hide, name, edits }] of Object.entries(overlay.operations)) {
    if (keys.has(key)) continue;
    const lost = (pointer: string, what: string): number =>
      faults.push({
        kind: 'lost',
        operation: key,
        pointer,
        message: `the document has no ${key} any more: ${what}`,
      });
    for (const pointer of Object.keys(edits)) lost(pointer, `the edit at ${pointer} waits`);
    if (name !== undefined) lost('', `the name ${name} waits`);
    if (hide && Object.keys(edits).length === 0 && name === undefined) lost('', 'hiding it is not needed');
  }
  for (const [name, operation] of Object.entries(overlay.added)) {
    const twin = keys.get(keyOf(operation));
    if (twin && !overlay.operations[keyOf(operation)]?.hide) {
      faults.push({
        kind: 'overtaken',
        operation: keyOf(operation),
        pointer: '',
        message: `the document has ${keyOf(operation)} now, as ${twin.name}; ${name}, which was added by hand, stays beside it`,
      });
    }
    if (taken.has(name)) {
      faults.push({
        kind: 'overtaken',
        operation: keyOf(operation),
        pointer: '',
        message: `the document now calls another operation ${name}; the one that was added by hand stands in its place`,
      });
    }
    put(name, operation);
  }
  const definition = editDefinition(base, actions, overlay, faults);
  return { definition, faults };
}

function nameFor(
  key: string,
  name: string,
  edits: OperationEdits | undefined,
  taken: ReadonlySet<string>,
  faults: OverlayFault[],
): string {
  let called = edits?.name ?? name;
  if (!taken.has(called)) return called;
  const wanted = called;
  for (let n = 2; taken.has(called); n++) called = `${wanted}_${n}`;
  const message = `the name ${wanted} is taken by another operation: it is called ${called}`;
  faults.push({ kind: 'refused', operation: key, pointer: '', message });
  return called;
}

function editOperation(
  key: string,
  base: OperationSpec,
  { edits }: OperationEdits,
  faults: OverlayFault[],
): OperationSpec {
  return editPart(checkOperation, base, edits, (fault) => faults.push({ ...fault, operation: key }));
}

/** The definition but for its operations, with the operations given. */
function editDefinition(
  base: Definition,
  actions: Definition['actions'],
  overlay: Overlay,
  faults: OverlayFault[],
): Definition {
  const { actions: _, ...rest } = base;
  const bare: Definition = { ...rest, actions: {} };
  const edited = editPart(checkDefinition, bare, overlay.definition, (fault) => faults.push(fault));
  return { ...edited, actions };
}

/** A part that is as it must be, or the first thing that is wrong with it. */
type Checked<T> = { part: T } | { wrong: string };

function checkDefinition(value: unknown): Checked<Definition> {
  const { success, data, error } = ConnectorDocument.safeParse(value);
  return success ? { part: data } : { wrong: sentenceOf(error, 0) };
}

/** By itself, an operation does not say everything that must be true of it: its inputs need names of their own. */
function checkOperation(value: unknown): Checked<OperationSpec> {
  const around = { id: 'a', title: 'a', servers: { api: 'https://a.invalid' } };
  const { success, data, error } = ConnectorDocument.safeParse({ ...around, actions: { a: { a: value } } });
  return success ? { part: data.actions['a']?.['a'] as OperationSpec } : { wrong: sentenceOf(error, 3) };
}

function sentenceOf({ issues: [issue] }: z.ZodError, outer: number): string {
  const where = issue?.path.slice(outer).join('.') ?? '';
  return `${where === '' ? '' : `${where}: `}${issue?.message ?? 'it is wrong'}`;
}

/** Makes those edits after which the part is still what its schema says. */
function editPart<T>(
  check: (value: unknown) => Checked<T>,
  base: T,
  edits: Readonly<Record<string, EditSpec>>,
  onFault: (fault: Omit<OverlayFault, 'operation'>) => void,
): T {
  const entries = Object.entries(edits).toSorted(outerFirst);
  if (entries.length === 0) return base;
  const made = structuredClone(base);
  const reasons = new Map<string, string | undefined>();
  for (const [pointer, edit] of entries) reasons.set(pointer, editAt(made, pointer, edit));
  for (const [pointer, { value, was }] of entries) {
    const reason = reasons.get(pointer);
    if (reason !== undefined) {
      onFault({ kind: 'lost', pointer, message: `the edit at ${pointer} no longer fits: ${reason}` });
    }
    const now = valueAt(base, pointer);
    if (reason === undefined && !same(now, was) && !same(now, value)) {
      const message = `the document changed ${pointer} from ${short(was)} to ${short(now)}; your edit ${short(value)} stands`;
      onFault({ kind: 'overtaken', pointer, message });
    }
  }
  const checked = check(made);
  return 'part' in checked ? checked.part : oneByOne(check, base, entries, onFault);
}

/** Some edit makes the part wrong: finds out which, and leaves it out. */
function oneByOne<T>(
  check: (value: unknown) => Checked<T>,
  base: T,
  entries: readonly [string, EditSpec][],
  onFault: (fault: Omit<OverlayFault, 'operation'>) => void,
): T {
  let good = base;
  for (const [pointer, edit] of entries) {
    const next = structuredClone(good);
    if (editAt(next, pointer, edit) !== undefined) continue;
    const checked = check(next);
    if ('part' in checked) good = checked.part;
    else
      onFault({
        kind: 'refused',
        pointer,
        message: `the edit at ${pointer} would make it wrong: ${checked.wrong}`,
      });
  }
  return good;
}

/** Makes one edit, in place; gives why it cannot be made. */
export function editAt(root: unknown, pointer: string, { value }: EditSpec): string | undefined {
  if (value !== undefined) return setAt(root, pointer, structuredClone(value));
  const reason = removeAt(root, pointer);
  // What an edit takes away may be gone by itself: then there is nothing to be said.
  return valueAt(root, pointer) === undefined ? undefined : reason;
}

/** Edits of something go before edits of what is in it. */
export function outerFirst([a]: [string, EditSpec], [b]: [string, EditSpec]): number {
  return a.split('/').length - b.split('/').length;
}

function short(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
