import type { z } from 'zod';
import { ConnectorError } from '../../core/errors.ts';
import { describe, fieldErrors } from '../../core/schema.ts';
import { Operation, type Definition } from '../../openapi/definition.ts';
import { diffDefinitions, type DefinitionDiff } from '../../openapi/diff.ts';
import { refuseSecrets } from '../../openapi/export-openapi.ts';
import { parseDefinition } from '../../openapi/from-json.ts';
import { withEdit, withHidden, withName } from '../../openapi/overlay-edit.ts';
import { applyOverlay, NO_EDITS, operationsOf, type Overlay } from '../../openapi/overlay.ts';
import type { VersionKind } from '../../store/connectors.ts';
import { draftOf, type Draft } from './draft.ts';
import type { ConnectHouse } from './house.ts';
import { checkLinks } from './link-check.ts';
import { ordersOf } from './field-orders.ts';
import { operationOf } from './new-operation.ts';
import type { AddOrder, Changed, EditOrder, VersionView } from './types.ts';

/** Name of an action: an area and a name, such as `orders.find`. */
const ACTION_NAME = /^[A-Za-z][\w-]*\.[A-Za-z_][\w-]*$/;

/** Makes a new version by edits; all of them, or none. */
export async function editConnector(
  house: ConnectHouse,
  id: string,
  orders: readonly EditOrder[],
  note?: string,
): Promise<Changed> {
  const draft = await draftOf(house.table, id);
  let { overlay } = draft;
  for (const order of orders) {
    for (const one of ordersOf(draft.base, overlay, order)) overlay = edited(draft, overlay, one);
  }
  return saveOverlay(house, draft, overlay, 'edit', note ?? orders.map(words).join(', '));
}

function edited(draft: Draft, overlay: Overlay, order: EditOrder): Overlay {
  const { base } = draft;
  const made = ((): Overlay | string => {
    switch (order.do) {
      case 'fields':
        return overlay;
      case 'set':
        return withEdit(base, overlay, { action: order.action, pointer: order.pointer, value: order.value });
      case 'unset':
        return withEdit(base, overlay, { action: order.action, pointer: order.pointer });
      case 'hide':
      case 'show':
        return withHidden(base, overlay, order.action, order.do === 'hide');
      case 'remove': {
        if (!overlay.added[order.action]) return `${order.action} comes from the document: hide it`;
        const { [order.action]: _, ...added } = overlay.added;
        return { ...overlay, added };
      }
      case 'rename':
        if (!ACTION_NAME.test(order.name))
          return `'${order.name}' is no name of an action: expected an area and a name, such as orders.find`;
        if (operationsOf(applyOverlay(base, overlay).definition).some(({ name }) => name === order.name)) {
          return `there is an action ${order.name} already`;
        }
        return withName(base, overlay, order.action, order.name);
    }
  })();
  if (typeof made !== 'string') return made;
  const near = order.action === undefined ? [] : operationsOf(draft.definition).map(({ name }) => name);
  throw new ConnectorError(made, {
    kind: 'input',
    hint:
      near.length > 0 && made.startsWith('there is no action')
        ? `See trunkline actions ${draft.row.id}`
        : 'See docs/connect.md for the places that can be edited.',
  });
}

function words(order: EditOrder): string {
  const of = order.action === undefined ? '' : `${order.action} `;
  if (order.do === 'fields') return `${of}${Object.keys(order.fields).join(', ')}`;
  if (order.do === 'rename') return `${of}renamed to ${order.name}`;
  if (order.do === 'set' || order.do === 'unset') return `${of}${order.pointer} ${order.do}`;
  return `${of}${{ hide: 'hidden', show: 'shown', remove: 'removed' }[order.do]}`;
}

/**
 * Keeps an overlay as the next version.
 * @throws ConnectorError of kind `input` when an edit would make the definition wrong, or brings a secret into it
 */
