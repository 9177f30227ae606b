import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type Account, type Answer, type Json, basic, openAccount, request } from './zoom-access.ts';

const REDIRECT = 'https://app.example/callback';

async function authorize(account: Account, more: Record<string, string> = {}): Promise<Answer> {
  const { env } = account.sandbox;
  const client_id = env['ZOOM_CLIENT_ID'] ?? '';
  const query = new URLSearchParams({ response_type: 'code', client_id, redirect_uri: REDIRECT, ...more });
  return request(`${env['ZOOM_OAUTH_URL']}/authorize?${query.toString()}`);
}

async function connect(account: Account): Promise<Json> {
  const { headers } = await authorize(account);
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  const { status, body } = await account.token({
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
  });
  assert.equal(status, 200);
  return body;
}

const refresh = (account: Account, refresh_token: string): Promise<Answer> =>
  account.token({ grant_type: 'refresh_token', refresh_token });

async function revoke(account: Account, token: string): Promise<Answer> {
  return request(`${account.sandbox.env['ZOOM_OAUTH_URL']}/revoke`, {
    method: 'POST',
    headers: { authorization: basic(account.sandbox) },
    body: new URLSearchParams({ token }),
  });
}

void test('refreshes and refused refreshes are counted, and a dead token kills nothing else', async () => {
  await using account = await openAccount();
  const first = await connect(account);
  const second = (await refresh(account, first.refresh_token)).body;
  const reused = await refresh(account, first.refresh_token);
  assert.deepEqual([reused.status, reused.body], [400, { reason: 'Invalid Token!', error: 'invalid_grant' }]);
  for (const { access_token } of [first, second]) {
    assert.equal((await account.get('/users/me', access_token)).status, 200);
  }
  assert.equal((await refresh(account, second.refresh_token)).status, 200);
  const { tallies } = (await account.control('GET', '/stats')).body.zoom;
  assert.deepEqual(tallies, { refreshes: 2, refusedRefreshes: 1 });
});

void test('a refresh whose answer is lost has taken effect all the same', async () => {
  await using account = await openAccount();
  const { refresh_token } = await connect(account);
  const rules = [
    { system: 'zoom', operation: 'POST /oauth/token', kind: '500-after', probability: 1, times: 1 },
  ];
  await account.control('POST', '/faults', { rules });
  assert.equal((await refresh(account, refresh_token)).status, 500);
  assert.equal((await refresh(account, refresh_token)).body.error, 'invalid_grant');
  const { tallies } = (await account.control('GET', '/stats')).body.zoom;
  assert.deepEqual(tallies, { refreshes: 1, refusedRefreshes: 1 });
});

void test('access tokens live as long as a test wants', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { accessTokenSeconds: 5 });
  const { access_token, expires_in, refresh_token } = await connect(account);
  assert.equal(expires_in, 5);
  account.sandbox.clock.advance(5000);
  const { status, body } = await account.get('/users/me', access_token);
  assert.deepEqual([status, body], [401, { code: 124, message: 'Access token is expired.' }]);
  assert.equal((await refresh(account, refresh_token)).body.expires_in, 5);
  for (const accessTokenSeconds of [0, -1, 'soon', null]) {
    assert.equal((await account.control('POST', '/faults', { accessTokenSeconds })).status, 400);
  }
  await account.control('POST', '/reset');
  assert.equal((await connect(account)).expires_in, 3600);
});

void test('revoking either token of a pair kills both, and nobody else’s', async () => {
  await using account = await openAccount();
  const other = await connect(account);
  for (const kind of ['access_token', 'refresh_token']) {
    const pair = await connect(account);
    assert.deepEqual((await revoke(account, pair[kind])).body, { status: 'success' });
    const { status, body } = await account.get('/users/me', pair.access_token);
    assert.deepEqual([status, body.code], [401, 124]);
    assert.equal((await refresh(account, pair.refresh_token)).body.error, 'invalid_grant');
  }
  assert.equal((await account.get('/users/me', other.access_token)).status, 200);
});

void test('a consent is that of the user who is chosen', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { consentUser: 2 });
  const { access_token, refresh_token } = await connect(account);
  const [, , third] = (await account.get('/users')).body.users;
  assert.equal((await account.get('/users/me', access_token)).body.id, third.id);
  await account.control('POST', '/faults', { consentUser: 0 });
  const again = (await refresh(account, refresh_token)).body;
  assert.equal((await account.get('/users/me', again.access_token)).body.id, third.id);
});

void test('a new consent kills the old one’s tokens when that is switched on', async () => {
  await using account = await openAccount();
  const first = await connect(account);
  const second = await connect(account);
  assert.equal((await account.get('/users/me', first.access_token)).status, 200);
  await account.control('POST', '/faults', { reauthorizationRevokes: true });
  const third = await connect(account);
  assert.equal((await account.get('/users/me', second.access_token)).status, 401);
  assert.equal((await refresh(account, second.refresh_token)).status, 400);
  assert.equal((await account.get('/users/me', third.access_token)).status, 200);
});

void test('a wrong client, a wrong answer type or an unknown challenge method gets no code', async () => {
  await using account = await openAccount();
  for (const more of [{ client_id: 'x' }, { response_type: 'token' }, { code_challenge_method: 'MD5' }]) {
    const { status, headers } = await authorize(account, more);
    assert.deepEqual([status, headers.get('location')], [400, null]);
  }
});

void test('a denied consent comes back with its state and no code', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { denyConsent: true });
  const { status, headers } = await authorize(account, { state: 'abc' });
  assert.deepEqual([status, headers.get('location')], [302, `${REDIRECT}?state=abc&error=access_denied`]);
});

void test('removing the app kills its tokens and tells of it without an event time of its own', async () => {
  await using account = await openAccount();
  const pair = await connect(account);
  let seen: Json;
  const receiver = createServer((incoming, response) => {
    let text = '';
    incoming.on('data', (part: Buffer) => (text += part.toString()));
    incoming.on('end', () => {
      seen = JSON.parse(text);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  assert.equal(
    (await account.control('POST', '/events', { url, event: 'app_deauthorized' })).body.status,
    200,
  );
  receiver.close();
  assert.deepEqual(Object.keys(seen), ['event', 'payload']);
  assert.equal(seen.payload.client_id, account.sandbox.env['ZOOM_CLIENT_ID']);
  assert.match(seen.payload.event_ts, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.match(seen.payload.signature, /^[0-9a-f]{64}$/);
  assert.equal((await account.get('/users/me', pair.access_token)).status, 401);
  assert.equal((await account.get('/users/me')).status, 200);
});
