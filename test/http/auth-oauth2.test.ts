import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../src/core/secret.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { oauthServer, thingsWith, type Manners, type TestOAuthServer } from './oauth-server.ts';
import { failing, sessionOf } from './server.ts';

const CREDENTIALS = {
  clientId: 'client-1',
  clientSecret: 'client-secret-1',
  username: 'ada',
  password: 'pass word+1',
};

/** A session that signs in by OAuth 2.0, and calls the one action of its connector. */
function signedIn(server: TestOAuthServer, auth: Record<string, unknown>, credentials = {}) {
  const scheme = { kind: 'oauth2', grant: 'client_credentials', tokenUrl: '/token', ...auth };
  const connector = connectorFromJson(thingsWith(scheme));
  const secrets = Object.entries({ ...CREDENTIALS, ...credentials }).map(
    ([name, value]) => [name, new Secret(value)] as const,
  );
  const connection = { credentials: Object.fromEntries(secrets) };
  const session = sessionOf(server.url, {}, connection, connector);
  return { session, call: () => session.call(connector.actions['things']?.['get'] as never, {} as never) };
}

test('a client proves itself by a header, by the body, or by its name alone', async () => {
  for (const client of ['basic', 'post', 'none'] as const) {
    await using server = await oauthServer({ client });
    await signedIn(server, { client }).call();
    const other = client === 'basic' ? 'post' : 'basic';
    const wrong = await failing(signedIn(server, { client: other }).call());
    assert.equal(wrong.kind, 'auth', client);
    assert.equal(wrong.code, 'invalid_client');
    assert.match(wrong.hint, /by a header or by the body/);
  }
});

test('id and secret are encoded in the header as RFC 6749 wants it, and plain ones stay plain', async () => {
  const clientSecret = 'a:b%2F+ ü-_.~!';
  await using server = await oauthServer({ clientSecret });
  await signedIn(server, {}, { clientSecret }).call();
  server.on.clientSecret = 'Aa0-_.';
  await signedIn(server, {}, { clientSecret: 'Aa0-_.' }).call();
  const header = Buffer.from(server.seen.at(-2)?.headers.authorization?.slice(6) ?? '', 'base64').toString();
  assert.equal(header, 'client-1:Aa0-_.');
  // Servers that do not decode: `basic-raw` sends it as it is.
  server.on.clientSecret = 'ü:x';
  await failing(signedIn(server, { client: 'basic-raw' }, { clientSecret: 'not this' }).call());
  const raw = signedIn(server, { client: 'basic-raw' }, { clientSecret: 'a b%' });
  await failing(raw.call());
  const sent = Buffer.from(server.seen.at(-1)?.headers.authorization?.slice(6) ?? '', 'base64').toString();
  assert.equal(sent, 'client-1:a b%');
});

test('scopes, their separator and further members are sent', async () => {
  await using server = await oauthServer();
  const auth = { scopes: ['a', 'b'], separator: ',', parameters: { token: { audience: 'https://api' } } };
  await signedIn(server, auth).call();
  assert.deepEqual(Object.fromEntries(server.forms[0] ?? []), {
    audience: 'https://api',
    scope: 'a,b',
    grant_type: 'client_credentials',
  });
});

test('answers that bend the standard are understood', async (t) => {
  const bent: Partial<Manners>[] = [
    { status: 201 },
    { tokenType: undefined },
    { tokenType: 'user_token' },
    { scope: ['read', 'write'] },
    { seconds: '3600' },
    { seconds: undefined },
    { more: { refresh_token: null, id_token: 'no.jwt', scope: null } },
    { form: true, scope: 'read write' },
  ];
  for (const manners of bent) {
    await t.test(JSON.stringify(manners), async () => {
      await using server = await oauthServer(manners);
      const { session, call } = signedIn(server, {});
      await call();
      await call();
      assert.equal(server.tally.issued, 1);
      const { scopes } = await session.signIn();
      assert.deepEqual(scopes, manners.scope === undefined ? undefined : ['read', 'write']);
    });
  }
});

