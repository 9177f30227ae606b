import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connectByConsent, type App, type ConsentRequest } from '../../src/app/index.ts';
import { findAction } from '../../src/core/connector.ts';
import { Secret } from '../../src/core/secret.ts';
import { oauthServer, thingsWith, type Manners } from '../http/oauth-server.ts';
import { appFor, tempFolder } from './consented.ts';

const SCHEME = {
  kind: 'oauth2',
  grant: 'authorization_code',
  authorizeUrl: '/authorize?prompt=consent',
  tokenUrl: '/token',
  revokeUrl: '/revoke',
  scopes: ['read', 'write'],
  identity: { path: '/me', name: 'data.email' },
};

/** An app, and an API whose connector is a document in its data directory. */
async function acme(t: TestContext, auth: object = {}, manners: Partial<Manners> = {}) {
  const server = await oauthServer(manners);
  t.after(() => server[Symbol.asyncDispose]());
  const dataDir = tempFolder(t);
  const reference = join(dataDir, 'acme.json');
  const document = { ...thingsWith({ ...SCHEME, ...auth }), servers: { api: server.url } };
  writeFileSync(reference, JSON.stringify(document));
  const app = appFor(dataDir, { url: 'http://127.0.0.1:1' });
  t.after(() => app.close());
  return { server, app, dataDir, reference };
}

type House = Awaited<ReturnType<typeof acme>>;

async function connect(
  { app, server, reference }: House,
  more: Partial<ConsentRequest> = {},
  change: (answer: URLSearchParams) => URLSearchParams = (answer) => answer,
): Promise<URL> {
  let asked = '';
  const request = {
    name: 'ada',
    connector: reference,
    clientId: new Secret('client-1'),
    clientSecret: new Secret('client-secret-1'),
    redirectUri: 'http://127.0.0.1:8788/oauth/callback',
    settings: { allowPrivate: ['127.0.0.1'] },
    ...more,
  };
  await connectByConsent(app, request, async ({ url }) => {
    asked = url;
    return change(await server.consent(url));
  });
  return new URL(asked);
}

async function call(app: App): Promise<unknown> {
  const session = await app.session('ada');
  return session.call(findAction(session.connector, 'things.get') as never, {} as never);
}

const set = (values: Record<string, string>) => (answer: URLSearchParams) => {
  for (const [name, value] of Object.entries(values)) answer.set(name, value);
  return answer;
};

test('any connector with an authorization code is connected by consent, and says whose tokens they are', async (t) => {
  const house = await acme(t, { parameters: { authorize: { access_type: 'offline' } } });
  const { app, server } = house;
  const { searchParams: query } = await connect(house);
  assert.deepEqual(
    ['prompt', 'access_type', 'scope', 'response_type', 'code_challenge_method'].map((name) =>
      query.get(name),
    ),
    ['consent', 'offline', 'read write', 'code', 'S256'],
  );
  const { called } = await app.stored.test(await app.link('ada'));
  assert.equal(called, '/me');
  const [stored] = await app.stored.list();
  assert.equal(stored?.account, 'acme:ada@example.com');
  assert.equal(stored?.settings.userId, 'ada@example.com');
  assert.ok(await call(app));
  await app.stored.revoke('ada');
  assert.equal(server.tally.revoked, 1);
  assert.deepEqual(await app.stored.list(), []);
});

test('scopes that are asked for go before those of the definition; a client without PKCE sends no verifier', async (t) => {
  const house = await acme(t, { separator: ',', pkce: false });
  const { searchParams: query } = await connect(house, { scopes: ['a', 'b'] });
  assert.equal(query.get('scope'), 'a,b');
  assert.equal(query.get('code_challenge'), null);
  assert.equal(house.server.forms[0]?.get('code_verifier'), null);
});

test('a public client needs no secret', async (t) => {
  const house = await acme(t, { identity: undefined }, { client: 'none' });
  const { app, reference, server } = house;
  const redirectUri = 'http://127.0.0.1:1/x';
  const request = { name: 'ada', connector: reference, clientId: new Secret('client-1'), redirectUri };
  const settings = { allowPrivate: true as const };
  await connectByConsent(app, { ...request, settings }, ({ url }) => server.consent(url));
  assert.ok(await call(app));
});

