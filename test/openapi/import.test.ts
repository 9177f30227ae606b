import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { Definition } from '../../src/openapi/definition.ts';
import { connectorFromDefinition } from '../../src/openapi/from-json.ts';
import { importDocument } from '../../src/openapi/import.ts';
import { definitionOf, json, operationOf } from './import-one.ts';

const folder = join(import.meta.dirname, '../fixtures/openapi/valid');

describe('one API in every version becomes one connector', () => {
  const [first, ...others] = readdirSync(folder)
    .filter((file) => file.startsWith('pets-'))
    .toSorted()
    .toReversed();
  const read = (file: string) => importDocument(readFileSync(join(folder, file), 'utf8'));
  for (const file of others) {
    test(`${file} as ${first}`, () => {
      const { definition, faults, operations } = read(file);
      assert.deepEqual(faults, []);
      assert.equal(operations.imported, 3);
      assert.deepEqual(definition, read(first as string).definition);
    });
  }

  test('with JSON as with YAML', () => {
    const text = readFileSync(join(folder, 'pets-3.1.yaml'), 'utf8');
    assert.deepEqual(importDocument(JSON.stringify(parse(text))).definition, importDocument(text).definition);
    assert.deepEqual(
      importDocument(`\uFEFF${text.replaceAll('\n', '\r\n')}`).definition,
      importDocument(text).definition,
    );
  });
});

test('parameters of the path are those of every operation, unless it has its own', () => {
  const { actions } = definitionOf({
    paths: {
      '/users/{id}': {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'lang', in: 'query', schema: { type: 'string' } },
        ],
        get: {
          operationId: 'get',
          parameters: [{ name: 'lang', in: 'query', required: true, schema: { enum: ['en'] } }],
          responses: { 204: { description: '' } },
        },
      },
    },
  });
  assert.deepEqual(
    actions['users']?.['get']?.parameters.map(({ name, in: place, required, schema }) => [
      name,
      place,
      required,
      schema,
    ]),
    [
      ['id', 'path', true, { type: 'string' }],
      ['lang', 'query', true, { enum: ['en'] }],
    ],
  );
});

test('styles are kept where they are not the usual ones, and so are documents in parameters', () => {
  const { parameters } = operationOf(
    {
      parameters: [
        { name: 'id', in: 'path', required: true, style: 'matrix', explode: true, schema: { type: 'array' } },
        { name: 'filter', in: 'query', style: 'deepObject', explode: true, schema: { type: 'object' } },
        { name: 'plain', in: 'query', style: 'form', explode: true, schema: { type: 'array' } },
        { name: 'raw', in: 'query', allowReserved: true, schema: { type: 'string' } },
        { name: 'where', in: 'query', content: json({ type: 'object' }) },
        { name: 'X-Tags', in: 'header', explode: true, schema: { type: 'object' } },
        { name: 'session', in: 'cookie', schema: { type: 'string' } },
        { name: 'Accept', in: 'header', schema: { type: 'string' } },
      ],
    },
    { path: '/things/{id}', method: 'get' },
  );
  assert.deepEqual(
    parameters.map(({ name, style, explode, allowReserved, content }) => [
      name,
      style,
      explode,
      allowReserved,
      content,
    ]),
    [
      ['id', 'matrix', true, undefined, undefined],
      ['filter', 'deepObject', true, undefined, undefined],
      ['plain', undefined, undefined, undefined, undefined],
      ['raw', undefined, undefined, true, undefined],
      ['where', undefined, undefined, undefined, 'application/json'],
      ['X-Tags', undefined, true, undefined, undefined],
      ['session', undefined, undefined, undefined, undefined],
    ],
  );
});

test('two parameters of one name are two inputs, and that in the path keeps the name', () => {
  const { parameters } = operationOf(
    {
      parameters: [
        { name: 'id', in: 'header', schema: {} },
        { name: 'id', in: 'query', schema: {} },
        { name: 'id', in: 'path', required: true, schema: {} },
      ],
    },
    { path: '/things/{id}', method: 'get' },
  );
  assert.deepEqual(
    parameters.map(({ in: place, as }) => [place, as]),
    [
      ['header', 'id_header'],
      ['query', 'id_query'],
      ['path', undefined],
    ],
  );
});

describe('a body becomes inputs of its own when that is certain', () => {
  const member = { type: 'string' };
  const plain = { type: 'object', properties: { name: member } };
  const spreadOf = (schema: unknown, extra: object = {}, body: object = {}) =>
    operationOf(
      { requestBody: { required: true, content: json(schema), ...body }, ...extra },
      { components: { schemas: { Plain: plain, More: { type: 'object', properties: { more: member } } } } },
    ).body;
  const cases: readonly [string, boolean, unknown, object?, object?][] = [
    ['a plain object', true, plain],
    ['a reference to one', true, { $ref: '#/components/schemas/Plain' }],
    [
      'all of plain objects with different members',
      true,
      { allOf: [{ $ref: '#/components/schemas/Plain' }, { $ref: '#/components/schemas/More' }] },
    ],
    ['an object without named members', false, { type: 'object' }],
    ['an object with members of any name', false, { ...plain, additionalProperties: true }],
    ['a list', false, { type: 'array', items: plain }],
    ['one of several forms', false, { oneOf: [plain, { type: 'object', properties: { b: member } }] }],
    [
      'all of objects with the same member',
      false,
      { allOf: [plain, { type: 'object', properties: { name: { minLength: 1 } } }] },
    ],
    [
      'a member with the name of a parameter',
      false,
      plain,
      { parameters: [{ name: 'name', in: 'query', schema: member }] },
    ],
    [
      'an optional body with members it must have',
      false,
      { ...plain, required: ['name'] },
      {},
      { required: false },
    ],
    ['an optional body with optional members', true, plain, {}, { required: false }],
  ];
  for (const [what, spread, schema, extra, body] of cases) {
    test(`${what}: ${spread ? 'yes' : 'no'}`, () =>
      assert.equal(spreadOf(schema, extra, body)?.spread, spread));
  }

  test('a body beside a parameter named body gets another name', () => {
    const body = spreadOf({ type: 'array' }, { parameters: [{ name: 'body', in: 'query', schema: member }] });
    assert.equal(body?.as, 'request_body');
  });
});

