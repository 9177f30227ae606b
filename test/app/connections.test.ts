import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../src/app/index.ts';
import { connectorOf, link } from '../../src/app/connections.ts';

const config = (text: string, env: Record<string, string> = {}) =>
  loadConfig({ env, cwd: '/', readFile: (path) => (path === '/trunkline.yaml' ? text : undefined) });

test('several accounts of one system stand side by side, each with budgets of its own', () => {
  const two = config(
    'connections:\n  emea: { connector: zoom, credentials: { account_id: a-1, client_id: c, client_secret: s } }\n' +
      '  apac: { connector: zoom, credentials: { account_id: a-2, client_id: c, client_secret: s } }\n',
  );
  const [emea, apac] = ['emea', 'apac'].map((name) => link(two, name).connection);
  assert.equal(emea?.account, 'zoom:a-1');
  assert.equal(apac?.account, 'zoom:a-2');
  assert.equal(emea?.credentials['clientSecret']?.reveal(), 's');
});

test('connections with the same key share one account, and the key cannot be read from its name', () => {
  const env = { BREVO_API_KEY: 'xkeysib-very-secret' };
  const one = link(config('brevo: { plan: general }\n', env), 'brevo').connection.account;
  const two = link(
    config('connections:\n  second: { connector: brevo, credentials: { api_key: xkeysib-very-secret } }\n'),
    'second',
  );
  assert.equal(one, two.connection.account);
  assert.ok(!one.includes('secret'));
});

test('a connector is made once, so that a session knows its actions by name', () => {
  const some = config('brevo: { plan: general }\n');
  assert.equal(connectorOf(some, 'zoom'), connectorOf(some, 'zoom'));
});

test('an unknown connection is named with those that there are', () => {
  assert.throws(() => link(config('brevo: { plan: general }\n'), 'slack'), {
    kind: 'config',
    message: "there is no connection 'slack'",
    hint: /zoom, brevo/,
  });
});
