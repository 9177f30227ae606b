import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineConnector } from '../../src/core/connector.ts';
import { json, serve, sessionOf, shop, type Script } from './server.ts';

const guarded = defineConnector({
  ...shop,
  auth: {
    kind: 'token',
    server: 'oauth',
    path: '/token',
    grantType: 'client_credentials',
    parameters: {},
    clientId: 'clientId',
    clientSecret: 'clientSecret',
    expired: { status: [401], codes: ['124'] },
  },
});
const { things } = guarded.actions;

/** Issues numbered tokens; only the newest is good. */
function tokenServer(options: { seconds?: number; refuseFirst?: number } = {}): {
  script: Script;
  issued: () => number;
} {
  let issued = 0;
  let refuse = options.refuseFirst ?? 0;
  const script: Script = ({ url, headers }, response) => {
    if (url === '/token') {
      issued++;
      // A little time, so that callers who come together meet a request that is under way.
      setTimeout(
        () =>
          json(response, 200, {
            access_token: `t${issued}`,
            expires_in: options.seconds ?? 3600,
            scope: 'a b',
          }),
        20,
      );
      return;
    }
    if (refuse > 0 || headers.authorization !== `Bearer t${issued}`) {
      refuse--;
      json(response, 401, { code: 124, message: 'Access token is expired.' });
      return;
    }
    json(response, 200, { id: '1' });
  };
  return { script, issued: () => issued };
}

test('callers who come together share one token', async () => {
  const { script, issued } = tokenServer();
  await using server = await serve(script);
  const session = sessionOf(server.url, {}, {}, guarded);
  await Promise.all(Array.from({ length: 20 }, () => session.call(things.get, { id: '1' })));
  assert.equal(issued(), 1);
  assert.deepEqual((await session.signIn()).scopes, ['a', 'b']);
});

test('a token that is nearly over is renewed before it is used', async () => {
  const { script, issued } = tokenServer({ seconds: 60 });
  await using server = await serve(script);
  const session = sessionOf(server.url, {}, {}, guarded);
  await session.call(things.get, { id: '1' });
  await session.call(things.get, { id: '1' });
  assert.equal(issued(), 2);
});

test('a token that was revoked is renewed once, for all who met the refusal', async () => {
  const { script, issued } = tokenServer({ refuseFirst: 3 });
  await using server = await serve(script);
  const session = sessionOf(server.url, {}, {}, guarded);
  await Promise.all([1, 2, 3].map(() => session.call(things.get, { id: '1' })));
  assert.equal(issued(), 2);
});

test('a second refusal in a row is an error, not a loop', async () => {
  const { script, issued } = tokenServer({ refuseFirst: 99 });
  await using server = await serve(script);
  await assert.rejects(sessionOf(server.url, {}, {}, guarded).call(things.get, { id: '1' }), {
    kind: 'auth',
  });
  assert.equal(issued(), 2);
});

test('the client secret is sent as a Basic header and nowhere else', async () => {
  const { script } = tokenServer();
  await using server = await serve(script);
  await sessionOf(server.url, {}, {}, guarded).call(things.get, { id: '1' });
  const [token] = server.seen;
  assert.equal(token?.body, 'grant_type=client_credentials');
  assert.equal(
    token?.headers.authorization,
    `Basic ${Buffer.from('id-of-client:very-secret-value').toString('base64')}`,
  );
});

test('a missing credential is named', async () => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const session = sessionOf(server.url, {}, { credentials: {} }, guarded);
  await assert.rejects(session.call(things.get, { id: '1' }), {
    kind: 'config',
    message: "the connection 'shop' has no credential 'clientId'",
  });
});
