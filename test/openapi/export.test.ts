import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { test } from 'node:test';
import { exportOpenApi } from '../../src/openapi/export-openapi.ts';
import { exportPowerPlatform } from '../../src/openapi/export-power-platform.ts';
import { exportZoomConnect } from '../../src/openapi/export-zoom-connect.ts';
import { importDocument } from '../../src/openapi/import.ts';
import type { DefinitionInput, OperationSpec } from '../../src/openapi/definition.ts';
import { operationsOf } from '../../src/openapi/overlay.ts';
import { changed, shopDefinition } from './connect-definitions.ts';

async function assertValid(document: Record<string, unknown>): Promise<void> {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  assert.ok(valid, JSON.stringify(errors));
}

function large(count: number) {
  const many = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `op${i}`,
      { title: `Op ${i}`, method: 'GET' as const, path: `/op/${i}` },
    ]),
  );
  return shopDefinition({ actions: { many } });
}

const odd = {
  type: ['object', 'null'],
  properties: {
    kind: { const: 'a' },
    size: { type: 'number', exclusiveMinimum: 0 },
    either: { type: ['string', 'integer'] },
    tuple: { type: 'array', prefixItems: [{ type: 'string' }] },
    anything: true,
  },
};

test('OpenAPI 3.1 and 3.0 are valid, and import as the same operations', async () => {
  const shop = shopDefinition();
  for (const version of ['3.1', '3.0'] as const) {
    const { document } = exportOpenApi(shop, { version });
    await assertValid(document);
    const { definition, faults } = importDocument(JSON.stringify(document));
    assert.deepEqual(
      faults.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.deepEqual(
      operationsOf(definition ?? shop)
        .map(({ operation: { method, path } }) => `${method} ${path}`)
        .toSorted(),
      operationsOf(shop)
        .map(({ operation: { method, path } }) => `${method} ${path}`)
        .toSorted(),
    );
    assert.deepEqual(definition?.servers, shop.servers);
    assert.equal(definition?.auth.kind, 'api-key');
  }
});

test('what an older dialect cannot say is said otherwise, or told', async () => {
  const shop = changed(shopDefinition(), ({ actions }) => {
    const list = actions['orders']?.['list'];
    if (list) list.output = odd;
  });
  const { document, notes } = exportOpenApi(shop, { version: '3.0' });
  await assertValid(document);
  const text = JSON.stringify(document);
  assert.match(text, /"nullable":true/);
  assert.match(text, /"enum":\["a"\]/);
  assert.match(text, /"minimum":0.*"exclusiveMinimum":true|"exclusiveMinimum":true.*"minimum":0/);
  assert.match(text, /"anyOf":\[\{"type":"string"\},\{"type":"integer"\}\]/);
  assert.deepEqual(
    notes.map(({ action, message }) => `${action} ${message}`),
    ["orders.list OpenAPI 3.0 cannot say 'prefixItems' in a schema: it is left out"],
  );
});

test('a secret in a definition is never exported, and its value is not named', () => {
  const cases: ((operation: OperationSpec) => void)[] = [
    ({ parameters }) =>
      parameters.push({
        name: 'Authorization',
        in: 'header',
        required: false,
        schema: {},
        value: 'Bearer s3cret-value',
      }),
    ({ parameters }) =>
      parameters.push({ name: 'api_key', in: 'query', required: false, schema: {}, value: 's3cret-value' }),
  ];
  for (const spoil of cases) {
    const shop = changed(shopDefinition(), ({ actions }) => {
      for (const list of [actions['orders']?.['list']]) if (list) spoil(list);
    });
    for (const run of [exportOpenApi, exportZoomConnect, exportPowerPlatform]) {
      assert.throws(
        () => run(shop),
        (error: Error) => /holds a secret/.test(error.message) && !error.message.includes('s3cret'),
      );
    }
  }
  const inUrl = changed(
    shopDefinition(),
    ({ servers }) => void (servers['api'] = 'https://ada:s3cret-value@shop.example.com'),
  );
  assert.throws(() => exportOpenApi(inUrl), /user name or a password/);
});

test("Zoom's Connect: at most 50 endpoints, chosen by the user", async () => {
  const shop = large(51);
  assert.throws(() => exportZoomConnect(shop), /endpoints are 51, and 50 at most/);
  const actions = operationsOf(shop)
    .slice(0, 50)
    .map(({ name }) => name);
  const { document, manifest } = exportZoomConnect(shop, { actions });
  await assertValid(document);
  assert.equal(Object.keys(document['paths'] as object).length, 50);
  assert.equal((manifest.connect['routes'] as unknown[]).length, 50);
  assert.throws(() => exportZoomConnect(shop, { actions: ['many.nothing'] }), /has no action many\.nothing/);
});

test("Zoom's Connect: one absolute https address, and one way to sign in that it knows", () => {
  const at = (url: string) => shopDefinition({ servers: { api: url } });
  assert.throws(() => exportZoomConnect(at('http://shop.example.com')), /begins with https/);
  const { document } = exportZoomConnect(at('http://shop.example.com'), {
    baseUrl: 'https://shop.example.com/v1',
    version: '3.0',
  });
  assert.deepEqual(
    [document['openapi'], document['servers']],
    ['3.0.4', [{ url: 'https://shop.example.com/v1' }]],
  );
  const variable = shopDefinition({
    servers: { api: { url: 'https://{region}.example.com', variables: { region: { default: 'eu' } } } },
  });
  assert.deepEqual(exportZoomConnect(variable).document['servers'], [{ url: 'https://eu.example.com' }]);
  const cookie = shopDefinition({ auth: { kind: 'api-key', in: 'cookie', name: 'sid', credential: 'sid' } });
  assert.throws(() => exportZoomConnect(cookie), /cookie/);
  const two = changed(shopDefinition(), ({ servers, actions }) => {
    servers['files'] = 'https://files.example.com';
    const list = actions['orders']?.['list'];
    if (list) list.server = 'files';
  });
  assert.throws(() => exportZoomConnect(two), /orders\.list is on the address 'files'/);
});

test('the connect block says what is documented, and what is not is told', () => {
  const auth = {
    kind: 'oauth2',
    grant: 'authorization_code',
    authorizeUrl: '/oauth/authorize',
    tokenUrl: '/oauth/token',
    scopes: ['read', 'write'],
  } satisfies DefinitionInput['auth'];
  const { manifest, notes } = exportZoomConnect(shopDefinition({ auth }));
  const { connect } = manifest;
  assert.deepEqual(connect['security'], {
    oauth_config: {
      authorize_url: 'https://shop.example.com/v1/oauth/authorize',
      access_token_url: 'https://shop.example.com/v1/oauth/token',
      scope: 'read write',
    },
  });
  const [route] = connect['routes'] as Record<string, unknown>[];
  assert.deepEqual([route?.['key'], route?.['method'], route?.['path']], ['orders.list', 'GET', '/orders']);
  assert.ok(notes.some(({ message }) => message.includes('not documented')));
});

test('Power Platform: valid Swagger 2.0, at most 256 operations, links as dynamic values', async () => {
  assert.throws(() => exportPowerPlatform(large(257)), /257.*256 at most/);
  const shop = changed(shopDefinition(), ({ actions }) => {
    const list = actions['orders']?.['list'];
    if (list)
      list.links = {
        '/state': {
          action: 'projects.list',
          input: {},
          items: '/items',
          value: '/id',
          label: '{name}',
          open: false,
        },
      };
  });
  const { document } = exportPowerPlatform(shop);
  await assertValid(document);
  const { paths } = document as {
    paths: Record<string, Record<string, { parameters: Record<string, unknown>[] }>>;
  };
  assert.deepEqual(paths['/orders']?.['get']?.parameters[0]?.['x-ms-dynamic-values'], {
    operationId: 'ProjectsList',
    'value-path': 'id',
    'value-title': 'name',
    'value-collection': 'items',
  });
});