test('what a token endpoint refuses is said, with what to do and without secrets', async () => {
  await using server = await oauthServer();
  const refusals: [unknown, number, RegExp, string][] = [
    [{ error: 'invalid_scope', error_description: 'no such scope' }, 400, /no such scope/, 'scope'],
    [
      { error: 'bad_code', error_description: 'for client-secret-1' },
      200,
      /bad_code: for \[secret\]/,
      'auth',
    ],
    [{ error: { code: 7, message: 'nested' } }, 400, /nested/, 'input'],
    [{ hello: 'there' }, 200, /answered without a token/, 'contract'],
    ['<html>', 200, /answered without a token/, 'contract'],
  ];
  for (const [body, status, message, kind] of refusals) {
    server.on.refuse = { status, body };
    const error = await failing(signedIn(server, {}).call());
    assert.match(error.message, message);
    assert.equal(error.kind, kind);
    assert.doesNotMatch(JSON.stringify(error), /client-secret-1/);
  }
});

test('a token endpoint that fails for a moment is asked again', async () => {
  await using server = await oauthServer();
  server.on.refuse = { status: 503, body: {}, times: 2 };
  await signedIn(server, {}).call();
  assert.equal(server.forms.length, 3);
});

test('a password gives a token that is renewed at the refresh URL, and asked for anew when that has ended', async () => {
  await using server = await oauthServer({ seconds: 30 });
  const auth = { grant: 'password', refreshUrl: '/renew/' };
  const { call } = signedIn(server, auth);
  await call();
  await call();
  server.end();
  await call();
  const asked = server.paths.filter((path) => path.startsWith('POST'));
  assert.deepEqual(asked, ['POST /token', 'POST /renew/', 'POST /renew/', 'POST /token']);
  const grants = server.forms.map((form) => form.get('grant_type'));
  assert.deepEqual(grants, ['password', 'refresh_token', 'refresh_token', 'password']);
  const wrong = await failing(signedIn(server, auth, { password: 'wrong' }).call());
  assert.equal(wrong.code, 'invalid_grant');
});

test('a password grant works without a client', async () => {
  await using server = await oauthServer({ client: 'none', clientId: '' });
  await signedIn(server, { grant: 'password', client: 'none' }, { clientId: '' }).call();
  assert.equal(server.forms[0]?.get('client_id'), null);
});

test('a token that is refused is renewed once, for all who met the refusal', async () => {
  await using server = await oauthServer();
  const { call } = signedIn(server, {});
  await Promise.all(Array.from({ length: 20 }, call));
  assert.equal(server.tally.issued, 1);
  server.expire();
  await Promise.all(Array.from({ length: 5 }, call));
  assert.equal(server.tally.issued, 2);
});

test('a token goes where the definition says', async () => {
  await using server = await oauthServer();
  await signedIn(server, { place: { in: 'query', name: 'access_token', prefix: '' } }).call();
  assert.match(server.seen.at(-1)?.url ?? '', /^\/things\?access_token=access-1-/);
  await signedIn(server, { place: { prefix: 'Token ' } }).call();
  assert.match(server.seen.at(-1)?.headers.authorization ?? '', /^Token access-2-/);
});

test('where codes and secrets go must be https, unless it is on a network that was allowed', async () => {
  const auth = { kind: 'oauth2', grant: 'client_credentials', tokenUrl: 'http://tokens.example.com/token' };
  const connector = connectorFromJson(thingsWith(auth));
  const credentials = { clientId: new Secret('client-1'), clientSecret: new Secret('client-secret-1') };
  const sent: string[] = [];
  const deps = {
    fetch: (async (url: string) => {
      sent.push(url);
      return Response.json({ access_token: 't' });
    }) as unknown as typeof fetch,
  };
  const call = (allowPrivate: true | string[]) =>
    sessionOf('https://acme.example', deps, { credentials, allowPrivate }, connector).call(
      connector.actions['things']?.['get'] as never,
      {} as never,
    );
  const error = await failing(call([]));
  assert.match(error.message, /http:\/\/tokens\.example\.com\/token .* must begin with https/);
  assert.equal(error.kind, 'config');
  assert.deepEqual(sent, []);
  await call(['tokens.example.com']);
  assert.equal(sent[0], 'http://tokens.example.com/token');
});
