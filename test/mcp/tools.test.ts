import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { connectors } from '../../src/catalog.ts';
import { listActions } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { callTool, toolsOf, type ToolSession } from '../../src/mcp/tools.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';

const { zoom } = connectors;

/** A session whose calls end in one way, and what was asked of it. */
function sessionThat(answer: () => unknown) {
  const asked: unknown[] = [];
  const session: ToolSession = {
    connector: zoom,
    call: async (action, input) => {
      asked.push([action.title, input]);
      return answer() as never;
    },
  };
  return { session, asked };
}

test('every action of the catalog is a tool that clients accept', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const connector of Object.values(connectors)) {
    const tools = toolsOf(connector);
    const actions = listActions(connector);
    assert.equal(new Set(tools.map(({ name }) => name)).size, actions.length);
    for (const [i, tool] of tools.entries()) {
      assert.match(tool.name, /^[a-z0-9_-]{1,64}$/);
      assert.equal(tool.inputSchema.type, 'object', tool.name);
      for (const key of ['oneOf', 'anyOf', 'allOf']) assert.equal(key in tool.inputSchema, false, tool.name);
      const example = actions[i]?.action.example;
      assert.ok(ajv.validate(tool.inputSchema, example), `${tool.name}: ${ajv.errorsText()}`);
    }
  }
});

test('a tool says what it does to the other system', () => {
  const tools = new Map(toolsOf(connectors.brevo).map((tool) => [tool.name, tool]));
  const hints = (name: string) => Object.values(tools.get(name)?.annotations ?? {});
  assert.deepEqual(hints('brevo_contacts_get'), [true, false, true, true]);
  assert.deepEqual(hints('brevo_contacts_upsert'), [false, false, true, true]);
  assert.deepEqual(hints('brevo_contacts_remove'), [false, true, true, true]);
  assert.deepEqual(hints('brevo_events_create'), [false, false, false, true]);
  assert.match(tools.get('brevo_contacts_remove')?.description ?? '', /cannot be undone/);
  const list = toolsOf(zoom).find(({ name }) => name === 'zoom_past_meetings_participants');
  assert.equal(list?.title, 'List the participants of a past meeting');
  assert.match(list.description, /Gives one page\..*scopes meeting:read:list_past_participants:admin/);
});

test('names that would be too long or the same are told apart', () => {
  const operation = { title: 'Get', method: 'GET', path: '/' };
  const long = 'a'.repeat(70);
  const connector = connectorFromJson({
    id: 'acme',
    title: 'Acme',
    servers: { api: 'https://api.example.com' },
    actions: { openOrders: { get: operation }, open_orders: { get: operation }, [long]: { get: operation } },
  });
  const names = toolsOf(connector).map(({ name }) => name);
  assert.equal(names[0], 'acme_open_orders_get');
  assert.match(names[1] ?? '', /^acme_open_orders_get_[0-9a-f]{8}$/);
  assert.match(names[2] ?? '', /^acme_a{50}_[0-9a-f]{8}$/);
  assert.equal(names[2]?.length, 64);
});

test('a tool call runs the action and gives its output as text and as data', async () => {
  const { session, asked } = sessionThat(() => ({ users: [], next_page_token: '' }));
  assert.deepEqual(await callTool(session, 'zoom_users_list', { status: 'active' }), {
    content: [{ type: 'text', text: '{"users":[],"next_page_token":""}' }],
    structuredContent: { users: [], next_page_token: '' },
    isError: false,
  });
  assert.deepEqual(asked, [['List users', { status: 'active' }]]);
});

test('an output that is no object is wrapped in one', async () => {
  const { session } = sessionThat(() => undefined);
  assert.deepEqual((await callTool(session, 'zoom_users_list')).structuredContent, { result: null });
});

test('a failed call tells what went wrong and what to do about it', async () => {
  const { session } = sessionThat(() => {
    throw new ConnectorError('Zoom refused users.list (HTTP 400, code 4711)', {
      kind: 'scope',
      hint: 'Add the scope user:read:list_users:admin.',
      code: '4711',
    });
  });
  const result = await callTool(session, 'zoom_users_list');
  assert.equal(result.isError, true);
  assert.equal(
    result.content[0]?.text,
    'Zoom refused users.list (HTTP 400, code 4711)\nAdd the scope user:read:list_users:admin.',
  );
  const { error } = result.structuredContent as { error: Record<string, unknown> };
  assert.deepEqual([error['kind'], error['code'], error['retry']], ['scope', '4711', 'never']);
});

test('an unknown tool is an answer; a fault of ours is not hidden as one', async () => {
  const { session } = sessionThat(() => {
    throw new TypeError('a bug');
  });
  const unknown = await callTool(session, 'zoom_users_fly');
  assert.equal(unknown.isError, true);
  assert.match(unknown.content[0]?.text ?? '', /^there is no tool 'zoom_users_fly'\n/);
  await assert.rejects(callTool(session, 'zoom_users_list'), TypeError);
});
