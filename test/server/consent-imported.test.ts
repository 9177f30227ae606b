import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { oauthServer, thingsWith, type TestOAuthServer } from '../http/oauth-server.ts';
import { openHouse, type House } from './house.ts';

const AUTHS = {
  person: {
    kind: 'oauth2',
    grant: 'authorization_code',
    authorizeUrl: '/authorize',
    tokenUrl: '/token',
    identity: { path: '/me', name: 'data.email' },
  },
  machine: { kind: 'oauth2', grant: 'client_credentials', tokenUrl: '/token' },
};
const CLIENT = { clientId: 'client-1', clientSecret: 'client-secret-1' };

let provider: TestOAuthServer;
let house: House;
const folder = mkdtempSync(join(tmpdir(), 'trunkline-acme-'));
before(async () => {
  provider = await oauthServer();
  const document = { ...thingsWith({ kind: 'none' }, { auths: AUTHS }), servers: { api: provider.url } };
  writeFileSync(join(folder, 'acme.json'), JSON.stringify(document));
  const config = `schedules: { activate: never }
connections:
  acme-file: { connector: ${join(folder, 'acme.json')} }
`;
  house = await openHouse({ config });
});
after(async () => {
  await house[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function consent(body: object): Promise<{ status: number; text: string }> {
  const begun = await house.ask<{ url: string; redirectUri: string }>('POST', '/api/v1/oauth/acme', body);
  assert.equal(begun.status, 200, JSON.stringify(begun.json));
  assert.equal(begun.json.redirectUri, `${house.url}/oauth/acme/callback`);
  const start = await fetch(begun.json.url, { redirect: 'manual' });
  assert.equal(start.status, 302);
  const cookie = (start.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const answer = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' });
  const done = await fetch(answer.headers.get('location') ?? '', { headers: { cookie } });
  return { status: done.status, text: await done.text() };
}

test('a person consents to an imported connector by way of the server, and it names the account', async () => {
  const done = await consent({ name: 'ada', ...CLIENT, scopes: ['a'], allowPrivate: ['127.0.0.1'] });
  assert.equal(done.status, 200, done.text);
  assert.match(done.text, /The connection ada was made\. You/);
  const stored = (await house.app.stored.list()).find(({ name }) => name === 'ada');
  assert.deepEqual([stored?.auth, stored?.account], ['person', 'acme:ada@example.com']);
  const called = await house.ask('POST', '/api/v1/connections/ada/test');
  assert.deepEqual(called.json, { called: '/me' });
});

test('what the provider refuses is shown to the person, without a script of the provider', async () => {
  provider.on.answer = { error: 'invalid_scope', error_description: '<script>alert(1)</script> wrong scope' };
  const done = await consent({ name: 'eve', ...CLIENT, allowPrivate: true });
  provider.on.answer = undefined;
  assert.equal(done.status, 400);
  assert.match(done.text, /invalid_scope \(&lt;script&gt;alert\(1\)&lt;\/script&gt; wrong scope\)/);
  assert.ok(!(await house.app.stored.has('eve')));
});

test('connections are added, tried and removed over the API; what is missing or private is said', async () => {
  const add = (body: object) => house.ask('POST', '/api/v1/connections', { connector: 'acme', ...body });
  const works = { name: 'machine', auth: 'machine', credentials: CLIENT, allowPrivate: ['127.0.0.1'] };
  assert.deepEqual((await add(works)).json, { name: 'machine', connector: 'acme', called: 'sign-in' });
  const closed = await add({ ...works, name: 'closed', allowPrivate: undefined });
  assert.match(String(closed.json['problem']), /must begin with https|not on the open internet/);
  const missing = await add({ ...works, credentials: { client_id: 'x' } });
  assert.equal(missing.status, 400);
  assert.match(JSON.stringify(missing.json), /not given: clientSecret/);
  const strange = await add({ ...works, credentials: { ...CLIENT, apiKey: 'do-not-show' } });
  assert.match(JSON.stringify(strange.json), /has no credential 'apiKey'/);
  assert.doesNotMatch(JSON.stringify(strange.json), /do-not-show/);
  const person = await add({ ...works, auth: 'person' });
  assert.match(JSON.stringify(person.json), /connected by the consent of a person/);
  assert.equal((await add({ ...works, connector: '../etc/passwd' })).status, 404);
  assert.deepEqual((await house.ask('DELETE', '/api/v1/connections/machine')).json, {
    name: 'machine',
    removed: true,
  });
  assert.equal((await house.ask('DELETE', '/api/v1/connections/machine')).status, 404);
});
