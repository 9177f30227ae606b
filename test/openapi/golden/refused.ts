import type { Case } from './case.ts';

const q = (schema: Record<string, unknown>) => ({
  parameters: [{ name: 'q', in: 'query' as const, required: true, schema }],
});
const path = { path: '/x/{id}/y', parameters: [{ name: 'id', in: 'path' as const }] };
const refused = (name: string, schema: Record<string, unknown>, value: unknown, message: string): Case => ({
  name: `refused: ${name}`,
  operation: q(schema),
  input: { q: value },
  refused: { q: message },
});
const EMPTY = 'must not be empty: it stands in the path';
const STEP = "must not be '.' or '..': it stands in the path";
const upload = (
  type: string,
  properties: Record<string, Record<string, unknown>>,
  encoding?: Record<string, { contentType: string }>,
) => ({
  method: 'POST' as const,
  body: {
    spread: true,
    contents: [{ type, schema: { type: 'object', properties }, ...(encoding ? { encoding } : {}) }],
  },
});

/** What is never sent: each with the input that is wrong, and what is said of it. */
export const cases: Case[] = [
  {
    name: 'refused: an input that is not known',
    operation: q({}),
    input: { q: 1, p: 2 },
    refused: { p: 'is not known here' },
  },
  { name: 'refused: an input that is missing', operation: q({}), input: {}, refused: { q: 'is required' } },
  {
    name: 'refused: a path parameter that is missing',
    operation: path,
    input: {},
    refused: { id: 'is required' },
  },
  {
    name: 'refused: a path parameter that is empty',
    operation: path,
    input: { id: '' },
    refused: { id: EMPTY },
  },
  {
    name: 'refused: a path parameter that is null',
    operation: path,
    input: { id: null },
    refused: { id: EMPTY },
  },
  {
    name: 'refused: a path parameter that is an empty list',
    operation: path,
    input: { id: [] },
    refused: { id: EMPTY },
  },
  { name: 'refused: a step up', operation: path, input: { id: '..' }, refused: { id: STEP } },
  { name: 'refused: a step that stays', operation: path, input: { id: '.' }, refused: { id: STEP } },
  {
    name: 'refused: a step up that is encoded',
    operation: { path: '/x/{id}', parameters: [{ name: 'id', in: 'path', allowReserved: true }] },
    input: { id: '%2e%2E' },
    refused: { id: STEP },
  },
  {
    name: 'refused: a step made by a style',
    operation: { path: '/x/{id}', parameters: [{ name: 'id', in: 'path', style: 'label' }] },
    input: { id: '.' },
    refused: { id: STEP },
  },
  refused('text for a number', { type: 'integer' }, '5', 'expected a whole number, received text'),
  refused('part of a whole number', { type: 'integer' }, 1.5, 'expected a whole number, received 1.5'),
  refused('a number for text', { type: 'string' }, 5, 'expected text, received 5'),
  refused('text for a flag', { type: 'boolean' }, 'true', 'expected true or false, received text'),
  refused('an object for a list', { type: 'array' }, {}, 'expected a list, received an object'),
  refused(
    'null where it is not',
    { type: ['string', 'integer'] },
    null,
    'expected text or a whole number, received null',
  ),
  refused('none of the values', { enum: ['a', 'b', 3] }, 'c', 'must be one of a, b, 3'),
  refused('not the value', { const: 'a' }, 'b', 'must be a'),
  refused('too small', { type: 'number', minimum: 1 }, 0, 'must be at least 1'),
  refused('too large', { type: 'number', exclusiveMaximum: 1 }, 1, 'must be less than 1'),
  refused(
    'by the words of OpenAPI 3.0',
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    1,
    'must be more than 1',
  ),
  refused('too short', { type: 'string', minLength: 2 }, '日', 'must have at least 2 characters'),
  refused('too many', { type: 'array', maxItems: 1 }, [1, 2], 'must have at most 1 item'),
  refused('a pattern', { type: 'string', pattern: '^[a-z]+$' }, 'A', 'must fit the pattern ^[a-z]+$'),
  refused(
    'a pattern that is none with Unicode',
    { type: 'string', pattern: '^[\\w-.]+$' },
    '!',
    'must fit the pattern ^[\\w-.]+$',
  ),
  refused(
    'no address',
    { type: 'string', format: 'email' },
    'ada',
    'must be an e-mail address, such as ada@example.com',
  ),
  refused(
    'no time',
    { type: 'string', format: 'date-time' },
    'now',
    'must be a time, such as 2026-11-21T09:30:00Z',
  ),
  refused(
    'none of two kinds',
    { anyOf: [{ type: 'string' }, { type: 'array' }] },
    5,
    'expected text or a list, received 5',
  ),
  {
    name: 'refused: deep inside',
    operation: {
      method: 'POST',
      body: { contents: [{ type: 'application/json', schema: { $ref: '#/$defs/N' } }] },
    },
    definition: {
      $defs: {
        N: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'integer' }, next: { $ref: '#/$defs/N' } },
          additionalProperties: false,
        },
      },
    },
    input: { body: { id: 1, next: { id: 'x', z: 1 } } },
    refused: { 'body.next.id': 'expected a whole number, received text', 'body.next.z': 'is not known here' },
  },
  {
    name: 'refused: part of a body that may be left out as a whole',
    operation: {
      method: 'POST',
      body: {
        spread: true,
        contents: [
          {
            type: 'application/json',
            schema: { type: 'object', required: ['a'], properties: { a: {}, b: {} } },
          },
        ],
      },
    },
    input: { b: 1 },
    refused: { a: 'is required' },
  },
  {
    name: 'refused: a member that is readOnly',
    operation: upload('application/json', { id: { readOnly: true }, a: {} }),
    input: { id: 1 },
    refused: { id: 'is not known here' },
  },
  {
    name: 'refused: a body that does not fit its type',
    operation: {
      method: 'POST',
      body: {
        contents: [
          { type: 'application/json', schema: { type: 'object' } },
          { type: 'text/csv', schema: { type: 'string' } },
        ],
      },
    },
    input: { body: { a: 1 }, content_type: 'text/csv' },
    refused: { body: 'expected text, received an object' },
  },
  {
    name: 'refused: a type that is none of them',
    operation: {
      method: 'POST',
      body: {
        contents: [
          { type: 'application/json', schema: {} },
          { type: 'text/csv', schema: {} },
        ],
      },
    },
    input: { content_type: 'text/html' },
    refused: { content_type: 'must be one of application/json, text/csv' },
  },
  {
    name: 'refused: a file that is not base64',
    operation: upload('multipart/form-data', { file: { type: 'string', format: 'binary' } }),
    input: { file: 'é' },
    refused: { file: 'must be base64, or an object with `content` in base64' },
  },
  {
    name: 'refused: one of several files',
    operation: upload('multipart/form-data', {
      files: { type: 'array', items: { type: 'string', format: 'binary' } },
    }),
    input: { files: ['YQ==', '!'] },
    refused: { 'files.1': 'must be base64, or an object with `content` in base64' },
  },
  {
    name: 'refused: an object as XML',
    operation: upload(
      'multipart/form-data',
      { a: { type: 'object' } },
      { a: { contentType: 'application/xml' } },
    ),
    input: { a: { b: 1 } },
    refused: { a: 'must be a document of type application/xml, as text' },
  },
  {
    name: 'refused: bytes that are not base64',
    operation: { method: 'PUT', body: { contents: [{ type: 'application/octet-stream' }] } },
    input: { body: 'a' },
    refused: { body: 'must be base64, or an object with `content` in base64' },
  },
  {
    name: 'refused: a list as a form',
    operation: { method: 'POST', body: { contents: [{ type: 'application/x-www-form-urlencoded' }] } },
    input: { body: [1] },
    refused: { body: 'must be an object, to be written as application/x-www-form-urlencoded' },
  },
  {
    name: 'refused: a header that would begin another',
    operation: { parameters: [{ name: 'h', in: 'header' }] },
    input: { h: 'a\r\nX-Evil: 1' },
    refused: { h: 'must not have line ends or control characters: it stands in a header' },
  },
  {
    name: 'refused: a body of a GET',
    operation: {
      method: 'GET',
      body: { required: true, contents: [{ type: 'application/json', schema: {} }] },
    },
    input: { body: { a: 1 } },
    refused: { body: 'cannot be sent: a call with GET has no body (fetch standard)' },
  },
  { name: 'refused: TRACE', operation: { method: 'TRACE' }, refused: {} },
];
