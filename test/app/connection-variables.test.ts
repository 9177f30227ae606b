import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, loadConfig, type Config } from '../../src/app/config/index.ts';
import { connectionNamed } from '../../src/app/config/connection-variables.ts';
import { link } from '../../src/app/connections.ts';

function load(env: Record<string, string>, file?: string): Config {
  return loadConfig({ env, cwd: '/srv', readFile: () => file });
}

const BUNDLE =
  '{type: api, spec: zoom, secrets: {account_id: acc-1, client_id: cli-1, client_secret: very-secret}, inputs: {anchor_date: 2026-01-01}}';

test('one variable named like the connection holds its credentials', () => {
  const config = load({ ZOOM: BUNDLE });
  assert.equal(config.zoom.accountId, 'acc-1');
  assert.equal(config.zoom.clientSecret?.reveal(), 'very-secret');
  assert.deepEqual(config.anchors, { zoom: Date.UTC(2026, 0, 1) });
  assert.deepEqual(config.sources.variables, ['ZOOM']);
  assert.equal(config.sources.settings['zoom.clientSecret'], 'ZOOM');
  assert.equal(link(config, 'zoom').connection.account, 'zoom:acc-1');
  assert.doesNotMatch(JSON.stringify(config), /very-secret/);
});

test('it may be JSON, or YAML of several lines', () => {
  const json = load({ ZOOM: JSON.stringify({ type: 'api', spec: 'zoom', secrets: { client_id: 'cli-2' } }) });
  assert.equal(json.zoom.clientId, 'cli-2');
  const yaml = load({
    ZOOM: 'type: api\nspec: zoom\nsecrets:\n  client_id: "${OTHER}"\nplan: business\n',
    OTHER: 'cli-3',
  });
  assert.equal(yaml.zoom.clientId, 'cli-3');
  assert.equal(yaml.zoom.plan, 'business');
});

test('the file and the single variables win over it', () => {
  const file = 'connectors: { zoom: { account_id: acc-file } }\n';
  const config = load({ ZOOM: BUNDLE, ZOOM_CLIENT_ID: 'cli-single' }, file);
  assert.equal(config.zoom.accountId, 'acc-file');
  assert.equal(config.zoom.clientId, 'cli-single');
  assert.equal(config.zoom.clientSecret?.reveal(), 'very-secret');
});

test('another name is another account, at the addresses of the first', () => {
  const config = load({ ZOOM_EMEA: BUNDLE, ZOOM_API_URL: 'http://127.0.0.1:1/v2', ZOOM_PLAN: 'business' });
  assert.equal(config.zoom.accountId, undefined);
  assert.equal(connectionNamed(config, 'ZOOM_EMEA'), 'zoom_emea');
  assert.equal(connectionNamed(config, 'zoom-emea'), 'zoom_emea');
  assert.equal(connectionNamed(config, 'zoom-apac'), undefined);
  const { connection } = link(config, 'zoom_emea');
  assert.equal(connection.account, 'zoom:acc-1');
  assert.equal(connection.servers?.['api'], 'http://127.0.0.1:1/v2');
  assert.equal(connection.plan, 'business');
  assert.equal(connection.credentials['clientSecret']?.reveal(), 'very-secret');
});

test('a connection of the file takes what it lacks from the variable of its name', () => {
  const file = 'connections: { zoom-emea: { connector: zoom, plan: free } }\n';
  const config = load({ ZOOM_EMEA: BUNDLE }, file);
  const { connection } = link(config, 'zoom-emea');
  assert.equal(connection.plan, 'free');
  assert.equal(connection.credentials['accountId']?.reveal(), 'acc-1');
  assert.deepEqual(Object.keys(config.connections), ['zoom-emea']);
});

test('what is wrong in it is reported with its place, and its secrets are not shown', () => {
  const env = {
    ZOOM: '{type: api, spec: zoom, secrets: {acount_id: very-secret-1, client_secret: [very-secret-2]}, inputs: {anchor_date: soon}}',
  };
  assert.throws(
    () => load(env),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(
        error.message,
        [
          '3 problems in the configuration:',
          'ZOOM:1:35  secrets.acount_id: expected account_id, got "acount_id" (no such setting). Example: account_id: "${ZOOM_ACCOUNT_ID}"',
          'ZOOM:1:76  secrets.client_secret: expected text in quotes, got a list. Example: client_secret: "${ZOOM_CLIENT_SECRET}"',
          'ZOOM:1:116  inputs.anchor_date: expected a date, or a date and time, got "soon". Example: anchor_date: 2026-01-01',
        ].join('\n'),
      );
      assert.doesNotMatch(JSON.stringify(error), /very-secret/);
      return true;
    },
  );
});

test('variables of others are left alone', () => {
  const config = load({
    PATH: '/usr/bin:/bin',
    PROMPT: '{type: fancy}',
    DB: '{type: postgres, host: db}',
    ZOOM: 'on',
    zoom: BUNDLE,
  });
  assert.equal(config.zoom.accountId, undefined);
  assert.deepEqual(config.connections, {});
  assert.deepEqual(config.sources.variables, []);
});
