import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { Connector } from '../../src/core/connector.ts';
import { Secret } from '../../src/core/secret.ts';
import type { HttpDeps } from '../../src/http/session.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { thingsWith } from './oauth-server.ts';
import { failing, json, serve, sessionOf, type Script } from './server.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

function secrets(credentials: Record<string, string>): Record<string, Secret> {
  return Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, new Secret(value)]));
}

function caller(
  url: string,
  connector: Connector,
  credentials: Record<string, string>,
  deps: Partial<HttpDeps> = {},
  auth?: string,
) {
  const connection = { credentials: secrets(credentials), ...(auth === undefined ? {} : { auth }) };
  const session = sessionOf(url, deps, connection, connector);
  return (name = 'get') => session.call(connector.actions['things']?.[name] as never, {} as never);
}

const echo: Script = ({ url }, response) => json(response, 200, { url });

test('a key goes to header, query or cookie, with what stands before it; cookies of the call stay', async () => {
  await using server = await serve(echo);
  const withKey = (auth: object, parameters: object[] = []): Connector => {
    const get = { title: 'Get', method: 'GET', path: '/things', parameters };
    const actions = { things: { get } };
    return connectorFromJson({ ...thingsWith({ kind: 'api-key', credential: 'key', ...auth }), actions });
  };
  const one = { credentials: { key: 'k y;1' } };
  await caller(server.url, withKey({ in: 'header', name: 'Authorization', prefix: 'Key ' }), { key: 'k1' })();
  assert.equal(server.seen.at(-1)?.headers.authorization, 'Key k1');
  await caller(server.url, withKey({ in: 'query', name: 'api key' }), one.credentials)();
  assert.equal(server.seen.at(-1)?.url, '/things?api+key=k+y%3B1');
  const lang = { name: 'lang', in: 'cookie', value: 'de', schema: { type: 'string' } };
  await caller(server.url, withKey({ in: 'cookie', name: 'sid' }, [lang]), one.credentials)();
  assert.equal(server.seen.at(-1)?.headers.cookie, 'lang=de; sid=k%20y%3B1');
});

test('a bearer token may have another word before it, and Basic takes any characters', async () => {
  await using server = await serve(echo);
  const bearer = connectorFromJson(thingsWith({ kind: 'bearer', credential: 'token', prefix: 'Token ' }));
  await caller(server.url, bearer, { token: 't1' })();
  assert.equal(server.seen.at(-1)?.headers.authorization, 'Token t1');
  const basic = connectorFromJson(thingsWith({ kind: 'basic', username: 'user', password: 'pass' }));
  await caller(server.url, basic, { user: 'jürgen', pass: 'a:b' })();
  const sent = server.seen.at(-1)?.headers.authorization ?? '';
  assert.equal(Buffer.from(sent.slice(6), 'base64').toString(), 'jürgen:a:b');
});

