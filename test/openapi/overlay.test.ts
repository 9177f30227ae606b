import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition } from '../../src/openapi/definition.ts';
import { withEdit, withHidden, withName, type EditRequest } from '../../src/openapi/overlay-edit.ts';
import { applyOverlay, NO_EDITS, operationsOf, type Overlay } from '../../src/openapi/overlay.ts';
import { changed, shopDefinition } from './connect-definitions.ts';

function edit(base: Definition, overlay: Overlay, request: EditRequest): Overlay {
  const made = withEdit(base, overlay, request);
  assert.equal(typeof made, 'object', JSON.stringify(made));
  return made as Overlay;
}

function names(definition: Definition): string[] {
  return operationsOf(definition).map(({ name }) => name);
}

test('an edit lies over the document and leaves it as it is', () => {
  const base = shopDefinition();
  const overlay = edit(base, NO_EDITS, { action: 'orders.list', pointer: '/title', value: 'All orders' });
  const { definition, faults } = applyOverlay(base, overlay);
  assert.equal(definition.actions['orders']?.['list']?.title, 'All orders');
  assert.equal(base.actions['orders']?.['list']?.title, 'List orders');
  assert.deepEqual(faults, []);
});

test('edits find their parameter when a new document has others before it', () => {
  const base = shopDefinition();
  const overlay = edit(base, NO_EDITS, { action: 'orders.list', pointer: '/parameters/1/value', value: 20 });
  assert.deepEqual(Object.keys(overlay.operations['GET /orders']?.edits ?? {}), [
    '/parameters/query:limit/value',
  ]);
  const next = changed(base, ({ actions }) => {
    actions['orders']?.['list']?.parameters.unshift({
      name: 'shop',
      in: 'query',
      required: false,
      schema: {},
    });
  });
  const parameters = applyOverlay(next, overlay).definition.actions['orders']?.['list']?.parameters;
  assert.deepEqual(
    parameters?.map(({ name, value }) => [name, value]),
    [
      ['shop', undefined],
      ['state', undefined],
      ['limit', 20],
    ],
  );
});

test('an edit follows its operation when the path parameter is called otherwise', () => {
  const base = shopDefinition();
  const overlay = edit(base, NO_EDITS, { action: 'orders.get', pointer: '/title', value: 'One order' });
  const next = changed(base, ({ actions }) => {
    const get = actions['orders']?.['get'];
    if (get)
      Object.assign(get, {
        path: '/orders/{orderId}',
        parameters: [{ name: 'orderId', in: 'path', required: true, schema: {} }],
      });
  });
  const { definition, faults } = applyOverlay(next, overlay);
  assert.equal(definition.actions['orders']?.['get']?.title, 'One order');
  assert.deepEqual(faults, []);
});

test('an edit whose operation is gone is told and kept, and fits again when it comes back', () => {
  const base = shopDefinition();
  const overlay = edit(base, NO_EDITS, { action: 'orders.get', pointer: '/title', value: 'One order' });
  const without = changed(base, ({ actions }) => void delete actions['orders']?.['get']);
  const { faults } = applyOverlay(without, overlay);
  assert.deepEqual(
    faults.map(({ kind, operation, pointer }) => [kind, operation, pointer]),
    [['lost', 'GET /orders/{}', '/title']],
  );
  assert.equal(applyOverlay(base, overlay).definition.actions['orders']?.['get']?.title, 'One order');
});

test('where document and person changed the same place, the person stands and both are told', () => {
  const base = shopDefinition();
  const overlay = edit(base, NO_EDITS, { action: 'orders.list', pointer: '/title', value: 'All orders' });
  const next = changed(base, ({ actions }) => {
    const list = actions['orders']?.['list'];
    if (list) list.title = 'Search orders';
  });
  const { definition, faults } = applyOverlay(next, overlay);
  assert.equal(definition.actions['orders']?.['list']?.title, 'All orders');
  assert.equal(faults[0]?.kind, 'overtaken');
  assert.match(faults[0]?.message ?? '', /"List orders" to "Search orders".*"All orders" stands/);
});

test('an edit that would make the definition wrong is refused, and the others stand', () => {
  const base = shopDefinition();
  let overlay = edit(base, NO_EDITS, { action: 'orders.list', pointer: '/method', value: 'FETCH' });
  overlay = edit(base, overlay, { action: 'orders.list', pointer: '/title', value: 'All orders' });
  const { definition, faults } = applyOverlay(base, overlay);
  assert.equal(definition.actions['orders']?.['list']?.method, 'GET');
  assert.equal(definition.actions['orders']?.['list']?.title, 'All orders');
  assert.deepEqual(
    faults.map(({ kind, pointer }) => [kind, pointer]),
    [['refused', '/method']],
  );
});

