import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import {
  ConfigError,
  DEFAULT_FIELD_MAPPING,
  loadConfig,
  requireBrevo,
  requireZoom,
  requireZoomAndBrevo,
} from '../../src/app/config/index.ts';
import type { Config } from '../../src/app/config/index.ts';
import { ConnectorError } from '../../src/core/errors.ts';

interface Given {
  env?: Record<string, string | undefined>;
  configPath?: string;
  files?: Record<string, string>;
}

function load({ env = {}, configPath, files = {} }: Given): Config {
  return loadConfig({
    env,
    cwd: '/srv',
    ...(configPath !== undefined && { configPath }),
    readFile: (path) => files[path],
  });
}

function refusal(given: () => unknown): ConfigError {
  try {
    given();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error;
  }
  return assert.fail('it was accepted');
}

function inFile(text: string, env: Record<string, string> = {}): Given {
  return { env, files: { '/srv/trunkline.yaml': text } };
}

function places({ problems }: ConfigError): string[] {
  return problems.map(({ where }) => where);
}

function refuse(): never {
  throw Object.assign(new Error('not allowed'), { code: 'EACCES' });
}

function tokens(text: string): string[] {
  const config = load(inFile(`connectors: { zoom: { webhook: { secret_token: ${text} } } }`));
  return config.zoom.webhook.secretTokens.map((token) => token.reveal());
}

void test('without file and environment everything has its default', () => {
  const config = load({});
  assert.equal(config.zoom.apiUrl, 'https://api.zoom.us/v2');
  assert.equal(config.brevo.apiUrl, 'https://api.brevo.com/v3');
  assert.deepEqual(config.fieldMapping, DEFAULT_FIELD_MAPPING);
  assert.deepEqual(config.zoom.webhook, { secretTokens: [] });
  assert.equal(config.sources.file, undefined);
  assert.deepEqual(config.sources.variables, []);
  assert.ok(!('clientSecret' in config.zoom) && !('databaseUrl' in config));
});

void test('the file is --config, else TRUNKLINE_CONFIG, else trunkline.yaml', () => {
  const files = {
    '/srv/a.yaml': 'brevo: { plan: advanced }',
    '/etc/b.yaml': 'brevo: { plan: extended }',
    '/srv/trunkline.yaml': 'brevo: { plan: unlimited }',
  };
  const env = { TRUNKLINE_CONFIG: '/etc/b.yaml' };
  assert.equal(load({ configPath: 'a.yaml', env, files }).brevo.plan, 'advanced');
  assert.equal(load({ env, files }).brevo.plan, 'extended');
  assert.equal(load({ files }).brevo.plan, 'unlimited');
  assert.deepEqual(load({ env, files }).sources.file, { path: '/etc/b.yaml', chosenBy: 'TRUNKLINE_CONFIG' });
});

void test('a named file that is missing is a problem beside those of the environment', () => {
  const error = refusal(() => load({ configPath: 'no.yaml', env: { PORT: 'http' } }));
  assert.equal(
    error.message,
    [
      '2 problems in the configuration:',
      '--config  expected the path of a YAML file, got "no.yaml", which does not exist. Example: --config trunkline.yaml',
      'PORT  expected a whole number from 0 to 65535, got "http". Example: PORT=8787',
    ].join('\n'),
  );
  assert.match(refusal(() => load({ env: { TRUNKLINE_CONFIG: 'no.yaml' } })).message, /^TRUNKLINE_CONFIG /m);
});

void test('a file that cannot be read is a problem', () => {
  const error = refusal(() => loadConfig({ env: {}, cwd: '/srv', readFile: refuse }));
  assert.match(error.message, /^trunkline\.yaml {2}expected .* got EACCES when reading "trunkline\.yaml"/m);
});

void test('paths of connector definitions are relative to the file', () => {
  const text = 'connections: { crm: { connector: ./crm.json }, emea: { connector: zoom } }';
  const config = load({ configPath: 'conf/t.yaml', files: { '/srv/conf/t.yaml': text } });
  assert.equal(config.connections['crm']?.connector, '/srv/conf/crm.json');
  assert.equal(config.connections['emea']?.connector, 'zoom');
});

