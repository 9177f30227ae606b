import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { beginAuthorization } from '../../src/app/index.ts';
import { findAction } from '../../src/core/connector.ts';
import type { Session } from '../../src/http/session.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { appFor, connectAda, tempFolder } from './consented.ts';

const SMALL = { users: 2, meetings: 0, webinars: 0, plan: 'unlimited' } as const;

function whoami(session: Session): Promise<unknown> {
  const me = findAction(session.connector, 'users.me');
  assert.ok(me);
  return session.call(me, {});
}

test('the address of a consent has state and an S256 challenge, and no scope unless asked for', async (t) => {
  const app = appFor(tempFolder(t), { url: 'http://127.0.0.1:1' });
  const request = { connector: app.connector('zoom'), clientId: 'id', redirectUri: 'http://127.0.0.1:1/x' };
  const { url, state, verifier } = beginAuthorization(request);
  const query = new URL(url).searchParams;
  assert.ok(verifier !== undefined);
  assert.ok(url.startsWith('https://zoom.us/oauth/authorize?'));
  assert.equal(query.get('code_challenge'), createHash('sha256').update(verifier).digest('base64url'));
  assert.match(verifier, /^[\w.~-]{43,128}$/);
  assert.equal(Buffer.from(state, 'base64url').length, 32);
  assert.equal(query.get('scope'), null);
});

test('a consent becomes a connection: its calls go where the token answer says', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  await connectAda(app, sandbox);
  await app.stored.test(await app.link('ada'));
  const session = await app.session('ada');
  assert.equal(session.connection.servers?.['api'], `${sandbox.url}/zoom/v2`);
  // The account is the one that Server-to-Server connections name, so that budgets are shared.
  assert.equal(session.connection.account, `zoom:${sandbox.zoom.credentials.accountId}`);
  assert.ok(await whoami(session));
});

test('an answer with another state, another code or another verifier connects nothing', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  const change = (name: string, value: string) => (answer: URLSearchParams) => {
    answer.set(name, value);
    return answer;
  };
  await assert.rejects(connectAda(app, sandbox, change('state', 'x')), { kind: 'auth', message: /state/ });
  await assert.rejects(connectAda(app, sandbox, change('code', 'x')), { kind: 'auth' });
  sandbox.zoom.switches.denyConsent = true;
  await assert.rejects(connectAda(app, sandbox), { kind: 'auth', code: 'access_denied' });
  sandbox.zoom.switches.denyConsent = false;
  let stolen: URLSearchParams | undefined;
  await connectAda(app, sandbox, (answer) => (stolen = answer)).then(() => undefined);
  await app.stored.remove('ada');
  // A code that began with another verifier: state fits, proof does not.
  await assert.rejects(
    connectAda(app, sandbox, (answer) => {
      answer.set('code', stolen?.get('code') ?? '');
      return answer;
    }),
    { kind: 'auth' },
  );
  assert.deepEqual(await app.stored.list(), []);
});

test('a refresh token that is refused disables the connection at once, with what to do', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  await connectAda(app, sandbox);
  const session = await app.session('ada');
  await whoami(session);
  sandbox.zoom.deauthorize();
  await assert.rejects(whoami(session), {
    kind: 'auth',
    message: /'ada' is disabled/,
    hint: /trunkline connections add zoom --oauth --name ada/,
  });
  assert.equal((await app.stored.list())[0]?.state, 'disabled');
  assert.equal(await (await app.stored.vault()).load('ada'), undefined);
  await assert.rejects(app.link('ada'), { kind: 'auth', hint: /--oauth --name ada/ });
  await connectAda(app, sandbox);
  assert.ok(await whoami(await app.session('ada')));
});

test('a token that Zoom refuses before its time is renewed once, and the call goes through', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  await connectAda(app, sandbox);
  const session = await app.session('ada');
  await whoami(session);
  sandbox.zoom.revokeTokens();
  assert.ok(await whoami(session));
});

test('a holder that died is succeeded when its lease ends; a living one is waited for', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  sandbox.zoom.switches.accessTokenSeconds = 60;
  await connectAda(app, sandbox);
  const vault = await app.stored.vault();
  const before = await vault.load('ada');
  assert.ok(before);
  assert.ok(await vault.claim('ada', before.version, 'dead', 300));
  assert.equal(await vault.claim('ada', before.version, 'other', 300), false);
  const started = Date.now();
  await whoami(await app.session('ada'));
  assert.ok(Date.now() - started >= 200);
  assert.equal(
    await vault.replace('ada', before.version, before.pair),
    undefined,
    'the old version has gone',
  );
});

test('a consent that has lain for long is renewed, a young one is not', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  await connectAda(app, sandbox);
  const vault = await app.stored.vault();
  const first = await vault.load('ada');
  assert.deepEqual(await app.stored.renewIfOlderThan(30), []);
  assert.deepEqual(await app.stored.renewIfOlderThan(0), ['ada']);
  assert.notEqual((await vault.load('ada'))?.version, first?.version);
  assert.ok(await whoami(await app.session('ada')));
});

test('a person who removes the app ends the connections of that consent only', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  await connectAda(app, sandbox);
  await app.stored.test(await app.link('ada'));
  const { accountId = '', userId = '' } = (await app.stored.list())[0]?.settings ?? {};
  assert.deepEqual(await app.deauthorize(accountId, 'somebody else'), []);
  assert.deepEqual(await app.deauthorize(accountId, userId), ['ada']);
  await assert.rejects(app.session('ada'), { kind: 'auth' });
});

test('revoking ends the consent on the other side, and erases it here', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  await using app = appFor(tempFolder(t), sandbox);
  await connectAda(app, sandbox);
  const session = await app.session('ada');
  await whoami(session);
  await app.stored.revoke('ada');
  assert.deepEqual(await app.stored.list(), []);
  await assert.rejects(whoami(session), { kind: 'auth' });
});

test('neither secrets nor tokens stand in any file of the data directory', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  const dataDir = tempFolder(t);
  await using app = appFor(dataDir, sandbox);
  await connectAda(app, sandbox);
  const pair = (await (await app.stored.vault()).load('ada'))?.pair;
  assert.ok(pair?.refresh);
  const { clientSecret } = sandbox.zoom.credentials;
  const secrets = [clientSecret, pair.access.reveal(), pair.refresh.reveal()];
  for (const file of readdirSync(dataDir)) {
    const bytes = readFileSync(join(dataDir, file));
    for (const secret of secrets) assert.ok(!bytes.includes(secret), file);
  }
});