test('operations are hidden, shown and renamed, by the name that they have at the time', () => {
  const base = shopDefinition();
  let overlay = withHidden(base, NO_EDITS, 'orders.create', true) as Overlay;
  overlay = withName(base, overlay, 'orders.get', 'orders.find') as Overlay;
  assert.deepEqual(names(applyOverlay(base, overlay).definition), [
    'orders.list',
    'orders.find',
    'projects.list',
  ]);
  overlay = edit(base, overlay, { action: 'orders.find', pointer: '/title', value: 'Find' });
  assert.equal(withName(base, overlay, 'orders.get', 'orders.x'), "there is no action 'orders.get'");
  overlay = withHidden(base, overlay, 'orders.create', false) as Overlay;
  overlay = withName(base, overlay, 'orders.find', 'orders.get') as Overlay;
  assert.deepEqual(names(applyOverlay(base, overlay).definition), names(base));
  assert.deepEqual(
    Object.keys(overlay.operations),
    ['GET /orders/{}'],
    'what is taken back leaves nothing behind',
  );
});

test('an operation that was added by hand stays over every import, and a twin in the document is told', () => {
  const base = shopDefinition();
  const own = { ...operationsOf(base)[1]?.operation, method: 'DELETE', title: 'Delete an order' };
  const overlay: Overlay = { ...NO_EDITS, added: { 'orders.remove': own as never } };
  assert.ok(names(applyOverlay(base, overlay).definition).includes('orders.remove'));
  const next = changed(base, ({ actions }) =>
    Object.assign(actions['orders'] ?? {}, { erase: structuredClone(own) }),
  );
  const { definition, faults } = applyOverlay(next, overlay);
  assert.ok(names(definition).includes('orders.remove') && names(definition).includes('orders.erase'));
  assert.match(faults[0]?.message ?? '', /has DELETE \/orders\/\{\} now, as orders\.erase/);
});

test('saying what the document says takes an edit back', () => {
  const base = shopDefinition();
  let overlay = edit(base, NO_EDITS, { action: 'orders.list', pointer: '/title', value: 'All orders' });
  overlay = edit(base, overlay, { action: 'orders.list', pointer: '/title', value: 'List orders' });
  assert.deepEqual(overlay, NO_EDITS);
});

test('parameters are appended under their names and taken away again', () => {
  const base = shopDefinition();
  const value = { name: 'shop', in: 'query', schema: { type: 'string' } };
  let overlay = edit(base, NO_EDITS, { action: 'orders.list', pointer: '/parameters/-', value });
  overlay = edit(base, overlay, {
    action: 'orders.list',
    pointer: '/parameters/query:shop/value',
    value: 'eu',
  });
  const list = (): string[] =>
    applyOverlay(base, overlay).definition.actions['orders']?.['list']?.parameters.map(
      ({ name, value: sent }) => `${name}=${String(sent)}`,
    ) ?? [];
  assert.deepEqual(list(), ['state=undefined', 'limit=undefined', 'shop=eu']);
  overlay = edit(base, overlay, { action: 'orders.list', pointer: '/parameters/query:state' });
  assert.deepEqual(list(), ['limit=undefined', 'shop=eu']);
  assert.match(
    JSON.stringify(withEdit(base, overlay, { action: 'orders.list', pointer: '/parameters/query:state' })),
    /there is no/,
  );
});

test('no pointer reaches the prototype of objects', () => {
  const base = shopDefinition();
  assert.match(
    JSON.stringify(withEdit(base, NO_EDITS, { pointer: '/__proto__/polluted', value: true })),
    /no place/,
  );
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('hostile operations: a thousand edits of a large definition take no time', () => {
  const many = Object.fromEntries(
    Array.from({ length: 2000 }, (_, i) => [
      `op${i}`,
      { title: `Op ${i}`, method: 'GET' as const, path: `/op/${i}` },
    ]),
  );
  const base = shopDefinition({ actions: { many } });
  const operations = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [
      `GET /op/${i}`,
      { edits: { '/title': { value: `Edited ${i}`, was: `Op ${i}`, by: 'person' as const } } },
    ]),
  );
  const started = performance.now();
  const { definition, faults } = applyOverlay(base, { ...NO_EDITS, operations });
  assert.equal(definition.actions['many']?.['op999']?.title, 'Edited 999');
  assert.deepEqual(faults, []);
  assert.ok(performance.now() - started < 3000);
});
