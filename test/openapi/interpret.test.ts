import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemSchema, type Action } from '../../src/core/action.ts';
import { findAction, type Connector } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { toJsonSchema } from '../../src/core/schema.ts';
import { serversOf } from '../../src/core/server.ts';
import { toWire } from '../../src/http/request.ts';
import type { Definition, DefinitionInput } from '../../src/openapi/definition.ts';
import { connectorFromDefinition, connectorFromJson, parseDefinition } from '../../src/openapi/from-json.ts';

type Operations = DefinitionInput['actions'][string];

function made(operations: Operations, rest: Partial<DefinitionInput> = {}): Connector {
  return connectorFromJson({
    id: 'made',
    title: 'Made',
    servers: { api: 'https://made.invalid' },
    ...rest,
    actions: { it: operations },
  });
}

function action(connector: Connector, name: string): Action {
  const found = findAction(connector, `it.${name}`);
  assert.ok(found, name);
  return found;
}

function refusal(work: () => unknown): ConnectorError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConnectorError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it should have been refused' });
}

test('one part of an allOf requires what another part describes', () => {
  const member = { type: 'object', properties: { title: { type: 'string' }, note: { type: 'string' } } };
  const schema = {
    allOf: [
      member,
      { type: 'object', required: ['project', 'title'], properties: { project: { type: 'string' } } },
      { required: ['note'] },
    ],
  };
  const contents = [{ type: 'application/json', schema }];
  const connector = made({
    create: { title: 'T', method: 'POST', path: '/', body: { spread: true, required: true, contents } },
  });
  const { input } = action(connector, 'create');
  assert.ok(input.safeParse({ project: 'a', title: 'b', note: 'c' }).success);
  for (const left of ['project', 'title', 'note']) {
    const all: Record<string, string> = { project: 'a', title: 'b', note: 'c' };
    delete all[left];
    assert.ok(!input.safeParse(all).success, `${left} is required`);
  }
});

test('what an operation does follows from its method when it does not say', () => {
  const methods = ['GET', 'HEAD', 'OPTIONS', 'QUERY', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  const connector = made({
    ...Object.fromEntries(methods.map((method) => [method.toLowerCase(), { title: 'T', method, path: '/' }])),
    search: { title: 'T', method: 'POST', path: '/', effect: 'read', idempotent: true },
  });
  const facts = Object.entries(connector.actions['it'] ?? {}).map(([name, one]) => [
    name,
    one.effect,
    one.idempotent,
  ]);
  // RFC 9110, 9.2.1 and 9.2.2.
  assert.deepEqual(facts, [
    ['get', 'read', true],
    ['head', 'read', true],
    ['options', 'read', true],
    ['query', 'read', true],
    ['post', 'write', false],
    ['put', 'write', true],
    ['patch', 'write', false],
    ['delete', 'destroy', true],
    ['search', 'read', true],
  ]);
});

test('what a definition says for people and for others stands on the action', () => {
  const links = { '/project': { action: 'it.list', value: '/id' } };
  const connector = made(
    {
      get: {
        title: 'Get',
        description: 'More.',
        deprecated: true,
        docs: 'https://d',
        method: 'GET',
        path: '/x',
        auth: ['a'],
        scopes: ['s'],
        links,
      },
      list: {
        title: 'List',
        method: 'GET',
        path: '/x',
        output: { type: 'object', properties: { data: { $ref: '#/$defs/Rows' } } },
        pages: { kind: 'none', items: 'data' },
      },
    },
    {
      $defs: {
        Rows: { type: 'array', items: { $ref: '#/$defs/Row' } },
        Row: { type: 'object', properties: { id: {} } },
      },
    },
  );
  const {
    title,
    description,
    deprecated,
    docs,
    auth,
    scopes,
    links: passed,
  } = action(connector, 'get') as Action & { links: unknown };
  assert.deepEqual(
    { title, description, deprecated, docs, auth, scopes },
    { title: 'Get', description: 'More.', deprecated: true, docs: 'https://d', auth: ['a'], scopes: ['s'] },
  );
  assert.deepEqual(passed, { '/project': { ...links['/project'], input: {}, open: false } });
  const list = action(connector, 'list');
  assert.deepEqual(toJsonSchema(itemSchema(list), 'output'), {
    $ref: '#/$defs/Row',
    $defs: { Row: { type: 'object', properties: { id: {} } } },
  });
  assert.deepEqual(list.output.parse('anything'), 'anything', 'what comes is not refused');
});

test('a connector of 5,000 operations is there at once: no schema is read before it is needed', () => {
  let read = 0;
  const schema = {
    get type() {
      read++;
      return 'string';
    },
  };
  const operation = { title: 'T', method: 'GET' as const, path: '/x/{id}' };
  const definition = parseDefinition({
    id: 'made',
    title: 'Made',
    servers: { api: 'https://made.invalid' },
    actions: { it: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`op${at}`, operation])) },
  });
  // Behind the check, so that only the interpreter is looked at.
  for (const one of Object.values(definition.actions['it'] as Definition['actions'][string])) {
    one.parameters = [{ name: 'id', in: 'path', required: true, schema }];
  }
  const started = performance.now();
  const connector = connectorFromDefinition(definition);
  const ms = performance.now() - started;
  assert.equal(read, 0);
  assert.ok(ms < 500, `it took ${ms} ms`);
  assert.equal(action(connector, 'op4999').input.safeParse({ id: 5 }).success, false);
  assert.ok(read > 0);
});