export async function saveOverlay(
  house: ConnectHouse,
  draft: Draft,
  overlay: Overlay,
  kind: VersionKind,
  note: string,
): Promise<Changed> {
  const { base, version, row } = draft;
  const { definition, faults } = applyOverlay(base, overlay);
  const fresh = faults.filter(
    (one) =>
      one.kind === 'refused' &&
      !draft.faults.some((old) => old.operation === one.operation && old.pointer === one.pointer),
  );
  if (fresh.length > 0) {
    throw new ConnectorError(fresh.map(({ message }) => message).join('; '), {
      kind: 'input',
      fields: fresh.map(({ operation, pointer, message }) => ({
        field: `${operation ?? ''}${pointer}`,
        message,
      })),
      hint: 'Nothing was changed. docs/connect.md says what stands where.',
    });
  }
  refuseSecrets(definition);
  checkLinks(definition, draft.definition);
  const diff = diffDefinitions(draft.definition, definition);
  const same = JSON.stringify(overlay) === JSON.stringify(draft.overlay);
  if (same) return { id: row.id, version, changed: false, diff, faults };
  const made = await house.table.save({
    id: row.id,
    base,
    overlay,
    kind,
    note: note.slice(0, 500),
    after: version,
  });
  house.changed();
  return { id: row.id, version: made, changed: true, diff, faults };
}

/** Adds an operation by hand; the connector is made when there is none. */
export async function addOperation(house: ConnectHouse, id: string, order: AddOrder): Promise<Changed> {
  const existing = await house.table.get(id);
  const made = operationOf(order);
  const name = order.action ?? made.name;
  if (!ACTION_NAME.test(name)) {
    throw new ConnectorError(`'${name}' is no name of an action`, {
      kind: 'input',
      hint: 'It has an area and a name, such as orders.find.',
    });
  }
  if (!existing) return createByHand(house, id, order, name, made);
  const draft = await draftOf(house.table, id);
  if (operationsOf(draft.definition).some((one) => one.name === name) || draft.overlay.added[name]) {
    throw new ConnectorError(`${id} has an action ${name} already`, {
      kind: 'input',
      hint: `Change it: trunkline connectors edit ${id} ${name} --set /title=…`,
    });
  }
  const server = order.server ?? made.server;
  const placed = placeOn(draft.definition, made.operation, server);
  const overlay = { ...draft.overlay, added: { ...draft.overlay.added, [name]: placed } };
  const saved = await saveOverlay(house, draft, overlay, 'add', `${name} added`);
  return { ...saved, notes: made.notes };
}

/** On one of the connector's addresses; another one is refused, as it would get the connection's credentials. */
function placeOn(
  definition: Definition,
  operation: z.output<typeof Operation>,
  server: string | undefined,
): z.output<typeof Operation> {
  if (server === undefined) return operation;
  for (const [name, one] of Object.entries(definition.servers)) {
    const url = (typeof one === 'string' ? one : one.url).replace(/\/$/, '');
    // The address may be longer than that of the connector: the rest belongs to the path.
    if (server.replace(/\/$/, '') === url) return name === 'api' ? operation : { ...operation, server: name };
    if (url.startsWith(`${server.replace(/\/$/, '')}/`)) {
      const prefix = url.slice(server.replace(/\/$/, '').length);
      if (operation.path.startsWith(`${prefix}/`))
        return {
          ...operation,
          path: operation.path.slice(prefix.length),
          ...(name === 'api' ? {} : { server: name }),
        };
    }
  }
  throw new ConnectorError(`${server} is none of the addresses of ${definition.id}`, {
    kind: 'input',
    hint: `Add it first: trunkline connectors edit ${definition.id} --set /servers/other=${server}`,
  });
}

