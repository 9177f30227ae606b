import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, json, operationOf } from './import-one.ts';

test('servers: several, with variables, of a path and of an operation, relative to the document', () => {
  const responses = { 200: { description: '' } };
  const { servers, actions } = definitionOf(
    {
      servers: [
        { url: '/v2/' },
        {
          url: 'https://{region}.example.com:{port}/v2',
          description: 'By region',
          variables: { region: { default: 'eu', enum: ['eu', 'us'] }, port: { default: '443' } },
        },
      ],
      paths: {
        '/a': {
          servers: [{ url: 'https://files.example.com' }],
          get: { responses },
          put: { servers: [{ url: 'https://up.example.com' }], responses },
        },
        '/b': { get: { responses } },
      },
    },
    { url: 'https://example.com/docs/openapi.json' },
  );
  assert.deepEqual(servers, {
    api: 'https://example.com/v2',
    byRegion: {
      url: 'https://{region}.example.com:{port}/v2',
      description: 'By region',
      variables: { region: { default: 'eu', enum: ['eu', 'us'] }, port: { default: '443' } },
    },
    files: 'https://files.example.com',
    up: 'https://up.example.com',
  });
  assert.deepEqual(
    [actions['a']?.['get']?.server, actions['a']?.['put']?.server, actions['b']?.['get']?.server],
    ['files', 'up', undefined],
  );
});

test('security: alternatives, combinations, none, and scopes', () => {
  const responses = { 200: { description: '' } };
  const { auth, auths, actions } = definitionOf({
    security: [{ oauth: ['read'] }, { key: [] }],
    paths: {
      '/a': {
        get: { responses },
        put: { security: [{ oauth: ['write'] }], responses },
        post: { security: [], responses },
      },
      '/b': {
        get: { security: [{ key: [], basic: [] }], responses },
        put: { security: [{}, { key: [] }], responses },
      },
    },
    components: {
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: 'https://a.example.com/authorize',
              tokenUrl: 'https://a.example.com/token',
              scopes: { read: '', write: '', admin: '' },
            },
            clientCredentials: { tokenUrl: '/token', scopes: { read: '' } },
          },
        },
        key: { type: 'apiKey', in: 'query', name: 'k' },
        basic: { type: 'http', scheme: 'basic' },
        token: { type: 'http', scheme: 'Token' },
      },
    },
  });
  assert.equal(auth.kind === 'oauth2' && auth.grant, 'authorization_code');
  assert.deepEqual(auth.kind === 'oauth2' && auth.scopes, ['read', 'write'], 'those that operations need');
  assert.deepEqual(Object.keys(auths ?? {}).toSorted(), [
    'basic',
    'key',
    'keyAndBasic',
    'none',
    'oauth',
    'oauthClientCredentials',
    'token',
  ]);
  assert.deepEqual(auths?.['token'], { kind: 'bearer', credential: 'token', prefix: 'Token ' });
  assert.equal(auths?.['keyAndBasic']?.kind, 'all');
  const needs = (area: string, name: string) => [actions[area]?.[name]?.auth, actions[area]?.[name]?.scopes];
  assert.deepEqual(needs('a', 'get'), [undefined, ['read']]);
  assert.deepEqual(needs('a', 'put'), [['oauth', 'oauthClientCredentials'], ['write']]);
  assert.deepEqual(needs('a', 'post'), [[], []]);
  assert.deepEqual(needs('b', 'get'), [['keyAndBasic'], []]);
  assert.deepEqual(needs('b', 'put'), [['key', 'none'], []]);
});

test('pages are read only where both names of a pair are there, and one list', () => {
  const pagesOf = (names: readonly string[], properties: object) =>
    operationOf(
      {
        parameters: names.map((name) => ({
          name,
          in: 'query',
          schema: {
            type: name === 'page_size' ? 'integer' : 'string',
            ...(name === 'page_size' ? { maximum: 300 } : {}),
          },
        })),
        responses: { 200: { description: '', content: json({ type: 'object', properties }) } },
      },
      { method: 'get' },
    ).pages;
  const items = { type: 'array', items: {} };
  const text = { type: 'string' };
  const number = { type: 'integer' };
  assert.deepEqual(pagesOf(['next_page_token', 'page_size'], { users: items, next_page_token: text }), {
    kind: 'token',
    items: 'users',
    token: 'next_page_token',
    param: 'next_page_token',
    size: { param: 'page_size', max: 300 },
  });
  assert.deepEqual(pagesOf(['page'], { data: items, total_pages: number }), {
    kind: 'number',
    items: 'data',
    param: 'page',
    count: 'total_pages',
  });
  assert.deepEqual(pagesOf(['offset', 'page_size'], { data: items, total: number }), {
    kind: 'offset',
    items: 'data',
    param: 'offset',
    total: 'total',
    size: { param: 'page_size', max: 300 },
  });
  assert.equal(pagesOf(['next_page_token'], { users: items }), undefined);
  assert.equal(
    pagesOf(['next_page_token'], { users: items, groups: items, next_page_token: text }),
    undefined,
  );
  assert.equal(
    pagesOf(['offset'], { data: items, total: number }),
    undefined,
    'without the largest page nobody knows how far it goes',
  );
});