test('the same input makes the same bytes, and a part cannot forge the boundary of another', () => {
  const connector = made({
    put: {
      title: 'T',
      method: 'POST',
      path: '/x',
      body: {
        spread: true,
        contents: [
          { type: 'multipart/form-data', schema: { type: 'object', properties: { a: { type: 'string' } } } },
        ],
      },
    },
  });
  const sent = (a: string) => {
    const { headers, body } = toWire(action(connector, 'put').call({ a }), 'https://made.invalid', 'test');
    const boundary = /boundary=(\S+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
    assert.ok(boundary.length >= 30 && boundary.length <= 70, 'RFC 2046, 5.1.1: at most 70 characters');
    return { boundary, text: Buffer.from(body as Uint8Array).toString() };
  };
  assert.deepEqual(sent('x'), sent('x'));
  const { boundary } = sent('x');
  const forged = sent(`x\r\n--${boundary}--\r\n`);
  assert.notEqual(forged.boundary, boundary);
  assert.equal(forged.text.split(`--${forged.boundary}`).length, 3, 'one part');
});

test('two parameters that are one input are refused, with what to do', () => {
  const parameters = [
    { name: 'id', in: 'path' as const },
    { name: 'id', in: 'query' as const },
  ];
  const error = refusal(() => made({ get: { title: 'T', method: 'GET', path: '/x/{id}', parameters } }));
  assert.equal(error.kind, 'config');
  assert.deepEqual(error.fields, [
    {
      field: 'actions.it.get.parameters.1',
      message: "another parameter is the input 'id' already: give this one another name with 'as'",
    },
  ]);
});

test('an error rule whose pattern is none is refused', () => {
  const rules = [{ message: '(', kind: 'input' as const }];
  const error = refusal(() => made({}, { errors: { rules } }));
  assert.deepEqual(error.fields, [{ field: 'errors.rules.0.message', message: 'is no regular expression' }]);
});

test('variables of an address are checked, and an address of the connection stands for all of it', () => {
  const url = 'https://{region}.made.example/{base}';
  const variables = { region: { default: 'eu', enum: ['eu', 'us'] }, base: { default: 'v1' } };
  const connector = made({}, { servers: { api: { url, variables }, files: 'https://files.example' } });
  const servers = (rest: Parameters<typeof serversOf>[1] | object) =>
    serversOf(connector, { name: 'c', ...rest });
  assert.deepEqual(servers({}), { api: 'https://eu.made.example/v1', files: 'https://files.example' });
  assert.equal(servers({ variables: { region: 'us' } })['api'], 'https://us.made.example/v1');
  assert.equal(servers({ variables: { region: 'xx' }, servers: { api: 'http://own' } })['api'], 'http://own');
  const error = refusal(() => servers({ variables: { region: 'mars' } }));
  assert.equal(
    error.message,
    "the variable 'region' of the connection 'c' is 'mars', expected one of eu, us",
  );
  assert.equal(error.kind, 'config');
  const whole = made(
    {},
    { servers: { api: { url: '{address}', variables: { address: { default: 'https://a.example' } } } } },
  );
  const odd = refusal(() => serversOf(whole, { name: 'c', variables: { address: 'file:///etc/passwd' } }));
  assert.match(odd.message, /which is no address/);
});
