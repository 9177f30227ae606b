import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { carriedSchema, jsonInput, jsonOutput } from '../../src/core/json-schema.ts';
import { rawIntegers } from '../../src/core/json-numbers.ts';
import type { JsonSchema, SchemaTable } from '../../src/core/json-walk.ts';
import { fieldErrors, toJsonSchema } from '../../src/core/schema.ts';

/** What is said of one value of a schema. */
function said(schema: JsonSchema, value: unknown, defs: SchemaTable = {}): string[] {
  const type = jsonInput({ schema: { type: 'object', properties: { it: schema } }, defs });
  const { error } = type.safeParse({ it: value });
  return error ? fieldErrors(error).map(({ field, message }) => `${field}: ${message}`) : [];
}

/** What of a schema is not checked. */
function unchecked(schema: JsonSchema, defs: SchemaTable = {}): readonly string[] {
  return carriedSchema(jsonInput({ schema, defs }))?.unchecked() ?? ['?'];
}

test('the schema comes back as it was written, with what it refers to and nothing else', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { $ref: '#/$defs/Tree', description: 'A tree.' },
      b: { type: 'string', 'x-own': { kept: true } },
    },
    required: ['a'],
    additionalProperties: false,
  };
  const Tree = {
    type: 'object',
    properties: { leaf: { $ref: '#/$defs/Leaf~1Green' }, next: { $ref: '#/$defs/Tree' } },
  };
  const defs = { Tree, 'Leaf/Green': { type: 'integer', default: 3 }, Other: { type: 'string' } };
  const expected = { ...schema, $defs: { Tree, 'Leaf/Green': { type: 'integer', default: 3 } } };
  assert.deepEqual(toJsonSchema(jsonInput({ schema, defs }), 'input'), expected);
  assert.deepEqual(toJsonSchema(jsonOutput({ schema, defs }), 'output'), expected);
  assert.deepEqual(toJsonSchema(jsonOutput({ schema: true, defs }), 'output'), {});
});

test('inside a schema written in zod it is a document of its own, so that its references still lead somewhere', () => {
  const defs = { Id: { type: 'integer' } };
  const inner = jsonInput({ schema: { type: 'object', properties: { id: { $ref: '#/$defs/Id' } } }, defs });
  const whole = toJsonSchema(z.strictObject({ inner }), 'input');
  assert.deepEqual((whole['properties'] as Record<string, unknown>)['inner'], {
    $id: 'schema-1.json',
    type: 'object',
    properties: { id: { $ref: '#/$defs/Id' } },
    $defs: defs,
  });
});

test('values stay as they are: nothing is converted, and no default is filled in', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer', default: 1 }, b: { type: 'string' } },
  };
  const type = jsonInput({ schema, defs: {} });
  assert.deepEqual(type.parse({ b: '2' }), { b: '2' });
  assert.deepEqual(said({ type: 'integer' }, '2'), ['it: expected a whole number, received text']);
});

test('whole numbers that a double cannot hold may come as text or bigint, and go out as numbers', () => {
  const id = { type: 'integer', format: 'int64' };
  for (const value of ['9007199254740993', '-9223372036854775808', 9007199254740993n, 5n, 5]) {
    assert.deepEqual(said(id, value), [], String(value));
  }
  for (const value of ['5', '1e30', '9007199254740993.5', ' 9007199254740993']) {
    assert.deepEqual(said(id, value), ['it: expected a whole number, received text'], value);
  }
  const schema = { type: 'object', properties: { id, text: { type: 'string' } } };
  const value = { id: '9007199254740993', text: '9007199254740993', other: '9007199254740993' };
  assert.deepEqual(rawIntegers(value, schema, {}), { ...value, id: 9007199254740993n });
  const plain = { id: 5 };
  assert.equal(rawIntegers(plain, schema, {}), plain, 'nothing is copied that has no long number');
});

test('of alternatives, the one that was meant is explained; where none was, all of them', () => {
  const cat = {
    type: 'object',
    required: ['lives'],
    properties: { kind: { const: 'cat' }, lives: { type: 'integer' } },
  };
  const dog = {
    type: 'object',
    required: ['tricks'],
    properties: { kind: { const: 'dog' }, tricks: { type: 'array' } },
  };
  const defs: Record<string, JsonSchema> = { Cat: cat, Dog: dog };
  const pet = { oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }] };
  // Beyond a size, a definition is followed when a value gets there.
  const more = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`more${at}`, { type: 'string' }]));
  const large = (one: typeof cat | typeof dog) => ({ ...one, properties: { ...one.properties, ...more } });
  const lazy = { LargeCat: large(cat), LargeDog: large(dog) };
  const pets = { oneOf: [{ $ref: '#/$defs/LargeCat' }, { $ref: '#/$defs/LargeDog' }] };
  Object.assign(defs, lazy);
  for (const schema of [pet, { anyOf: [cat, dog] }, pets]) {
    assert.deepEqual(said(schema, { kind: 'dog' }, defs), ['it.tricks: is required']);
    assert.deepEqual(said(schema, { kind: 'cat', lives: 'x' }, defs), [
      'it.lives: expected a whole number, received text',
    ]);
    assert.deepEqual(said(schema, 'cat', defs), ['it: expected an object, received text']);
  }
  assert.deepEqual(said({ oneOf: [{ type: 'string' }, { type: 'boolean' }] }, 1), [
    'it: expected text or true or false, received 1',
  ]);
  assert.deepEqual(said({ oneOf: [{ type: 'number' }, { minimum: 1 }] }, 2), [
    'it: fits two forms of which only one may fit: give what tells them apart',
  ]);
  // What is wrong elsewhere is not hidden by it.
  const both = { properties: { pet, n: { type: 'integer' } } };
  assert.deepEqual(said(both, { pet: 1, n: 'x' }, defs).toSorted(), [
    'it.n: expected a whole number, received text',
    'it.pet: expected an object, received 1',
  ]);
});

