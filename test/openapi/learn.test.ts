import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftOf } from '../../src/openapi/drift.ts';
import { inferSchema } from '../../src/openapi/infer.ts';
import { learn } from '../../src/openapi/learn.ts';

test('a member is required only when every sample has it', () => {
  assert.deepEqual(inferSchema([{ id: 1, name: 'a' }, { id: 2 }]), {
    type: 'object',
    properties: { id: { type: 'integer' }, name: { type: 'string' } },
    required: ['id'],
  });
});

test('lists say what is in them: mixed, null, and nothing at all', () => {
  assert.deepEqual(inferSchema([[1, 2.5]]), { type: 'array', items: { type: 'number' } });
  assert.deepEqual(inferSchema([[1, 'a', null]]), {
    type: 'array',
    items: { type: ['integer', 'null', 'string'] },
  });
  assert.deepEqual(inferSchema([[]]), { type: 'array' });
  assert.deepEqual(inferSchema([[[], [{ a: 1 }]]]), {
    type: 'array',
    items: {
      type: 'array',
      items: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] },
    },
  });
});

test('formats are those that all texts have', () => {
  const format = (...texts: string[]) => (inferSchema(texts) as { format?: string }).format;
  assert.equal(format('2026-11-21T10:00:00Z', '2026-11-21T10:00:00.5+02:00'), 'date-time');
  assert.equal(format('2026-11-21'), 'date');
  assert.equal(format('ada@example.com'), 'email');
  assert.equal(format('https://example.com/x'), 'uri');
  assert.equal(format('3f2b8a54-6c1d-4e0f-9a7b-1c2d3e4f5a6b'), 'uuid');
  assert.equal(format('ada@example.com', 'nobody'), undefined);
  assert.equal(format('1'), undefined, 'a number in a text is a text');
});

test('objects whose members are named by ids are maps', () => {
  const map = inferSchema([{ '1001': { a: 1 }, '1002': { a: 2 }, '1003': { b: 'x' } }]);
  assert.deepEqual(map, {
    type: 'object',
    additionalProperties: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } } },
  });
  assert.ok(
    'properties' in (inferSchema([{ line1: 'a', line2: 'b', city: 'c' }]) as object),
    'an address is no map',
  );
});

test('what was seen widens what is known: members, types, values', () => {
  const known = {
    type: 'object',
    required: ['id', 'state'],
    properties: { id: { type: 'string', format: 'uuid' }, state: { enum: ['open'] }, n: { type: 'integer' } },
  };
  assert.deepEqual(
    learn(
      known,
      [
        { id: 'x1', n: null, vat: 0.2 },
        { id: 'x2', state: 'paid', n: 1 },
      ],
      undefined,
    ),
    {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string' },
        state: { enum: ['open', 'paid'] },
        n: { type: ['integer', 'null'] },
        vat: { type: 'number' },
      },
    },
  );
});

test('whatever fitted before fits afterwards, and so does every sample', () => {
  const known = {
    type: 'object',
    properties: { a: { type: 'array', items: { type: 'string' } }, b: { enum: [1] } },
    required: ['a'],
  };
  const before = [{ a: ['x'] }, { a: [], b: 1 }];
  const seen = [{ a: [1] }, { b: 'two' }, { a: null, c: { d: [{ e: true }] } }];
  const learnt = learn(known, seen, undefined);
  for (const value of [...before, ...seen])
    assert.deepEqual(driftOf(value, learnt, undefined), [], JSON.stringify(value));
});

test('learning the same twice changes nothing', () => {
  const samples = [{ id: 1, tags: ['a'], owner: { id: 'u', at: '2026-11-21T10:00:00Z' } }];
  const once = learn({}, samples, undefined);
  assert.deepEqual(learn(once, samples, undefined), once);
});

test('what a person says may be anything stays so', () => {
  const known = { type: 'object', properties: { meta: {}, raw: {} } };
  const learnt = learn(known, [{ meta: { a: 1 }, raw: 5 }], undefined, ['/properties/meta']);
  assert.deepEqual(learnt, { type: 'object', properties: { meta: {}, raw: { type: 'integer' } } });
  assert.deepEqual(learn({}, [{ a: 1 }], undefined, ['']), {});
});

test('a reference stays one as long as answers fit it', () => {
  const defs = { Order: { type: 'object', properties: { id: { type: 'string' } } } };
  const ref = { $ref: '#/$defs/Order' };
  assert.deepEqual(learn(ref, [{ id: 'a' }], defs), ref);
  assert.deepEqual(learn(ref, [{ id: 1 }], defs), {
    type: 'object',
    properties: { id: { type: ['string', 'integer'] } },
  });
  const list = { type: 'array', items: ref };
  assert.deepEqual(learn(list, [[{ id: 'a' }]], defs), list);
});

test('what fits no alternative becomes one more', () => {
  const known = { oneOf: [{ type: 'string' }, { type: 'integer' }] };
  assert.deepEqual(learn(known, ['a', 1], undefined), known);
  assert.deepEqual(learn(known, ['a', true], undefined), { anyOf: [known, { type: 'boolean' }] });
});

test('drift names places once, however many rows there are', () => {
  const schema = {
    type: 'array',
    items: {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'integer' }, state: { enum: ['open'] } },
    },
  };
  const answer = Array.from({ length: 100 }, () => ({ id: 'x', state: 'gone', vat: 1 }));
  assert.deepEqual(
    driftOf([...answer, {}], schema, undefined).map(({ at, kind }) => `${at} ${kind}`),
    ['/*/id type', '/*/state value', '/*/vat unknown', '/*/id missing'],
  );
  assert.deepEqual(driftOf([{ id: 1, state: 'open' }], schema, undefined), []);
});

test('an answer nested a thousand deep ends', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 1000; i++) deep = { next: deep };
  const defs = { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } };
  assert.ok(inferSchema([deep]));
  assert.deepEqual(driftOf(deep, { $ref: '#/$defs/Node' }, defs), []);
  assert.ok(learn({ $ref: '#/$defs/Node' }, [deep], defs));
});