void test('every variable of the environment is used', () => {
  const env = {
    ZOOM_ACCOUNT_ID: 'a',
    ZOOM_CLIENT_ID: 'c',
    ZOOM_CLIENT_SECRET: 'secret\n',
    ZOOM_WEBHOOK_SECRET: 'w',
    ZOOM_VERIFICATION_TOKEN: 'v',
    ZOOM_API_URL: 'http://localhost:1/zoom/v2/',
    ZOOM_OAUTH_URL: 'http://localhost:1/zoom/oauth',
    ZOOM_PLAN: 'free',
    BREVO_API_KEY: 'b',
    BREVO_API_URL: 'http://localhost:1/brevo/v3',
    BREVO_PLAN: 'advanced',
    BREVO_READ_LAG_SECONDS: '1.5',
    DATABASE_URL: 'postgres://me:pw@db/trunkline',
    TRUNKLINE_DATA_DIR: 'data',
    TRUNKLINE_SECRET_KEY: 'k',
    TRUNKLINE_PUBLIC_URL: 'https://trunkline.example.com/',
    TRUNKLINE_ADMIN_TOKEN: 't',
    HOST: '0.0.0.0',
    PORT: '0',
    LOG_LEVEL: 'verbose',
  };
  const config = load({ env });
  assert.deepEqual(config.sources.variables, Object.keys(env).toSorted());
  assert.equal(config.zoom.clientSecret?.reveal(), 'secret');
  assert.deepEqual(
    config.zoom.webhook.secretTokens.map((token) => token.reveal()),
    ['w'],
  );
  assert.equal(config.zoom.webhook.verificationToken?.reveal(), 'v');
  assert.equal(config.zoom.apiUrl, 'http://localhost:1/zoom/v2');
  assert.equal(config.zoom.plan, 'free');
  assert.equal(config.brevo.readLagSeconds, 1.5);
  assert.equal(config.dataDir, '/srv/data');
  assert.equal(config.publicUrl, 'https://trunkline.example.com');
  assert.equal(config.port, 0);
  assert.equal(config.zoom.logLevel, 'verbose');
});

void test('a blank variable counts as not set', () => {
  const config = load({ env: { ZOOM_ACCOUNT_ID: '', PORT: ' ', ZOOM_PLAN: '\n', LOG_LEVEL: undefined } });
  assert.equal(config.zoom.accountId, undefined);
  assert.equal(config.port, 8787);
  assert.deepEqual(config.sources.variables, []);
  const text = 'brevo: { plan: "${BLANK:-extended}" }';
  assert.equal(load(inFile(text, { BLANK: '' })).brevo.plan, 'extended');
});

void test('the file wins over the environment, and what it names is not read from there', () => {
  const config = load(inFile('connectors: { zoom: { plan: business } }', { ZOOM_PLAN: 'nonsense' }));
  assert.equal(config.zoom.plan, 'business');
  assert.equal(config.sources.settings['zoom.plan'], 'trunkline.yaml:1:29');
});

void test('problems of the file come first, in line order, then those of the environment', () => {
  const error = refusal(() =>
    load(
      inFile('log_level: loud\nbrevo: { plan: gold }\nlevel: 1\n', {
        PORT: '70000',
        DATABASE_URL: 'mysql://me:hunter22@db/x',
        ZOOM_API_URL: 'https://me:hunter22@zoom.example.com',
      }),
    ),
  );
  assert.deepEqual(places(error), [
    'trunkline.yaml:1:12',
    'trunkline.yaml:2:16',
    'trunkline.yaml:3:1',
    'ZOOM_API_URL',
    'DATABASE_URL',
    'PORT',
  ]);
  assert.ok(error instanceof ConnectorError);
  assert.doesNotMatch(error.message + JSON.stringify(error), /hunter22/);
});

void test('a wrong value that came from a variable is not shown', () => {
  const error = refusal(() =>
    load(inFile('brevo: { plan: "${BREVO_API_KEY}" }', { BREVO_API_KEY: 'xkeysib-1' })),
  );
  assert.match(error.message, /got the value of "\$\{BREVO_API_KEY\}"/);
  assert.doesNotMatch(error.message, /xkeysib/);
});

void test('an unquoted secret that is not YAML is not shown', () => {
  for (const start of [
    '*',
    '!',
    '&',
    '@',
    '`',
    '%',
    '|',
    '>',
    '{',
    '[',
    '"',
    "'",
    '- ',
    '? ',
    'a: ',
    '\t',
    '${',
  ]) {
    const text = `brevo:\n  api_key: ${start}hunter22\n  plan: gold\n`;
    assert.doesNotMatch(refusal(() => load(inFile(text))).message, /hunter22/, start);
  }
});

void test('lists and flags may come from variables', () => {
  const text = 'debug: ${DEBUG}\nlists: { meeting_participants: "${LIST}", webinar_attendees: "${NAME}" }';
  const config = load(inFile(text, { DEBUG: 'true', LIST: '15', NAME: 'VIPs' }));
  assert.equal(config.logLevel, 'debug');
  assert.deepEqual(config.lists, {
    meetingParticipants: 15,
    webinarAttendees: 'VIPs',
    webinarRegistrants: 'Zoom webinar registrants',
  });
});

void test('lists and mapping are accepted inside connectors.zoom too', () => {
  const config = load(
    inFile('connectors: { zoom: { lists: { webinar_attendees: null }, field_mapping: { name: LASTNAME } } }'),
  );
  assert.equal(config.lists.webinarAttendees, null);
  assert.deepEqual(config.fieldMapping, [{ from: 'name', to: 'LASTNAME', line: 1 }]);
});

