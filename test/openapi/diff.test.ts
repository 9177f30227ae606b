import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition } from '../../src/openapi/definition.ts';
import { diffDefinitions } from '../../src/openapi/diff.ts';
import { changed, shopDefinition } from './connect-definitions.ts';

/** `!` breaks, `·` does not. */
function told(change: (copy: Definition) => void): string[] {
  const base = shopDefinition();
  return diffDefinitions(base, changed(base, change)).changes.map(
    ({ breaking, action, message }) => `${breaking ? '!' : '·'} ${action ?? ''} ${message}`,
  );
}

const operation = (copy: Definition, name: string) => {
  const found = copy.actions['orders']?.[name];
  assert.ok(found);
  return found;
};

test('the same definition differs in nothing', () => {
  assert.deepEqual(
    told(() => undefined),
    [],
  );
});

test('operations that come, go and move are told, with what breaks', () => {
  assert.deepEqual(
    told(({ actions }) => void delete actions['orders']?.['get']),
    ['! orders.get Get an order is gone'],
  );
  assert.deepEqual(
    told(({ actions }) =>
      Object.assign(actions['orders'] ?? {}, { count: { title: 'Count', method: 'GET', path: '/count' } }),
    ),
    ['· orders.count Count'],
  );
  assert.deepEqual(
    told((copy) => void (operation(copy, 'list').path = '/v2/orders')),
    ['! orders.list moved from GET /orders to GET /v2/orders'],
  );
  assert.deepEqual(
    told(({ actions }) => {
      const { get, ...rest } = actions['orders'] ?? {};
      actions['orders'] = { ...rest, ...(get ? { fetch: get } : {}) };
    }),
    ['! orders.fetch is called orders.fetch now, was orders.get'],
  );
});

test('what is demanded of inputs breaks, what is allowed does not', () => {
  const add = (more: object) => (copy: Definition) =>
    operation(copy, 'list').parameters.push({
      name: 'shop',
      in: 'query',
      required: false,
      schema: {},
      ...more,
    });
  assert.deepEqual(told(add({})), ['· orders.list the input shop is new']);
  assert.deepEqual(told(add({ required: true })), ['! orders.list the input shop is new and required']);
  assert.deepEqual(told(add({ required: true, value: 'eu' })), ['· orders.list the input shop is new']);
  assert.deepEqual(
    told((copy) => void operation(copy, 'list').parameters.pop()),
    ['! orders.list the input limit is gone'],
  );
});

test('narrower values of inputs break, wider ones do not; of answers it is the other way round', () => {
  const states = (values: string[]) => (copy: Definition) => {
    const [state] = operation(copy, 'list').parameters;
    if (state) state.schema = { type: 'string', enum: values };
  };
  assert.deepEqual(told(states(['open'])), ['! orders.list input state: "paid" is no longer taken']);
  assert.deepEqual(told(states(['open', 'paid', 'void'])), [
    '· orders.list input state: "void" is taken, too',
  ]);
  const body = (schema: object) => (copy: Definition) => {
    const content = operation(copy, 'create').body?.contents[0];
    if (content) content.schema = { ...(content.schema as object), ...schema };
  };
  assert.deepEqual(told(body({ required: ['project', 'note'] })), [
    '! orders.create body/note: note is required now',
  ]);
  assert.deepEqual(told(body({ properties: { project: { type: 'integer' }, note: { type: 'string' } } })), [
    '! orders.create body/project: type was string, is integer: values that were taken no longer are',
  ]);
  const shape =
    (schema: object) =>
    ({ $defs }: Definition) =>
      Object.assign($defs?.['Order'] as object, schema);
  assert.deepEqual(
    told(
      shape({ properties: { id: { type: ['string', 'null'] }, state: {}, total: { type: 'number' } } }),
    ).filter((line) => line.includes('get')),
    [
      '! orders.get answer /id: type was string, is string or null: the answer may be what nobody expects',
      '! orders.get answer /state: type was string, is anything: the answer may be what nobody expects',
      '! orders.get answer /state: any value may come now, not only "open", "paid"',
    ],
  );
  assert.deepEqual(
    told(shape({ required: [] })).filter((line) => line.includes('get')),
    ['! orders.get answer /id: id may be missing now'],
  );
});

test('members that leave the answer break, members that come do not', () => {
  const members =
    (properties: object) =>
    ({ $defs }: Definition) =>
      Object.assign($defs?.['Order'] as object, { properties });
  const { id, state, total } = {
    id: { type: 'string' },
    state: { type: 'string', enum: ['open', 'paid'] },
    total: { type: 'number' },
  };
  assert.deepEqual(
    told(members({ id, state })).filter((line) => line.includes('get')),
    ['! orders.get answer /total: total is no longer in the answer'],
  );
  assert.deepEqual(
    told(members({ id, state, total, vat: {} })).filter((line) => line.includes('get')),
    ['· orders.get answer /vat: vat is new'],
  );
});

test('another way to sign in, and another address, break', () => {
  assert.deepEqual(
    told((copy) => void (copy.auth = { kind: 'bearer', credential: 'token' })),
    ['!  signing in changed: was api-key, is bearer'],
  );
  assert.match(
    told((copy) => void (copy.servers['api'] = 'https://eu.example.com'))[0] ?? '',
    /^! {2}the address api was/,
  );
});

test('schemas that contain themselves are compared to the end', () => {
  const node = { type: 'object', properties: { id: { type: 'string' }, next: { $ref: '#/$defs/Order' } } };
  const base = shopDefinition({ $defs: { Order: node } });
  const after = changed(base, ({ $defs }) =>
    Object.assign($defs ?? {}, {
      Order: { ...node, properties: { ...node.properties, id: { type: 'integer' } } },
    }),
  );
  const { changes } = diffDefinitions(base, after);
  assert.ok(changes.some(({ action, pointer }) => action === 'orders.get' && pointer === '/output/id'));
  assert.ok(changes.length < 10);
});
