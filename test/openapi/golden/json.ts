import type { Case } from './case.ts';

const json = (schema: Record<string, unknown> | boolean, type = 'application/json') => ({
  method: 'POST' as const,
  body: { contents: [{ type, schema }] },
});
const spread = (properties: Record<string, Record<string, unknown>>, rest: Record<string, unknown> = {}) => ({
  method: 'POST' as const,
  body: {
    spread: true,
    contents: [{ type: 'application/json', schema: { type: 'object', properties, ...rest } }],
  },
});
const JSON_TYPE = { 'content-type': 'application/json' };
const INT64 = { type: 'integer', format: 'int64' };

/** Expected: RFC 8259, numbers of any length as 6 of it allows; nothing that was not given. */
export const cases: Case[] = [
  {
    name: 'an object',
    operation: json({ type: 'object' }),
    input: { body: { a: 1, b: [true, null, 'ü'] } },
    line: 'POST /x',
    headers: JSON_TYPE,
    body: '{"a":1,"b":[true,null,"ü"]}',
  },
  {
    name: 'a list',
    operation: json({ type: 'array' }),
    input: { body: [1, { a: 2 }] },
    headers: JSON_TYPE,
    body: '[1,{"a":2}]',
  },
  {
    name: 'a text is JSON too',
    operation: json({ type: 'string' }),
    input: { body: 'a "b"' },
    headers: JSON_TYPE,
    body: '"a \\"b\\""',
  },
  {
    name: 'null',
    operation: json({ type: 'null' }),
    input: { body: null },
    headers: JSON_TYPE,
    body: 'null',
  },
  {
    name: 'false',
    operation: json({ type: 'boolean' }),
    input: { body: false },
    headers: JSON_TYPE,
    body: 'false',
  },
  {
    name: 'an empty object',
    operation: json({ type: 'object' }),
    input: { body: {} },
    headers: JSON_TYPE,
    body: '{}',
  },
  {
    name: 'no body',
    operation: json({ type: 'object' }),
    input: {},
    line: 'POST /x',
    headers: { 'content-type': null, 'content-length': '0' },
  },
  {
    name: 'a type of its own',
    operation: json({ type: 'object' }, 'application/merge-patch+json'),
    input: { body: { a: null } },
    headers: { 'content-type': 'application/merge-patch+json' },
    body: '{"a":null}',
  },
  {
    name: 'a type with a parameter',
    operation: json({}, 'application/json; charset=utf-8'),
    input: { body: 1 },
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: '1',
  },
  {
    name: 'whatever type',
    operation: json({ type: 'object' }, '*/*'),
    input: { body: { a: 1 } },
    headers: JSON_TYPE,
    body: '{"a":1}',
  },
  {
    name: 'members that are undefined are not sent, those that are null are',
    operation: json({ type: 'object' }),
    input: { body: { a: undefined, b: null, c: { d: undefined } } },
    body: '{"b":null,"c":{}}',
  },
  {
    name: 'another name for the input',
    operation: { method: 'PUT', body: { as: 'order', contents: [{ type: 'application/json' }] } },
    input: { order: { id: 1 } },
    line: 'PUT /x',
    body: '{"id":1}',
  },
  {
    name: 'long whole numbers as numbers with all their digits, where the schema asks for numbers',
    operation: json({
      type: 'object',
      properties: { id: INT64, name: { type: 'string' }, ids: { type: 'array', items: INT64 } },
    }),
    input: { body: { id: '9223372036854775807', name: '9223372036854775807', ids: ['9007199254740993', 2] } },
    body: '{"id":9223372036854775807,"name":"9223372036854775807","ids":[9007199254740993,2]}',
  },
  {
    name: 'long whole numbers behind references, alternatives and additional members',
    operation: json({ $ref: '#/$defs/Node' }),
    definition: {
      $defs: {
        Node: {
          type: 'object',
          allOf: [{ properties: { id: { $ref: '#/$defs/Id' } } }],
          properties: { next: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] } },
          additionalProperties: { type: 'number' },
        },
        Id: INT64,
      },
    },
    input: {
      body: { id: '9007199254740993', next: { id: '-9007199254740993', extra: '12345678901234567890' } },
    },
    body: '{"id":9007199254740993,"next":{"id":-9007199254740993,"extra":12345678901234567890}}',
  },
  {
    name: 'a bigint',
    operation: json({ type: 'object', properties: { id: INT64 } }),
    input: { body: { id: 9007199254740993n } },
    body: '{"id":9007199254740993}',
  },
  {
    name: 'a number that takes text too stays text',
    operation: json({ type: 'object', properties: { id: { type: ['integer', 'string'] } } }),
    input: { body: { id: '9007199254740993' } },
    body: '{"id":"9007199254740993"}',
  },
  {
    name: 'members as inputs, in the order of the schema',
    operation: spread({ b: { type: 'string' }, a: { type: 'integer' } }),
    input: { a: 1, b: 'x' },
    headers: JSON_TYPE,
    body: '{"b":"x","a":1}',
  },
  {
    name: 'members as inputs, none given',
    operation: spread({ a: {} }),
    input: {},
    headers: { 'content-type': null },
  },
  {
    name: 'members as inputs, none given, where a body is required',
    operation: {
      method: 'POST',
      body: {
        required: true,
        spread: true,
        contents: [{ type: 'application/json', schema: { type: 'object', properties: { a: {} } } }],
      },
    },
    input: {},
    headers: JSON_TYPE,
    body: '{}',
  },
  {
    name: 'what the schema calls default is not sent',
    operation: spread({ a: { type: 'integer', default: 5 }, b: {} }),
    input: { b: 1 },
    body: '{"b":1}',
  },
  {
    name: 'members of an allOf behind references, without those that are readOnly',
    operation: {
      method: 'PATCH',
      path: '/x/{id}',
      body: { spread: true, contents: [{ type: 'application/json', schema: { $ref: '#/$defs/Order' } }] },
    },
    definition: {
      $defs: {
        Order: {
          allOf: [{ $ref: '#/$defs/Base' }, { type: 'object', properties: { total: { type: 'number' } } }],
        },
        Base: {
          type: 'object',
          required: ['created'],
          properties: { note: { type: 'string' }, created: { type: 'string', readOnly: true } },
        },
      },
    },
    input: { id: '7', total: 1.5, note: 'n' },
    line: 'PATCH /x/7',
    body: '{"note":"n","total":1.5}',
  },
  {
    name: 'a member with the name of a parameter is an input of another name',
    operation: {
      ...spread({ id: { type: 'string' }, a: {} }),
      path: '/x/{id}',
      parameters: [{ name: 'id', in: 'path' }],
    },
    input: { id: 'in the path', body_id: 'in the body', a: 1 },
    line: 'POST /x/in%20the%20path',
    body: '{"id":"in the body","a":1}',
  },
  {
    name: 'further members where the schema takes them',
    operation: spread({ a: {} }, { additionalProperties: { type: 'string' } }),
    input: { x: 'y', a: 1 },
    body: '{"a":1,"x":"y"}',
  },
  {
    name: 'parameters of the body',
    operation: {
      method: 'POST',
      parameters: [
        { name: 'a', in: 'body', schema: { type: 'string' } },
        { name: 'b', in: 'body', as: 'bee', schema: INT64 },
        { name: 'c', in: 'body', value: 'fixed' },
        { name: 'd', in: 'body' },
        { name: 'q', in: 'query' },
      ],
    },
    input: { bee: '9007199254740993', a: 'x', q: 1 },
    line: 'POST /x?q=1',
    headers: JSON_TYPE,
    body: '{"a":"x","b":9007199254740993,"c":"fixed"}',
  },
  {
    name: 'a DELETE with a body',
    operation: { ...json({ type: 'object' }), method: 'DELETE' },
    input: { body: { ids: [1] } },
    line: 'DELETE /x',
    body: '{"ids":[1]}',
  },
  {
    name: 'a QUERY with a body',
    operation: { ...json({ type: 'object' }), method: 'QUERY' },
    input: { body: { q: 1 } },
    line: 'QUERY /x',
    body: '{"q":1}',
  },
  {
    name: 'a GET whose body is not given',
    operation: { ...json({ type: 'object' }), method: 'GET' },
    input: {},
    line: 'GET /x',
  },
  { name: 'OPTIONS', operation: { method: 'OPTIONS' }, line: 'OPTIONS /x' },
  { name: 'HEAD', operation: { method: 'HEAD' }, line: 'HEAD /x' },
];
