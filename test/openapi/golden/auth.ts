import type { Case } from './case.ts';

const lang = { name: 'lang', in: 'cookie' as const, schema: { type: 'string' } };
const q = { name: 'q', in: 'query' as const, schema: { type: 'string' } };
const secret = { key: 'k/y +1', token: 'abc.def', user: 'jürgen', pass: 'p:ä' };
const header = { kind: 'api-key', in: 'header', name: 'X-Api-Key', credential: 'key' } as const;
const query = { kind: 'api-key', in: 'query', name: 'api_key', credential: 'key' } as const;
const cookie = { kind: 'api-key', in: 'cookie', name: 'sid', credential: 'key' } as const;
const bearer = { kind: 'bearer', credential: 'token' } as const;
const basic = { kind: 'basic', username: 'user', password: 'pass' } as const;

/** Made with `openssl dgst -sha256 -hmac`, of {"typ":"JWT","kid":"k1","alg":"HS256"} and {"iss":"jürgen","n":1}. */
const JWT =
  'eyJ0eXAiOiJKV1QiLCJraWQiOiJrMSIsImFsZyI6IkhTMjU2In0.eyJpc3MiOiJqw7xyZ2VuIiwibiI6MX0.fYMYWMxMNzgv2FPl7juUD-o458qVgD8p4YGUcREGW4U';

/** Proofs: where they stand, and what stands beside them. */
export const cases: readonly Case[] = [
  { name: 'no proof', operation: {}, credentials: secret, headers: { authorization: null, cookie: null } },
  {
    name: 'a key in a header, as it is',
    operation: {},
    definition: { auth: header },
    credentials: secret,
    headers: { 'x-api-key': 'k/y +1', authorization: null },
  },
  {
    name: 'a key in a header, with a word before it',
    operation: {},
    definition: { auth: { ...header, name: 'Authorization', prefix: 'ApiKey ' } },
    credentials: secret,
    headers: { authorization: 'ApiKey k/y +1' },
  },
  {
    name: 'a key in a query, encoded',
    operation: {},
    definition: { auth: query },
    credentials: secret,
    line: 'GET /x?api_key=k%2Fy+%2B1',
  },
  {
    name: 'a key in a query, behind that of the operation',
    operation: { parameters: [q] },
    input: { q: 'a b' },
    definition: { auth: query },
    credentials: secret,
    line: 'GET /x?q=a%20b&api_key=k%2Fy+%2B1',
  },
  {
    name: 'a key in a cookie, encoded',
    operation: {},
    definition: { auth: cookie },
    credentials: secret,
    headers: { cookie: 'sid=k%2Fy%20%2B1' },
  },
  {
    name: 'a key in a cookie, behind that of the operation',
    operation: { parameters: [lang] },
    input: { lang: 'de' },
    definition: { auth: { ...cookie, credential: 'token' } },
    credentials: secret,
    headers: { cookie: 'lang=de; sid=abc.def' },
  },
  {
    name: 'a bearer token',
    operation: {},
    definition: { auth: bearer },
    credentials: secret,
    headers: { authorization: 'Bearer abc.def' },
  },
  {
    name: 'a token with a word of its own',
    operation: {},
    definition: { auth: { ...bearer, prefix: 'Token ' } },
    credentials: secret,
    headers: { authorization: 'Token abc.def' },
  },
  {
    name: 'user and password, in UTF-8',
    operation: {},
    definition: { auth: basic },
    credentials: secret,
    headers: { authorization: 'Basic asO8cmdlbjpwOsOk' },
  },
  {
    name: 'a signed token, its claims filled in',
    operation: {},
    definition: {
      auth: {
        kind: 'jwt',
        algorithm: 'HS256',
        secret: 'key',
        header: { kid: 'k1' },
        payload: { iss: '{user}', n: 1 },
      },
    },
    credentials: secret,
    headers: { authorization: `Bearer ${JWT}` },
  },
  {
    name: 'several proofs on one call',
    operation: {},
    definition: { auth: { kind: 'all', of: [query, header, basic] } },
    credentials: secret,
    line: 'GET /x?api_key=k%2Fy+%2B1',
    headers: { 'x-api-key': 'k/y +1', authorization: 'Basic asO8cmdlbjpwOsOk' },
  },
  {
    name: 'an operation that needs no proof',
    operation: { auth: [] },
    definition: { auth: bearer },
    credentials: secret,
    headers: { authorization: null },
  },
  {
    name: 'an operation with a way of its own',
    operation: { auth: ['key'] },
    definition: { auth: bearer, auths: { key: header } },
    credentials: secret,
    headers: { authorization: null, 'x-api-key': 'k/y +1' },
  },
  {
    name: 'the first way for which there are credentials',
    operation: { auth: ['bearer', 'basic'] },
    definition: { auth: header, auths: { bearer, basic } },
    credentials: { user: 'u', pass: 'p' },
    headers: { authorization: 'Basic dTpw' },
  },
  {
    name: 'the way that the connection chose',
    operation: {},
    definition: { auth: bearer, auths: { key: header } },
    connection: { auth: 'key' },
    credentials: secret,
    headers: { authorization: null, 'x-api-key': 'k/y +1' },
  },
  {
    name: 'an optional proof is given where it can be',
    operation: { auth: ['none', 'bearer'] },
    definition: { auth: header, auths: { none: { kind: 'none' }, bearer } },
    credentials: { token: 'abc.def' },
    headers: { authorization: 'Bearer abc.def' },
  },
  {
    name: 'an optional proof is left out where it cannot',
    operation: { auth: ['bearer', 'none'] },
    definition: { auth: header, auths: { none: { kind: 'none' }, bearer } },
    credentials: {},
    headers: { authorization: null },
  },
];