test('of the types of a body the best comes first, and XML only where nothing else is', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  const content = Object.fromEntries(
    [
      'text/xml',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      'application/vnd.acme+json',
      'text/json',
    ].map((type) => [type, { schema }]),
  );
  const types = operationOf({ requestBody: { content } }).body?.contents.map(({ type }) => type);
  assert.deepEqual(types, [
    'application/vnd.acme+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ]);
  const binary = operationOf({ requestBody: { content: { 'image/*': {} } } }).body?.contents;
  assert.deepEqual(binary, [
    { type: 'application/octet-stream', schema: { type: 'string', format: 'binary' } },
  ]);
});

test('the encoding of a form is kept, with headers that have one value', () => {
  const encoding = {
    meta: { contentType: 'application/json', headers: { 'X-Kind': { schema: { const: 'a' } } } },
    tags: { style: 'pipeDelimited', explode: false },
  };
  const schema = {
    type: 'object',
    properties: { meta: { type: 'object' }, tags: { type: 'array', items: {} } },
  };
  const body = operationOf({
    requestBody: { content: { 'multipart/form-data': { schema, encoding } } },
  }).body;
  assert.deepEqual(body?.contents[0]?.encoding, {
    meta: { contentType: 'application/json', headers: { 'X-Kind': 'a' } },
    tags: { style: 'pipeDelimited', explode: false },
  });
});

test('answers say what comes, and how it is read', () => {
  const of = (responses: object) => {
    const { output, answer, accept } = operationOf({ responses }, { method: 'get' });
    return { output, answer, accept };
  };
  const answer = (type: string, schema: unknown = {}) => ({
    description: '',
    content: { [type]: { schema } },
  });
  const none = { answer: undefined, accept: undefined };
  assert.deepEqual(
    of({ 200: answer('application/json', { type: 'string' }), 404: answer('application/json') }),
    { ...none, output: { type: 'string' } },
  );
  assert.deepEqual(
    of({
      200: answer('application/json', { type: 'string' }),
      202: answer('application/json', { type: 'null' }),
    }).output,
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
  );
  assert.deepEqual(of({ default: answer('application/json', { type: 'array' }) }).output, { type: 'array' });
  assert.deepEqual(
    of({ 204: { description: '' }, default: answer('application/json', { type: 'array' }) }).output,
    {},
  );
  assert.deepEqual(of({ 200: answer('text/csv') }), { ...none, output: { type: 'string' }, answer: 'text' });
  assert.deepEqual(of({ 200: answer('application/pdf') }), { ...none, output: {}, answer: 'bytes' });
  assert.equal(of({ 200: answer('application/vnd.acme.v2+json') }).accept, 'application/vnd.acme.v2+json');
});

test('only schemas that something leads to are kept, and cycles stay', () => {
  const schemas = {
    Tree: {
      type: 'object',
      properties: {
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
        of: { $ref: '#/components/schemas/Odd Name«x»' },
      },
    },
    'Odd Name«x»': {
      type: 'string',
      nullable: true,
      discriminator: { propertyName: 'a', mapping: { tree: 'Tree' } },
    },
    Unused: { type: 'string' },
  };
  const { $defs } = definitionOf({
    openapi: '3.0.0',
    components: { schemas },
    paths: {
      '/a': {
        get: {
          responses: { 200: { description: '', content: json({ $ref: '#/components/schemas/Tree' }) } },
        },
      },
    },
  });
  assert.deepEqual($defs, {
    Tree: {
      type: 'object',
      properties: {
        children: { type: 'array', items: { $ref: '#/$defs/Tree' } },
        of: { $ref: '#/$defs/Odd_Name_x' },
      },
    },
    Odd_Name_x: {
      type: ['string', 'null'],
      discriminator: { propertyName: 'a', mapping: { tree: '#/$defs/Tree' } },
    },
  });
});

test('the imported definition makes a connector whose call is the request of the document', () => {
  const definition = importDocument(readFileSync(join(folder, 'pets-2.0.yaml'), 'utf8'))
    .definition as Definition;
  const { pets } = connectorFromDefinition(definition).actions;
  const listed = pets?.['list']?.call({ tags: ['a', 'b'], kinds: ['c', 'd'], sizes: [1, 2] });
  assert.match(JSON.stringify(listed), /tags=a,b/);
  assert.match(JSON.stringify(listed), /kinds=c&kinds=d/);
  assert.match(JSON.stringify(listed), /sizes=1(?:\||%7C)2/);
  assert.equal(
    pets?.['create']?.input.safeParse({ name: 'Ada', id: 1 }).success,
    false,
    'what is readOnly is no input',
  );
  assert.equal(pets?.['create']?.input.safeParse({ name: 'Ada', owner: null }).success, true);
});