async function createByHand(
  house: ConnectHouse,
  id: string,
  order: AddOrder,
  name: string,
  made: ReturnType<typeof operationOf>,
): Promise<Changed> {
  const server = order.server ?? made.server;
  if (house.taken(id))
    throw new ConnectorError(`'${id}' is the id of a built-in connector`, {
      kind: 'input',
      hint: 'Choose another id.',
    });
  if (server === undefined) {
    throw new ConnectorError(`there is no connector '${id}' yet, and no address to make it with`, {
      kind: 'input',
      hint: 'Give its address: --server https://api.example.com',
    });
  }
  const auth = order.auth ?? made.auth;
  const base = parseDefinition({
    id,
    title: order.title ?? id,
    servers: { api: server },
    ...(auth === undefined ? {} : { auth }),
    actions: {},
  });
  const overlay: Overlay = { ...NO_EDITS, added: { [name]: made.operation } };
  const { definition, faults } = applyOverlay(base, overlay);
  refuseSecrets(definition);
  checkLinks(definition, undefined);
  const source = { kind: 'hand', name: 'by hand', hash: '', bytes: 0 } as const;
  const version = await house.table.save({
    id,
    base,
    overlay,
    kind: 'add',
    note: `${name} added`,
    source,
    after: 0,
  });
  house.changed();
  return { id, version, changed: true, diff: diffDefinitions(base, definition), faults, notes: made.notes };
}

/** Sets the list of values that an input may have; `null` takes it away. */
export async function linkInput(
  house: ConnectHouse,
  id: string,
  action: string,
  input: string,
  link: unknown,
): Promise<Changed> {
  const pointer = input.startsWith('/') ? input : `/${input.replaceAll('.', '/')}`;
  const at = `/links/${pointer.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const draft = await draftOf(house.table, id);
  const parsed = link === null ? undefined : readLink(link);
  const overlay = withEdit(draft.base, draft.overlay, {
    action,
    pointer: at,
    ...(parsed === undefined ? {} : { value: parsed }),
  });
  if (typeof overlay === 'string')
    throw new ConnectorError(overlay, { kind: 'input', hint: `See trunkline actions ${id}` });
  return saveOverlay(
    house,
    draft,
    overlay,
    'link',
    `${action} ${pointer} ${link === null ? 'no longer linked' : 'linked'}`,
  );
}

function readLink(link: unknown): unknown {
  const { success, data, error } = Operation.shape.links.unwrap().safeParse({ '/x': link });
  if (success) return data['/x'];
  const fields = fieldErrors(error).map(({ field, message }) => ({
    field: field.replace(/^\/x\.?/, '') || 'link',
    message,
  }));
  throw new ConnectorError(`this is no link: ${describe(fields)}`, {
    kind: 'input',
    fields,
    hint: 'A link is {"action", "value", "label"} or {"choices": [{"value", "label"}]}; see docs/connect.md.',
  });
}

export async function listVersions(house: ConnectHouse, id: string): Promise<VersionView[]> {
  const { row } = await draftOf(house.table, id);
  return (await house.table.versions(id)).map(({ createdAt, ...line }) => ({
    ...line,
    createdAt: new Date(createdAt).toISOString(),
    newest: line.version === row.version,
    published: line.version === row.published,
  }));
}

export async function diffVersions(
  house: ConnectHouse,
  id: string,
  from: number,
  to: number | undefined,
): Promise<DefinitionDiff> {
  const [before, after] = [await draftOf(house.table, id, from), await draftOf(house.table, id, to)];
  return diffDefinitions(before.definition, after.definition);
}

/** Makes the newest version what an older one was; those between stay on record. */
export async function rollback(house: ConnectHouse, id: string, version: number): Promise<Changed> {
  const now = await draftOf(house.table, id);
  const then = await draftOf(house.table, id, version);
  const diff = diffDefinitions(now.definition, then.definition);
  if (version === now.version) return { id, version, changed: false, diff, faults: then.faults };
  const { base, overlay } = then;
  const made = await house.table.save({
    id,
    base,
    overlay,
    kind: 'rollback',
    note: `back to version ${version}`,
    after: now.version,
  });
  house.changed();
  return { id, version: made, changed: true, diff, faults: then.faults };
}