void test('a secret token may be one or many, and an empty one never counts', () => {
  assert.deepEqual(tokens('one'), ['one']);
  assert.deepEqual(tokens('[new, "${OLD:-}", new, old]'), ['new', 'old']);
  assert.deepEqual(tokens('""'), []);
});

void test('the configuration never prints its secrets', () => {
  const config = load({ env: { ZOOM_CLIENT_SECRET: 'hunter22', ZOOM_WEBHOOK_SECRET: 'hunter22' } });
  assert.doesNotMatch(JSON.stringify(config) + inspect(config, { depth: 9 }), /hunter22/);
});

void test('a credential whose own variable is not set is loaded as missing', () => {
  const config = load(inFile('connectors:\n  zoom:\n    account_id: "${ZOOM_ACCOUNT_ID}"\n'));
  assert.equal(config.zoom.accountId, undefined);
  assert.deepEqual(config.sources.unset, [{ variable: 'ZOOM_ACCOUNT_ID', where: 'trunkline.yaml:3:17' }]);
  const elsewhere = inFile('connectors: { zoom: { client_id: "${ZOOM_ACCOUNT_ID}" } }');
  assert.match(refusal(() => load(elsewhere)).message, /expected the environment variable ZOOM_ACCOUNT_ID/);
});

void test('requireZoom names every missing credential, where to get it, and both ways to give it', () => {
  const config = load(
    inFile('connectors:\n  zoom:\n    account_id: "${ZOOM_ACCOUNT_ID}"\n    client_id: c\n'),
  );
  const place =
    'of a Server-to-Server OAuth app: marketplace.zoom.us → Develop → Build App → Server-to-Server OAuth App → App Credentials';
  assert.equal(
    refusal(() => requireZoom(config)).message,
    [
      '2 problems in the configuration:',
      `ZOOM_ACCOUNT_ID  expected the Account ID ${place}, got nothing (trunkline.yaml:3:17 takes it from this variable). Example: ZOOM_ACCOUNT_ID=… in the environment, or connectors.zoom.account_id: "\${ZOOM_ACCOUNT_ID}" in trunkline.yaml`,
      `ZOOM_CLIENT_SECRET  expected the Client Secret ${place}, got nothing. Example: ZOOM_CLIENT_SECRET=… in the environment, or connectors.zoom.client_secret: "\${ZOOM_CLIENT_SECRET}" in trunkline.yaml`,
    ].join('\n'),
  );
});

void test('requireBrevo names the missing key', () => {
  const error = refusal(() => requireBrevo(load({})));
  assert.match(
    error.message,
    /^BREVO_API_KEY {2}expected an API key .*Brevo → SMTP & API → API keys.*brevo\.api_key/m,
  );
  assert.equal(requireBrevo(load({ env: { BREVO_API_KEY: 'b' } })).apiKey.reveal(), 'b');
});

void test('requireZoomAndBrevo names what is missing on both sides at once', () => {
  assert.deepEqual(places(refusal(() => requireZoomAndBrevo(load({})))), [
    'ZOOM_ACCOUNT_ID',
    'ZOOM_CLIENT_ID',
    'ZOOM_CLIENT_SECRET',
    'BREVO_API_KEY',
  ]);
  const zoom = { ZOOM_ACCOUNT_ID: 'a', ZOOM_CLIENT_ID: 'c', ZOOM_CLIENT_SECRET: 's' };
  assert.deepEqual(places(refusal(() => requireZoomAndBrevo(load({ env: zoom })))), ['BREVO_API_KEY']);
  const both = requireZoomAndBrevo(load({ env: { ...zoom, BREVO_API_KEY: 'b' } }));
  assert.equal(both.zoom.accountId, 'a');
  assert.equal(both.brevo.apiKey.reveal(), 'b');
});

void test('any piece of a good file is read or refused, never a crash', () => {
  const text = [
    'connectors:',
    '  zoom:',
    '    enabled: true',
    '    webhook: { secret_token: ["a", "b"] }',
    '    lists: { meeting_participants: 15 }',
    'field_mapping: &m { name: FIRSTNAME, "answers.a b": "X_${N:-1}" }',
    'extract: { again: *m, text: |',
    '  }',
  ].join('\n');
  for (let start = 0; start < text.length; start += 3) {
    for (const piece of [
      text.slice(0, start),
      text.slice(start),
      text.slice(0, start) + text.slice(start + 1),
    ]) {
      try {
        load(inFile(piece));
      } catch (error) {
        assert.ok(error instanceof ConfigError, `${String(error)} for ${piece}`);
        assert.ok(error.problems.length > 0);
      }
    }
  }
});