test('what only the other side writes is not asked for in an input', () => {
  const schema = {
    type: 'object',
    required: ['id', 'self', 'name'],
    properties: {
      id: { type: 'integer', readOnly: true },
      self: { $ref: '#/$defs/Link' },
      name: { type: 'string' },
    },
  };
  assert.deepEqual(said(schema, {}, { Link: { type: 'string', readOnly: true } }), ['it.name: is required']);
});

test('words of older drafts and of OpenAPI 3.0 mean what they meant', () => {
  assert.deepEqual(said({ type: 'string', nullable: true, enum: ['a'] }, null), []);
  assert.deepEqual(said({ type: 'number', maximum: 5, exclusiveMaximum: true }, 5), [
    'it: must be less than 5',
  ]);
  assert.deepEqual(said({ type: 'array', items: [{ type: 'string' }], additionalItems: false }, ['a', 1]), [
    'it: must have at most 1 item',
  ]);
});

test('a part that cannot be checked costs its own check and says why; the rest is checked', () => {
  const schema = {
    type: 'object',
    properties: {
      pattern: { type: 'string', pattern: '[a-', minLength: 2 },
      lost: { $ref: '#/$defs/Nowhere' },
      odd: { type: 'file' },
      none: { enum: [] },
      count: { type: 'integer', minimum: '3' },
    },
  };
  assert.deepEqual(unchecked(schema), [
    'pattern "[a-" is not as JSON Schema has it: it is not checked',
    '#/$defs/Nowhere leads to nothing: what stands there is not checked',
    'type "file" is not as JSON Schema has it: it is not checked',
    'enum [] is not as JSON Schema has it: it is not checked',
    'minimum "3" is not as JSON Schema has it: it is not checked',
  ]);
  assert.deepEqual(said(schema, { pattern: 'x', lost: 1, odd: 2, none: 3, count: 1.5 }), [
    'it.pattern: must have at least 2 characters',
    'it.count: expected a whole number, received 1.5',
  ]);
});

test('contradictions, circles and endless depth are bounded', () => {
  assert.notDeepEqual(said({ type: 'string', allOf: [{ type: 'integer' }] }, 'a'), []);
  const circles = {
    A: { $ref: '#/$defs/B' },
    B: { $ref: '#/$defs/A' },
    Tree: { properties: { next: { $ref: '#/$defs/Tree' } }, required: ['id'] },
  };
  assert.deepEqual(
    said({ $ref: '#/$defs/A' }, 1, circles),
    [],
    'a definition that is only itself says nothing',
  );
  assert.deepEqual(said({ $ref: '#/$defs/Tree' }, { id: 1, next: {} }, circles), ['it.next.id: is required']);
  let deep: Record<string, unknown> = { type: 'string' };
  for (let i = 0; i < 50_000; i++) deep = { type: 'array', items: deep };
  assert.match(unchecked({ properties: { deep } }).join(), /nothing of it can be checked/);
});

test('a check compiles what a value meets, not all that its schema leads to', () => {
  const count = 2000;
  const to = (at: number) => ({ $ref: `#/$defs/D${at % count}` });
  const member = (at: number) => ({
    type: 'object',
    properties: {
      ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`to${i}`, to(at * 7 + i * 13 + 1)])),
      ...Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [`text${i}`, { type: 'string', maxLength: 9 }]),
      ),
    },
  });
  const defs = Object.fromEntries(Array.from({ length: count }, (_, at) => [`D${at}`, member(at)]));
  const started = performance.now();
  assert.deepEqual(said(to(0), { to0: { to4: { text9: 5 } } }, defs), [
    'it.to0.to4.text9: expected text, received 5',
  ]);
  const ms = performance.now() - started;
  // Compiled as a whole, it took ajv 0.7 s to overflow its stack.
  assert.ok(ms < 400, `it took ${ms} ms`);
});

test('nothing is compiled before the first value, so that thousands of schemas cost milliseconds', () => {
  const schema = {
    get type(): string {
      throw new Error('it was read');
    },
  };
  const types = Array.from({ length: 2000 }, () => jsonInput({ schema, defs: {} }));
  assert.equal(types.length, 2000);
  assert.throws(() => toJsonSchema(types[0] as z.ZodType, 'input'), /it was read/);
});
