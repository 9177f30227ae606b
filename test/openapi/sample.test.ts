import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCheck } from '../../src/core/json-check.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { sampleOfPattern } from '../../src/openapi/sample-pattern.ts';
import { sampleInput, sampleOf } from '../../src/openapi/sample.ts';

const defs = {
  Node: {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, next: { $ref: '#/$defs/Node' } },
  },
  Cat: {
    type: 'object',
    required: ['kind', 'lives'],
    properties: { kind: { type: 'string' }, lives: { type: 'integer', minimum: 1, maximum: 9 } },
    additionalProperties: false,
  },
  Dog: {
    type: 'object',
    required: ['kind', 'bark'],
    properties: { kind: { type: 'string' }, bark: { type: 'boolean' } },
    additionalProperties: false,
  },
} as const;

const SCHEMAS: Readonly<Record<string, object>> = {
  'a text of a length': { type: 'string', minLength: 30, maxLength: 32 },
  'a short text': { type: 'string', maxLength: 2 },
  'a pattern': { type: 'string', pattern: '^[A-Z]{2}\\d{4}-(?:red|green)$' },
  'a pattern of a length': { type: 'string', pattern: '^[a-z0-9-]+$', minLength: 12, maxLength: 20 },
  'a date and time': { type: 'string', format: 'date-time' },
  'an address of the web': { type: 'string', format: 'uri' },
  'an e-mail address': { type: 'string', format: 'email' },
  'a long e-mail address': { type: 'string', format: 'email', minLength: 20 },
  'an id': { type: 'string', format: 'uuid' },
  'an address of a computer': { type: 'string', format: 'ipv6' },
  'a whole number within bounds': { type: 'integer', minimum: 7, maximum: 7 },
  'a number strictly between': { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  'a multiple': { type: 'number', multipleOf: 0.05, minimum: 0.1 },
  'a negative number': { type: 'integer', maximum: -3, multipleOf: 5 },
  'one of some values': { enum: ['b', 'a'] },
  'a constant': { const: { a: 1 } },
  'different items': { type: 'array', minItems: 3, uniqueItems: true, items: { type: 'string' } },
  'different values': { type: 'array', minItems: 2, uniqueItems: true, items: { enum: ['x', 'y'] } },
  'a tuple': {
    type: 'array',
    prefixItems: [{ type: 'integer' }, { type: 'string' }],
    minItems: 2,
    items: false,
  },
  'at least so many members': { type: 'object', minProperties: 3, additionalProperties: { type: 'integer' } },
  'members that need others': {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, b: { type: 'integer' } },
    dependentRequired: { a: ['b'] },
  },
  'all of several': {
    allOf: [
      { type: 'object', required: ['a'], properties: { a: { type: 'integer', minimum: 3 } } },
      { properties: { a: { type: 'integer', maximum: 4 } } },
    ],
  },
  'one of several': { oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }] },
  'none or one': { anyOf: [{ type: 'null' }, { type: 'integer', minimum: 5 }] },
  'something in itself': { $ref: '#/$defs/Node' },
  'an example that does not fit another member': {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string', example: 'x' } },
  },
  'bytes in base64': { type: 'string', contentEncoding: 'base64' },
  anything: {},
};

describe('a sample satisfies its schema', () => {
  for (const [what, schema] of Object.entries(SCHEMAS)) {
    for (const all of [false, true]) {
      test(`${what}${all ? ', with all members' : ''}`, () => {
        const sample = sampleOf(schema as Record<string, unknown>, defs, { all });
        assert.deepEqual(
          createCheck(schema as Record<string, unknown>, defs, 'output').faults(sample),
          [],
          JSON.stringify(sample),
        );
      });
    }
  }
});

test('the kind of a form that is told by a member is named in it', () => {
  const schema = {
    oneOf: [{ $ref: '#/$defs/Cat' }],
    discriminator: { propertyName: 'kind', mapping: { feline: '#/$defs/Cat' } },
  };
  assert.deepEqual(sampleOf(schema, defs), { kind: 'feline', lives: 1 });
});

test('texts are made for patterns as APIs have them', () => {
  const patterns = [
    '^arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@-]{1,64}$',
    '^(?=.*\\d)[a-z\\d]{8,}$',
    '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$',
    '^\\p{L}+$',
    '^[\\p{L}\\p{N} _-]{5,10}$',
    '^(\\d{3})-\\1$',
    '^(?<year>\\d{4})-\\d{2}$',
    '^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$',
    '^[\\x20-\\x7E]{4}$',
    '^\\/v1\\/[^/]+\\/$',
    '^(?!bad)\\w{3}$',
    '^[\\u4e00-\\u9fa5]{2}$',
    'no anchors',
    '^$',
    '[\\s\\S]*',
  ];
  for (const pattern of patterns)
    assert.match(sampleOfPattern(pattern) ?? '(none)', new RegExp(pattern, 'u'), pattern);
  assert.equal(sampleOfPattern('('), undefined);
  assert.equal(sampleOfPattern('^a$', 5), undefined, 'there is no such text');
  assert.equal(
    sampleOfPattern(`^${'(a|'.repeat(400)}b${')'.repeat(400)}$`),
    undefined,
    'longer than what is tried',
  );
});

const connector = (parameters: object[], example?: object) =>
  connectorFromJson({
    id: 'test',
    title: 'Test',
    servers: { api: 'https://api.example.com' },
    actions: {
      a: { b: { title: 'B', method: 'GET', path: '/x/{id}', parameters, ...(example ? { example } : {}) } },
    },
  }).actions['a']?.['b'];

test('a sample of an action is an input that makes a call', () => {
  const action = connector([
    { name: 'id', in: 'path', required: true, schema: { type: 'string', examples: [''] } },
    { name: 'size', in: 'query', required: true, schema: { type: 'integer', minimum: 10, example: 3 } },
    { name: 'free', in: 'query', schema: { type: 'string' } },
  ]);
  assert.ok(action);
  const input = sampleInput(action);
  assert.deepEqual(Object.keys(input).toSorted(), ['id', 'size'], 'examples that do not pass are not used');
  assert.notEqual(input['id'], '');
  assert.equal(input['size'], 10);
  assert.deepEqual(Object.keys(sampleInput(action, { all: true })).toSorted(), ['free', 'id', 'size']);
});

test('an input that nothing can satisfy is said', () => {
  const action = connector([
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    {
      name: 'never',
      in: 'query',
      required: true,
      schema: { allOf: [{ type: 'string' }, { type: 'integer' }] },
    },
  ]);
  assert.throws(() => sampleInput(action as never), {
    name: 'ConnectorError',
    kind: 'config',
    message: /no sample could be made for B: never/,
  });
});
