import type { Case } from './case.ts';

const KEY = { kind: 'api-key', in: 'header', name: 'X-Key', credential: 'key' } as const;
const credentials = { key: 'k-123456', user: 'Aladdin', password: 'open sesame', token: 't-654321' };
const BASIC = { kind: 'basic', username: 'user', password: 'password' } as const;
const BEARER = { kind: 'bearer', credential: 'token' } as const;
// RFC 7617, 2: the example of the user Aladdin.
const ALADDIN = 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==';

/** Addresses and proofs. Expected: OpenAPI 3.2, "Server Object" and "Security Scheme Object"; RFC 6750, 2.1; RFC 7617. */
export const cases: Case[] = [
  {
    name: 'a key in a header',
    operation: {},
    definition: { auth: KEY },
    credentials,
    headers: { 'x-key': 'k-123456' },
  },
  {
    name: 'a key with a prefix',
    operation: {},
    definition: { auth: { ...KEY, name: 'Authorization', prefix: 'Key ' } },
    credentials,
    headers: { authorization: 'Key k-123456' },
  },
  {
    name: 'a key in the query, behind the parameters',
    operation: { parameters: [{ name: 'q', in: 'query' }] },
    definition: { auth: { ...KEY, in: 'query', name: 'api key' } },
    credentials: { key: 'a b&c' },
    input: { q: 'x y' },
    line: 'GET /x?q=x%20y&api+key=a+b%26c',
  },
  {
    name: 'a key in the only query',
    operation: {},
    definition: { auth: { ...KEY, in: 'query', name: 'key' } },
    credentials,
    line: 'GET /x?key=k-123456',
  },
  {
    name: 'a key in a cookie',
    operation: {},
    definition: { auth: { ...KEY, in: 'cookie', name: 'sid' } },
    credentials,
    headers: { cookie: 'sid=k-123456' },
  },
  {
    name: 'a key in a cookie beside the cookies of the operation',
    operation: { parameters: [{ name: 'a', in: 'cookie' }] },
    definition: { auth: { ...KEY, in: 'cookie', name: 'sid' } },
    credentials,
    input: { a: '1' },
    headers: { cookie: 'a=1; sid=k-123456' },
  },
  {
    name: 'a bearer token',
    operation: {},
    definition: { auth: BEARER },
    credentials,
    headers: { authorization: 'Bearer t-654321' },
  },
  {
    name: 'a bearer token by another word',
    operation: {},
    definition: { auth: { ...BEARER, prefix: 'token ' } },
    credentials,
    headers: { authorization: 'token t-654321' },
  },
  {
    name: 'user and password',
    operation: {},
    definition: { auth: BASIC },
    credentials,
    headers: { authorization: ALADDIN },
  },
  { name: 'no proof at all', operation: {}, headers: { authorization: null, cookie: null } },
  {
    name: 'an operation that needs none',
    operation: { auth: [] },
    definition: { auth: KEY },
    credentials,
    headers: { 'x-key': null },
  },
  {
    name: 'an operation that demands another way',
    operation: { auth: ['basic'] },
    definition: { auth: KEY, auths: { basic: BASIC } },
    credentials,
    headers: { 'x-key': null, authorization: ALADDIN },
  },
  {
    name: 'a connection that signs in another way',
    operation: {},
    definition: { auth: KEY, auths: { basic: BASIC } },
    credentials,
    connection: { auth: 'basic' },
    headers: { 'x-key': null, authorization: ALADDIN },
  },
  {
    name: 'two proofs on one call',
    operation: { auth: ['both'] },
    definition: { auths: { both: { kind: 'all', of: [KEY, BEARER] } } },
    credentials,
    headers: { 'x-key': 'k-123456', authorization: 'Bearer t-654321' },
  },
  {
    name: 'an address with variables by what is usual',
    operation: {},
    definition: {
      servers: {
        api: {
          url: 'http://{host}:{port}/{base}',
          variables: { host: { default: '127.0.0.1' }, port: { default: 'PORT' }, base: { default: 'v1' } },
        },
      },
    },
    connection: { server: 'of the definition' },
    line: 'GET /v1/x',
  },
  {
    name: 'an address with variables of the connection',
    operation: {},
    definition: {
      servers: {
        api: {
          url: 'http://127.0.0.1:{port}/{region}/{base}',
          variables: {
            port: { default: 'PORT' },
            region: { default: 'eu', enum: ['eu', 'us'] },
            base: { default: 'v1' },
          },
        },
      },
    },
    connection: { server: 'of the definition', variables: { region: 'us', base: 'v2' } },
    line: 'GET /us/v2/x',
  },
  {
    name: 'an address that ends with a slash',
    operation: {},
    definition: { servers: { api: 'http://127.0.0.1:PORT/base/' } },
    connection: { server: 'of the definition' },
    line: 'GET /base/x',
  },
  {
    name: 'an operation at another server',
    operation: { server: 'files' },
    definition: { servers: { api: 'https://api.invalid', files: 'http://127.0.0.1:PORT/files' } },
    connection: { server: 'of the definition' },
    line: 'GET /files/x',
  },
];
