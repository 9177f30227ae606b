import type { Definition } from './definition.ts';
import { editAt, keysOf, outerFirst, type EditSpec, type OperationEdits, type Overlay } from './overlay.ts';
import { nameOf, pointerOf, removeAt, same, setAt, stable, valueAt } from './pointer.ts';

/** A change that somebody asks for. */
export interface EditRequest {
  /** Full name of an action; without it, the pointer leads into the definition itself. */
  action?: string | undefined;
  pointer: string;
  /** Undefined takes away what stands there. */
  value?: unknown;
  by?: 'person' | 'answers';
}

/**
 * The overlay with one more edit. An edit that says what the document says anyhow goes out of the overlay.
 * @returns the overlay, or the sentence that says why it cannot be
 */
export function withEdit(base: Definition, overlay: Overlay, request: EditRequest): Overlay | string {
  const { action, value, by = 'person' } = request;
  if (action === undefined) {
    if (/^\/actions(?:\/|$)/.test(request.pointer)) return 'name the action, and give a pointer into it';
    if (request.pointer === '/id')
      return 'the id of a connector stays: connections and flows know it by that';
    const edits = withEditAt(base, overlay.definition, { ...request, value, by });
    return typeof edits === 'string' ? edits : { ...overlay, definition: edits };
  }
  const own = overlay.added[action];
  if (own) {
    const next = structuredClone(own);
    const reason = editAt(next, request.pointer, { value, by });
    if (reason !== undefined) return reason;
    return { ...overlay, added: { ...overlay.added, [action]: next } };
  }
  const key = keyOfAction(base, overlay, action);
  if (key === undefined) return `there is no action '${action}'`;
  const operation = keysOf(base).get(key)?.operation;
  const before = overlay.operations[key] ?? { edits: {} };
  const edits = withEditAt(operation, before.edits, { ...request, value, by });
  if (typeof edits === 'string') return edits;
  return withOperation(overlay, key, { ...before, edits });
}

/** The overlay in which an operation is called otherwise, or is hidden or shown. */
export function withName(base: Definition, overlay: Overlay, action: string, name: string): Overlay | string {
  const own = overlay.added[action];
  if (own) {
    const { [action]: _, ...rest } = overlay.added;
    return { ...overlay, added: { ...rest, [name]: own } };
  }
  const key = keyOfAction(base, overlay, action);
  if (key === undefined) return `there is no action '${action}'`;
  const before = overlay.operations[key] ?? { edits: {} };
  const { name: _, ...rest } = before;
  return withOperation(overlay, key, keysOf(base).get(key)?.name === name ? rest : { ...before, name });
}

export function withHidden(
  base: Definition,
  overlay: Overlay,
  action: string,
  hide: boolean,
): Overlay | string {
  if (overlay.added[action]) {
    if (!hide) return overlay;
    // Nothing else holds it: hidden, it would be gone without a trace.
    return `${action} was added by hand: remove it in place of hiding it`;
  }
  const key = keyOfAction(base, overlay, action);
  if (key === undefined) return `there is no action '${action}'`;
  const { hide: _, ...rest } = overlay.operations[key] ?? { edits: {} };
  return withOperation(overlay, key, hide ? { ...rest, hide } : rest);
}

/** The key of the operation that is called so, by the document or by an edit. */
export function keyOfAction(base: Definition, overlay: Overlay, action: string): string | undefined {
  let byDocument: string | undefined;
  for (const [key, { name }] of keysOf(base)) {
    const called = overlay.operations[key]?.name;
    if (called === action) return key;
    if (name === action && called === undefined) byDocument = key;
  }
  return byDocument;
}

function withOperation(overlay: Overlay, key: string, edits: OperationEdits): Overlay {
  const { [key]: _, ...others } = overlay.operations;
  const empty = !edits.hide && edits.name === undefined && Object.keys(edits.edits).length === 0;
  return { ...overlay, operations: empty ? others : { ...others, [key]: edits } };
}

function withEditAt(
  part: unknown,
  edits: Readonly<Record<string, EditSpec>>,
  { pointer: given, value, by = 'person' }: EditRequest,
): Record<string, EditSpec> | string {
  const current = structuredClone(part);
  for (const [at, edit] of Object.entries(edits).toSorted(outerFirst)) editAt(current, at, edit);
  const pointer = placeOf(current, given, value);
  if (pointer !== given && given.endsWith('/-') && nameOf(value) === undefined) {
    const list = valueAt(current, pointer);
    return withEditAt(part, edits, { pointer, value: [...(list as unknown[]), value], by });
  }
  const was = valueAt(part, pointer);
  const reason =
    value === undefined ? removeAt(current, pointer) : setAt(current, pointer, structuredClone(value));
  if (reason !== undefined) return reason;
  // An edit further in has been said again, or taken back, by this one.
  // But what was learnt from answers does not undo what a person said of a part of it.
  const undone = (at: string, edit: EditSpec): boolean =>
    at === pointer || (at.startsWith(`${pointer}/`) && (by === 'person' || edit.by === 'answers'));
  const rest = Object.entries(edits).filter(([at, edit]) => !undone(at, edit));
  // Set within something that an edit brought: the edit of the whole says it.
  const around = rest.find(
    ([at, edit]) => edit.by === by && pointer.startsWith(`${at}/`) && typeof edit.value === 'object',
  );
  if (around) {
    const [at, edit] = around;
    const whole = { ...edit, value: structuredClone(edit.value), by };
    editAt(whole.value, pointer.slice(at.length), { value, by });
    return Object.fromEntries([...rest.filter(([one]) => one !== at), [at, whole]]);
  }
  if (same(was, value)) return Object.fromEntries(rest);
  const edit: EditSpec = {
    by,
    ...(value === undefined ? {} : { value }),
    ...(was === undefined ? {} : { was }),
  };
  return Object.fromEntries([...rest, [pointer, edit]]);
}

/** Where an edit is kept: what is appended stands under its name, or in the list as a whole when it has none. */
function placeOf(current: unknown, given: string, value: unknown): string {
  if (!given.endsWith('/-')) return stable(current, given);
  const list = stable(current, given.slice(0, -2));
  if (!Array.isArray(valueAt(current, list))) return given;
  const name = nameOf(value);
  return name === undefined ? list : list + pointerOf([name]);
}