test('an answer of somebody else, another verifier or another issuer connects nothing', async (t) => {
  const house = await acme(t);
  const { app, server } = house;
  const fails = (change: (answer: URLSearchParams) => URLSearchParams, expected: object) =>
    assert.rejects(connect(house, {}, change), { kind: 'auth', ...expected });
  await fails(set({ state: 'x' }), { message: /state/ });
  await fails(set({ code: 'x' }), { code: 'invalid_grant' });
  await fails(
    (answer) => {
      answer.append('code', 'second');
      return answer;
    },
    { message: /does not belong/ },
  );
  await fails(set({ iss: 'https://evil.example' }), { message: /given by 'https:\/\/evil\.example'/ });
  await connect(house, {}, set({ iss: `${server.url}/` }));
  assert.equal((await app.stored.list()).length, 1);
});

test('an issuer that the definition names must be the one, letter by letter', async (t) => {
  const house = await acme(t, { issuer: 'https://id.example/tenant' });
  await assert.rejects(connect(house, {}, set({ iss: 'https://id.example/' })), { kind: 'auth' });
  await connect(house, {}, set({ iss: 'https://id.example/tenant' }));
});

test('what the provider says of a refusal reaches the person', async (t) => {
  const house = await acme(t);
  house.server.on.answer = { error: 'invalid_scope', error_description: 'Scope\u0007write needs a review.' };
  await assert.rejects(connect(house), { message: /invalid_scope \(Scope write needs a review\.\)/ });
  house.server.on.answer = { error: 'access_denied', error_description: 'Not today' };
  await assert.rejects(connect(house), { code: 'access_denied', message: /declined \(Not today\)/ });
  assert.deepEqual(await house.app.stored.list(), []);
});

test('a refresh token that does not rotate stays; one that is refused disables the connection', async (t) => {
  const house = await acme(t, {}, { rotating: false, seconds: 60 });
  const { app, server } = house;
  await connect(house);
  for (let i = 0; i < 3; i++) await call(app);
  assert.equal(server.tally.refreshes, 3);
  assert.equal(server.tally.refusedCalls, 0);
  server.end();
  await assert.rejects(call(app), { kind: 'auth', message: /'ada' is disabled/, hint: /--oauth --name ada/ });
  assert.equal((await app.stored.list())[0]?.state, 'disabled');
});

test('a token without a refresh token is used until its end, then a person is asked for again', async (t) => {
  const house = await acme(t, {}, { refresh: false, seconds: undefined });
  const { app, server } = house;
  await connect(house);
  assert.ok(await call(app));
  assert.deepEqual(await app.stored.renewIfOlderThan(0), []);
  server.expire();
  // Refused once is no proof that the consent has ended, so the connection stays.
  await assert.rejects(call(app), { kind: 'auth', status: 401 });
  assert.equal((await app.stored.list())[0]?.state, 'active');
  server.on.seconds = 1;
  await connect(house);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await assert.rejects(call(app), { kind: 'auth', message: /its access has ended/ });
  assert.equal((await app.stored.list())[0]?.state, 'disabled');
});

test('without permission nothing private is asked, and the person is told how to give it', async (t) => {
  const house = await acme(t);
  const settings = {};
  await assert.rejects(connect(house, { settings }), {
    kind: 'config',
    hint: /--allow-private 127\.0\.0\.1/,
  });
  assert.deepEqual(house.server.paths, []);
});

test('two processes with one rotating token of an imported connector: no call fails, no refresh is refused', async (t) => {
  // Tokens that end within the margin are renewed before every call, and the old refresh token is dead at once.
  const house = await acme(t, {}, { seconds: 60 });
  const { dataDir, server } = house;
  await connect(house);
  await house.app.close();
  const children = [1, 2].map(() => {
    const script = join(import.meta.dirname, 'oauth-child.ts');
    const line = [script, dataDir, 'http://127.0.0.1:1', '50', 'things.get'];
    const child = spawn(process.execPath, line, { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
    return { child, out: () => out };
  });
  const ended = children.map(({ child }) => once(child, 'close'));
  await Promise.all(children.map(({ child }, i) => Promise.race([once(child.stdout, 'data'), ended[i]])));
  for (const { child } of children) child.stdin.write('go\n');
  await Promise.all(ended);
  for (const { out } of children) assert.equal(out(), 'ready\nfailed 0\n');
  assert.equal(server.tally.refusedRefreshes, 0);
  t.diagnostic(`${server.tally.refreshes} refreshes`);
  assert.ok(server.tally.refreshes >= 50);
});