test('tokens are signed with every algorithm, and their claims are filled in', async (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed = generateKeyPairSync('ed25519');
  const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const curves = { ES256: curve('P-256'), ES384: curve('P-384'), ES512: curve('P-521') };
  const keys = {
    ...Object.fromEntries(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((name) => [name, rsa])),
    ...curves,
    EdDSA: ed,
  };
  const payload = {
    iss: '{clientId}',
    iat: '{now}',
    exp: '{now+300}',
    nbf: '{now-5}',
    jti: '{uuid}',
    aud: ['https://{clientId}.example', 7],
    nested: { at: 'since {now}', brace: '{ "a": 1 }' },
  };
  await using server = await serve(echo);
  const sign = async (algorithm: string, secret: string, more = {}) => {
    const auth = { kind: 'jwt', algorithm, header: { kid: 'key-{clientId}' }, payload, ...more };
    await caller(
      server.url,
      connectorFromJson(thingsWith(auth)),
      { secret, clientId: 'c1' },
      { now: () => NOW },
    )();
    return server.seen.at(-1)?.headers.authorization?.replace('Bearer ', '') ?? '';
  };
  for (const [algorithm, { privateKey, publicKey }] of Object.entries(keys)) {
    await t.test(algorithm, async () => {
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
      for (const secret of [pem, pem.replaceAll('\n', '\\n'), jwk]) {
        const token = await sign(algorithm, secret);
        await jwtVerify(token, publicKey, { currentDate: new Date(NOW) });
        assert.deepEqual(decodeProtectedHeader(token), { typ: 'JWT', kid: 'key-c1', alg: algorithm });
      }
    });
  }
  const shared = Buffer.from('a shared secret of 32 characters');
  const token = await sign('HS256', shared.toString());
  const { payload: claims } = await jwtVerify(token, shared, { currentDate: new Date(NOW) });
  const seconds = NOW / 1000;
  assert.deepEqual(
    { ...claims, jti: '' },
    {
      iss: 'c1',
      iat: seconds,
      exp: seconds + 300,
      nbf: seconds - 5,
      jti: '',
      aud: ['https://c1.example', 7],
      nested: { at: `since ${seconds}`, brace: '{ "a": 1 }' },
    },
  );
  const other = await sign('HS512', shared.toString('base64'), { base64: true });
  const { payload: second } = await jwtVerify(other, shared, { currentDate: new Date(NOW) });
  assert.notEqual(second.jti, claims.jti);
  await sign('HS256', 'secret-in-query-1', { place: { in: 'query', name: 'jwt', prefix: '' } });
  assert.match(server.seen.at(-1)?.url ?? '', /^\/things\?jwt=eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
});

test('a key that cannot sign is named, not shown', async () => {
  const auth = { kind: 'jwt', algorithm: 'RS256', payload: {} };
  const call = caller('http://127.0.0.1:1', connectorFromJson(thingsWith(auth)), { secret: 'no key at all' });
  const error = await failing(call());
  assert.equal(error.message, "the credential 'secret' cannot sign with RS256");
  assert.equal(error.kind, 'config');
  assert.doesNotMatch(JSON.stringify(error), /no key at all/);
});

const LOGIN = {
  kind: 'login',
  path: '/login/{tenant}',
  json: { user: '{user}', pass: '{pass}', at: '{now}' },
  token: '/data/token',
};

/** Gives numbered tokens; only the newest is good. */
function loginServer(answer: (n: number) => { body?: unknown; headers?: Record<string, string> }) {
  let issued = 0;
  const script: Script = (seen, response) => {
    if (seen.url.startsWith('/login')) {
      issued++;
      const { body = {}, headers } = answer(issued);
      return json(response, 200, body, headers);
    }
    const proof = [
      seen.headers.authorization,
      seen.headers['x-session'],
      seen.headers.cookie,
      seen.url,
    ].join();
    return proof.includes(`tok-${issued}`) ? json(response, 200, {}) : json(response, 401, {});
  };
  return { script, issued: () => issued };
}

test('a first call gives the token that the others are made with; a refused one is fetched anew', async () => {
  const { script, issued } = loginServer((n) => ({ body: { data: { token: `tok-${n}`, left: 1000 } } }));
  await using server = await serve(script);
  const connector = connectorFromJson(thingsWith({ ...LOGIN, expires: '/data/left' }));
  const clock = { ms: NOW };
  const credentials = { user: 'ada', pass: 'p"w', tenant: 'a/b' };
  const call = caller(server.url, connector, credentials, { now: () => clock.ms });
  await Promise.all([call(), call(), call()]);
  assert.equal(issued(), 1);
  assert.equal(server.seen[0]?.url, '/login/a%2Fb');
  assert.deepEqual(JSON.parse(server.seen[0]?.body ?? ''), { user: 'ada', pass: 'p"w', at: NOW / 1000 });
  clock.ms += 1000_000;
  await call();
  assert.equal(issued(), 2, 'its time was over');
  await fetch(`${server.url}/login`);
  await call();
  assert.equal(issued(), 4, 'the server refused it before its time');
});

test('the token is found where it is, and its end however it is written', async (t) => {
  const soon = new Date(NOW + 600_000).toISOString();
  const cases: [string, object, (n: number) => { body?: unknown; headers?: Record<string, string> }][] = [
    ['whole answer', { token: '' }, (n) => ({ body: `tok-${n}` })],
    ['header', { token: { header: 'X-Token' } }, (n) => ({ headers: { 'x-token': `tok-${n}` } })],
    ['cookie', { token: { cookie: 'sid' } }, (n) => ({ headers: { 'set-cookie': `sid=tok-${n}; Path=/` } })],
    ['end as time', { token: '/t', expires: '/e' }, (n) => ({ body: { t: `tok-${n}`, e: soon } })],
    ['end in s', { token: '/t', expires: '/e' }, (n) => ({ body: { t: `tok-${n}`, e: NOW / 1000 + 600 } })],
    ['end in ms', { token: '/t', expires: '/e' }, (n) => ({ body: { t: `tok-${n}`, e: NOW + 600_000 } })],
    ['as text', { token: '/t', expires: '/e' }, (n) => ({ body: { t: `tok-${n}`, e: '600' } })],
    ['not said', { token: '/t', ttlSeconds: 600 }, (n) => ({ body: { t: `tok-${n}` } })],
  ];
  for (const [name, more, answer] of cases) {
    await t.test(name, async () => {
      const { script, issued } = loginServer(answer);
      await using server = await serve(script);
      const place =
        name === 'cookie' ? { in: 'cookie', name: 'sid', prefix: '' } : { name: 'X-Session', prefix: '' };
      const auth = { ...LOGIN, path: '/login', ttlSeconds: 600, ...more, place };
      const clock = { ms: NOW };
      const call = caller(
        server.url,
        connectorFromJson(thingsWith(auth)),
        { user: 'u', pass: 'p' },
        {
          now: () => clock.ms,
        },
      );
      await call();
      clock.ms += 500_000;
      await call();
      assert.equal(issued(), 1);
      clock.ms += 20_000;
      await call();
      assert.equal(issued(), 2);
    });
  }
});

test('a sign-in without a token, or with a refused password, says so', async () => {
  await using server = await serve((_, response, n) =>
    n === 1 ? json(response, 200, { data: {} }) : json(response, 403, { message: 'wrong: pass-word' }),
  );
  const connector = connectorFromJson(thingsWith({ ...LOGIN, path: '/login' }));
  const call = caller(server.url, connector, { user: 'ada', pass: 'pass-word' });
  const empty = await failing(call());
  assert.equal(empty.message, "the sign-in to 'shop' answered without a token at '/data/token'");
  const refused = await failing(call());
  assert.equal(refused.status, 403);
  assert.match(refused.message, /wrong: \[secret\]/);
});

test('several proofs go on one call, and the one that can be renewed is', async () => {
  const { script, issued } = loginServer((n) => ({ body: { data: { token: `tok-${n}` } } }));
  await using server = await serve(script);
  const of = [
    { kind: 'api-key', in: 'query', name: 'key', credential: 'key' },
    { ...LOGIN, path: '/login' },
  ];
  const call = caller(server.url, connectorFromJson(thingsWith({ kind: 'all', of })), {
    key: 'k1',
    user: 'u',
    pass: 'p',
  });
  await call();
  await fetch(`${server.url}/login`);
  await call();
  assert.equal(issued(), 3);
  const { url, headers } = server.seen.at(-1) ?? {};
  assert.deepEqual([url, headers?.authorization], ['/things?key=k1', 'Bearer tok-3']);
});

test('an operation takes the first of its ways for which there are credentials, and none when it wants none', async () => {
  await using server = await serve(echo);
  const auths = {
    basic: { kind: 'basic', username: 'user', password: 'pass' },
    key: { kind: 'api-key', in: 'header', name: 'X-Key', credential: 'key' },
  };
  const operation = (auth?: string[]) => ({
    title: 'Get',
    method: 'GET',
    path: '/things',
    ...(auth && { auth }),
  });
  const things = {
    get: operation(),
    either: operation(['basic', 'key']),
    basic: operation(['basic']),
    open: operation([]),
  };
  const connector = connectorFromJson({ ...thingsWith(auths.key, { auths }), actions: { things } });
  const call = caller(server.url, connector, { key: 'k1' });
  const proof = (): unknown[] => {
    const { headers } = server.seen.at(-1) ?? {};
    return [headers?.['x-key'], headers?.authorization?.slice(0, 5)];
  };
  await call('get');
  assert.deepEqual(proof(), ['k1', undefined]);
  await call('either');
  assert.deepEqual(proof(), ['k1', undefined]);
  await call('open');
  assert.deepEqual(proof(), [undefined, undefined]);
  const error = await failing(call('basic'));
  assert.match(error.message, /has no credentials for basic \(user, pass\)/);
  assert.match(error.hint, /--auth basic/);
  const both = caller(server.url, connector, { key: 'k1', user: 'u', pass: 'p' });
  await both('either');
  assert.deepEqual(proof(), ['k1', undefined], 'the own way of the connector goes first');
  const chosen = caller(server.url, connector, { key: 'k1', user: 'u', pass: 'p' }, {}, 'basic');
  await chosen('either');
  assert.deepEqual(proof(), [undefined, 'Basic']);
});

test('no log and no error shows a token that was fetched', async () => {
  const lines: string[] = [];
  const log = Object.assign((_: string, message: string) => void lines.push(message), {
    enabled: () => true,
  });
  await using server = await serve(({ url }, response) =>
    url.startsWith('/login')
      ? json(response, 200, { data: { token: 'tok-very-secret' } })
      : json(response, 400, { message: `bad ${url}` }),
  );
  const auth = { ...LOGIN, path: '/login', place: { in: 'query', name: 't', prefix: '' } };
  const call = caller(server.url, connectorFromJson(thingsWith(auth)), { user: 'u', pass: 'p' }, { log });
  const error = await failing(call());
  assert.match(error.message, /bad \/things\?t=\[secret\]/);
  assert.ok(lines.length >= 2);
  assert.doesNotMatch(lines.join(), /tok-very-secret/);
});
