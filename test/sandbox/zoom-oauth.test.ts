import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Account, basic, openAccount, request } from './zoom-access.ts';

const REDIRECT = 'https://app.example/callback';

async function consent(account: Account, more: Record<string, string> = {}): Promise<URL> {
  const { env } = account.sandbox;
  const client_id = env['ZOOM_CLIENT_ID'] ?? '';
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: REDIRECT,
    state: 's 1',
    ...more,
  });
  const { status, headers } = await request(`${env['ZOOM_OAUTH_URL']}/authorize?${query.toString()}`);
  assert.equal(status, 302);
  return new URL(headers.get('location') ?? '');
}

void test('a Server-to-Server token answers with its scopes, an hour and the sandbox as api_url', async () => {
  await using account = await openAccount();
  const account_id = account.sandbox.env['ZOOM_ACCOUNT_ID'] ?? '';
  const { status, body } = await account.token({ grant_type: 'account_credentials', account_id });
  assert.equal(status, 200);
  assert.equal(body.token_type, 'bearer');
  assert.equal(body.expires_in, 3600);
  assert.equal(body.api_url, `${account.sandbox.url}/zoom`);
  assert.ok(body.scope.split(' ').includes('report:read:user:admin'));
  assert.equal(body.refresh_token, undefined);
  assert.match(body.access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const again = await account.token({ grant_type: 'account_credentials', account_id });
  for (const token of [body.access_token, again.body.access_token]) {
    assert.equal((await account.get('/users', token)).status, 200);
  }
});

void test('parameters may stand in the query string', async () => {
  await using account = await openAccount();
  const { env } = account.sandbox;
  const url = `${env['ZOOM_OAUTH_URL']}/token?grant_type=account_credentials&account_id=${env['ZOOM_ACCOUNT_ID']}`;
  const headers = { authorization: basic(account.sandbox) };
  assert.equal((await request(url, { method: 'POST', headers })).status, 200);
});

void test('the token endpoint refuses with reason and error', async () => {
  await using account = await openAccount();
  const { env } = account.sandbox;
  const stranger = await request(`${env['ZOOM_OAUTH_URL']}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'account_credentials' }),
  });
  assert.equal(stranger.status, 400);
  assert.deepEqual(stranger.body, { reason: 'Invalid client_id or client_secret', error: 'invalid_client' });
  const grant = await account.token({ grant_type: 'password' });
  assert.deepEqual(grant.body, { reason: 'unsupported grant type', error: 'unsupported_grant_type' });
  const refresh = await account.token({ grant_type: 'refresh_token', refresh_token: 'dead' });
  assert.deepEqual(
    [refresh.status, refresh.body],
    [400, { reason: 'Invalid Token!', error: 'invalid_grant' }],
  );
  const wrong = await account.token({ grant_type: 'account_credentials', account_id: 'other' });
  assert.deepEqual(wrong.body, { reason: 'Bad Request', error: 'invalid_request' });
});

void test('an access token dies after 3600 seconds of the clock', async () => {
  await using account = await openAccount();
  account.sandbox.clock.advance(3590_000);
  assert.equal((await account.get('/users')).status, 200);
  account.sandbox.clock.advance(10_000);
  const { status, body } = await account.get('/users');
  assert.deepEqual([status, body], [401, { code: 124, message: 'Access token is expired.' }]);
});

void test('missing, wrong, revoked and query-string tokens are refused', async () => {
  await using account = await openAccount();
  const { env } = account.sandbox;
  const none = await request(`${env['ZOOM_API_URL']}/users?access_token=x`);
  assert.deepEqual([none.status, none.body], [401, { code: 124, message: 'Requires an access token.' }]);
  const wrong = await account.get('/users', 'nonsense');
  assert.deepEqual([wrong.status, wrong.body], [401, { code: 124, message: 'Invalid access token.' }]);
  await account.control('POST', '/faults', { revokeTokens: true });
  assert.deepEqual((await account.get('/users')).body, { code: 124, message: 'Invalid access token.' });
  await account.signIn();
  assert.equal((await account.get('/users')).status, 200);
});

void test('a consent gives a code that works once and refresh tokens that rotate', async () => {
  await using account = await openAccount();
  const verifier = 'v'.repeat(60);
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const back = await consent(account, { code_challenge, code_challenge_method: 'S256' });
  assert.equal(back.searchParams.get('state'), 's 1');
  const code = back.searchParams.get('code') ?? '';
  const exchange = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
  };
  const first = await account.token(exchange);
  assert.equal(first.status, 200);
  assert.equal((await account.token(exchange)).body.error, 'invalid_grant');
  const me = await account.get('/users/me', first.body.access_token);
  assert.equal(me.body.role_name, 'Owner');
  const refresh_token = first.body.refresh_token;
  const second = await account.token({ grant_type: 'refresh_token', refresh_token });
  assert.equal(second.status, 200);
  assert.notEqual(second.body.refresh_token, refresh_token);
  const reused = await account.token({ grant_type: 'refresh_token', refresh_token });
  assert.equal(reused.body.error, 'invalid_grant');
});

void test('a code needs its verifier and its redirect address, and dies after five minutes', async () => {
  await using account = await openAccount();
  const cases = [
    { more: { code_challenge: 'x'.repeat(43) }, params: { code_verifier: 'y'.repeat(43) }, wait: 0 },
    { more: {}, params: { redirect_uri: 'https://evil.example/' }, wait: 0 },
    { more: {}, params: {}, wait: 300_000 },
  ];
  for (const { more, params, wait } of cases) {
    const code = (await consent(account, more)).searchParams.get('code') ?? '';
    account.sandbox.clock.advance(wait);
    const answer = await account.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      ...params,
    });
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant']);
  }
});

void test('a person may decline', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { denyConsent: true });
  const back = await consent(account);
  assert.equal(back.searchParams.get('error'), 'access_denied');
  assert.equal(back.searchParams.get('code'), null);
});

void test('a public client proves itself by its verifier instead of a secret', async () => {
  await using account = await openAccount();
  const { env } = account.sandbox;
  const code_verifier = 'p'.repeat(43);
  const code = (await consent(account, { code_challenge: code_verifier })).searchParams.get('code') ?? '';
  const client_id = env['ZOOM_CLIENT_ID'] ?? '';
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    client_id,
    code_verifier,
  });
  const { status, body: pair } = await request(`${env['ZOOM_OAUTH_URL']}/token`, { method: 'POST', body });
  assert.equal(status, 200);
  const send = async (operation: 'token' | 'revoke', form: Record<string, string>) =>
    request(`${env['ZOOM_OAUTH_URL']}/${operation}`, { method: 'POST', body: new URLSearchParams(form) });
  const refresh = { grant_type: 'refresh_token', refresh_token: pair.refresh_token as string };
  assert.equal((await send('token', refresh)).body.error, 'invalid_client', 'it has to name itself');
  const next = await send('token', { ...refresh, client_id });
  assert.equal(next.status, 200);
  const token = next.body.refresh_token as string;
  assert.deepEqual((await send('revoke', { token, client_id })).body, { status: 'success' });
  assert.equal((await account.get('/users/me', next.body.access_token)).status, 401);
});

void test('what a client with a secret was given is of no use without the secret', async () => {
  await using account = await openAccount();
  const client_id = account.sandbox.env['ZOOM_CLIENT_ID'] ?? '';
  const code = (await consent(account)).searchParams.get('code') ?? '';
  const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  const { refresh_token, access_token } = (await account.token(grant)).body;
  for (const [operation, form] of [
    ['token', { grant_type: 'refresh_token', refresh_token, client_id }],
    ['revoke', { token: access_token, client_id }],
  ] as const) {
    const url = `${account.sandbox.env['ZOOM_OAUTH_URL']}/${operation}`;
    const answer = await request(url, { method: 'POST', body: new URLSearchParams(form) });
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_client'], operation);
  }
  assert.equal((await account.token({ grant_type: 'refresh_token', refresh_token })).status, 200);
});

void test('a revoked token is dead at once', async () => {
  await using account = await openAccount();
  const account_id = account.sandbox.env['ZOOM_ACCOUNT_ID'] ?? '';
  const { access_token } = (await account.token({ grant_type: 'account_credentials', account_id })).body;
  const { body } = await request(`${account.sandbox.env['ZOOM_OAUTH_URL']}/revoke?token=${access_token}`, {
    method: 'POST',
    headers: { authorization: basic(account.sandbox) },
  });
  assert.deepEqual(body, { status: 'success' });
  assert.equal((await account.get('/users', access_token)).status, 401);
});

void test('a device polls until the person has consented', async () => {
  await using account = await openAccount();
  const { env } = account.sandbox;
  const url = `${env['ZOOM_OAUTH_URL']}/devicecode?client_id=${env['ZOOM_CLIENT_ID']}`;
  const { body } = await request(url, { method: 'POST' });
  assert.deepEqual([body.expires_in, body.interval], [900, 5]);
  const poll = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: body.device_code };
  assert.equal((await account.token(poll)).body.error, 'authorization_pending');
  assert.equal((await account.token(poll)).status, 200);
});

void test('an app token has the scope of chatbots alone', async () => {
  await using account = await openAccount();
  const { body } = await account.token({ grant_type: 'client_credentials' });
  assert.equal(body.scope, 'imchat:bot');
  assert.equal((await account.get('/users', body.access_token)).body.code, 4711);
});
