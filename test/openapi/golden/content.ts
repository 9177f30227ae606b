import type { Case } from './case.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Texts, bytes and several types. Expected: OpenAPI 3.2, "Working with Binary Data"; RFC 4648, 4 and 5; RFC 9110, 8.3. */
export const cases: Case[] = [
  {
    name: 'JSON, a value a line',
    operation: {
      method: 'POST',
      body: { contents: [{ type: 'application/x-ndjson', schema: { type: 'array' } }] },
    },
    input: { body: [{ a: 1 }, { a: 2 }] },
    headers: { 'content-type': 'application/x-ndjson' },
    body: '{"a":1}\n{"a":2}\n',
  },
  {
    name: 'the first of several types',
    operation: {
      method: 'POST',
      body: {
        contents: [
          { type: 'application/json', schema: { type: 'object' } },
          { type: 'text/csv', schema: { type: 'string' } },
        ],
      },
    },
    input: { body: { a: 1 } },
    headers: JSON_TYPE,
    body: '{"a":1}',
  },
  {
    name: 'another of several types',
    operation: {
      method: 'POST',
      body: {
        contents: [
          { type: 'application/json', schema: { type: 'object' } },
          { type: 'text/csv', schema: { type: 'string' } },
        ],
      },
    },
    input: { body: 'a,b\n1,2', content_type: 'text/csv' },
    headers: { 'content-type': 'text/csv' },
    body: 'a,b\n1,2',
  },
  {
    name: 'members as inputs, as another of several types',
    operation: {
      method: 'POST',
      body: {
        spread: true,
        contents: [
          { type: 'application/json', schema: { type: 'object', properties: { a: {}, b: {} } } },
          {
            type: 'application/x-www-form-urlencoded',
            schema: { type: 'object', properties: { a: {}, b: {} } },
          },
        ],
      },
    },
    input: { a: '1 2', b: 'x', content_type: 'application/x-www-form-urlencoded' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=1+2&b=x',
  },
  {
    name: 'XML as text',
    operation: {
      method: 'POST',
      body: { contents: [{ type: 'application/xml', schema: { type: 'object', properties: { a: {} } } }] },
    },
    input: { body: '<a>ü</a>' },
    headers: { 'content-type': 'application/xml' },
    body: '<a>ü</a>',
  },
  {
    name: 'plain text',
    operation: { method: 'POST', body: { contents: [{ type: 'text/plain', schema: { type: 'string' } }] } },
    input: { body: 'line 1\r\nline 2' },
    headers: { 'content-type': 'text/plain' },
    body: 'line 1\r\nline 2',
  },
  {
    name: 'text of any kind',
    operation: { method: 'POST', body: { contents: [{ type: 'text/*', schema: { type: 'string' } }] } },
    input: { body: 'x' },
    headers: { 'content-type': 'text/plain' },
    body: 'x',
  },
  {
    name: 'bytes',
    operation: { method: 'PUT', body: { contents: [{ type: 'application/octet-stream' }] } },
    input: { body: 'AAH/gA==' },
    headers: { 'content-type': 'application/octet-stream', 'content-length': '4' },
    body: new Uint8Array([0, 1, 255, 128]),
  },
  {
    name: 'bytes in the alphabet for addresses, without padding',
    operation: {
      method: 'PUT',
      body: {
        contents: [{ type: 'application/octet-stream', schema: { type: 'string', format: 'binary' } }],
      },
    },
    input: { body: '-_-_AA' },
    body: new Uint8Array([251, 255, 191, 0]),
  },
  {
    name: 'bytes from code',
    operation: { method: 'PUT', body: { contents: [{ type: 'application/pdf' }] } },
    input: { body: new Uint8Array([37, 80, 68, 70]) },
    headers: { 'content-type': 'application/pdf' },
    body: '%PDF',
  },
  {
    name: 'no bytes at all',
    operation: { method: 'PUT', body: { contents: [{ type: 'application/octet-stream' }] } },
    input: { body: '' },
    headers: { 'content-type': 'application/octet-stream' },
  },
  {
    name: 'a picture that says which it is',
    operation: { method: 'PUT', body: { contents: [{ type: 'image/*' }] } },
    input: { body: { content: 'iVBO', content_type: 'image/png' } },
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array([0x89, 0x50, 0x4e]),
  },
  {
    name: 'a picture that does not',
    operation: { method: 'PUT', body: { contents: [{ type: 'image/*' }] } },
    input: { body: 'iVBO' },
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array([0x89, 0x50, 0x4e]),
  },
  {
    name: 'base64 that is sent as such (OpenAPI, "Working with Binary Data")',
    operation: {
      method: 'PUT',
      body: { contents: [{ type: 'image/png', schema: { type: 'string', contentEncoding: 'base64' } }] },
    },
    input: { body: 'iVBO' },
    headers: { 'content-type': 'image/png' },
    body: 'iVBO',
  },
];