test('extensions of Power Platform and others become titles, links and values', () => {
  const responses = { 200: { description: '', content: json({ type: 'object' }) } };
  const { actions } = definitionOf({
    paths: {
      '/projects': { get: { operationId: 'ListProjects', responses } },
      '/tasks': {
        post: {
          operationId: 'CreateTask',
          'x-ms-summary': 'Create a task',
          'x-unknown': 1,
          parameters: [
            {
              name: 'project',
              in: 'query',
              'x-ms-summary': 'Project',
              'x-ms-dynamic-values': {
                operationId: 'ListProjects',
                'value-path': 'id',
                'value-title': 'name',
                'value-collection': 'items',
                parameters: { team: { parameter: 'team' } },
              },
              schema: { type: 'string' },
            },
            { name: 'team', in: 'query', schema: { type: 'string' } },
            {
              name: 'v',
              in: 'query',
              'x-ms-visibility': 'internal',
              schema: { type: 'string', default: '7.0' },
            },
          ],
          requestBody: {
            content: json({
              type: 'object',
              properties: { state: { type: 'integer', enum: [1, 2], 'x-enum-varnames': ['Open', 'Done'] } },
            }),
          },
          responses,
        },
      },
    },
  });
  const task = actions['tasks']?.['createTask'];
  assert.equal(task?.title, 'Create a task');
  assert.equal(task?.parameters[0]?.title, 'Project');
  assert.equal(task?.parameters[2]?.value, '7.0');
  assert.deepEqual(task?.links, {
    '/project': {
      action: 'projects.listProjects',
      input: { team: '{team}' },
      items: '/items',
      value: '/id',
      label: '{name}',
      open: false,
    },
    '/state': {
      choices: [
        { value: 1, label: 'Open' },
        { value: 2, label: 'Done' },
      ],
      open: false,
    },
  });
});

test('a query in the path is sent as it stands there', () => {
  const { path, parameters } = operationOf({}, { path: '/do?action=list&v=2', method: 'get' });
  assert.equal(path, '/do');
  assert.deepEqual(
    parameters.map(({ name, value }) => [name, value]),
    [
      ['action', 'list'],
      ['v', '2'],
    ],
  );
});

test('what deletes is marked so, whatever its method', () => {
  assert.equal(operationOf({ operationId: 'chat.delete' }).effect, 'destroy');
  assert.equal(operationOf({ operationId: 'deleted_list' }, { method: 'get' }).effect, undefined);
});

test('id, title and names of an import before are kept', () => {
  const paths = { '/a': { get: { operationId: 'x', responses: { 200: { description: '' } } } } };
  const definition = definitionOf({ paths }, { id: 'mine', name: 'My API', names: { 'GET /a': 'old.name' } });
  assert.deepEqual(
    [
      definition.id,
      definition.title,
      Object.keys(definition.actions),
      Object.keys(definition.actions['old'] ?? {}),
    ],
    ['mine', 'My API', ['old'], ['name']],
  );
});

test('patterns of other engines are read as JSON Schema has them', () => {
  const cases = [
    ['^bytes=(?:\\d+\\-\\d*|\\d*\\-\\d+)$', 'bytes=1-2'],
    ['^[\\w-.]+\\_$', 'a-b._'],
    ['^[\\w\\-\\@]+$', 'a-@'],
    ['(?i)^\\Aabc\\z', 'abc'],
    ['^(?P<year>\\d{4})$', '2026'],
  ] as const;
  for (const [pattern, text] of cases) {
    const { parameters } = operationOf({
      parameters: [{ name: 'a', in: 'query', schema: { type: 'string', pattern } }],
    });
    const read = (parameters[0]?.schema as { pattern?: string } | undefined)?.pattern;
    assert.match(text, new RegExp(read ?? '(none)', 'u'), pattern);
  }
});
