/** The first half of the chain: two documents become connectors that are connected, tested, learnt from and published. */
import assert from 'node:assert/strict';
import { shopDefinition } from '../hooks/shop-definition.ts';
import type { ChainStage } from './chain-stage.ts';
import type { Face } from './face.ts';

/** The desk: Swagger 2.0 in YAML, an API key, lists by offset. */
export async function buildDesk({ box, truth, calls }: ChainStage, face: Face): Promise<void> {
  const imported = await face.importDocument('desk', box.env['DESK_SWAGGER_URL'] ?? '');
  assert.equal(imported.state, 'created');
  await face.connect('desk', { apiKey: box.env['DESK_API_KEY'] ?? '' });
  await assert.rejects(face.publish('desk', {}), /have not proved that they work/);

  // What the document does not say: how its lists go on, and which call tries a connection out.
  await face.edit('desk', undefined, '/check', { action: 'myself.getMyself', input: {} });
  const size = { param: 'maxResults', max: 25 };
  for (const list of ['tickets.listTickets', 'projects.listProjects', 'users.searchUsers']) {
    const pages = { kind: 'offset', items: 'values', param: 'startAt', total: 'total', size };
    await face.edit('desk', list, '/pages', pages);
  }
  // Nor does it have this one.
  await face.addByHand('desk', 'tickets.newest', '/tickets?maxResults=3&status=open');

  // Made-up ids are unknown to the desk; links give it real ones.
  const before = await face.test('desk');
  assert.ok(before.failed >= 5, `${before.failed} failed`);
  const byKey = { action: 'projects.listProjects', value: '/key', label: '{name} ({key})' };
  await face.link('desk', 'tickets.createTicket', 'project', byKey);
  await face.link('desk', 'projects.listIssueTypes', 'projectKey', byKey);
  await face.link('desk', 'tickets.createTicket', 'issueType', {
    action: 'projects.listIssueTypes',
    input: { projectKey: '{project}' },
    label: '{name}',
  });
  await face.link('desk', 'tickets.createTicket', 'assignee', {
    action: 'users.searchUsers',
    search: 'query',
    label: '{displayName}',
  });
  const ofTicket = { action: 'tickets.listTickets', value: '/key' };
  for (const name of ['getTicket', 'updateTicket', 'moveTicket', 'addComment', 'attachFile']) {
    await face.link('desk', `tickets.${name}`, 'ticketKey', ofTicket);
  }
  const example = { project: 'SUP', issueType: '101', summary: 'A trial' };
  await face.edit('desk', 'tickets.createTicket', '/example', example);
  const tested = await face.test('desk');
  assert.deepEqual(
    tested.results.filter(({ state }) => state !== 'ok').map(({ action, state }) => [action, state]),
    [['tickets.deleteTicket', 'skipped']],
  );

  const pulled = await face.pull('desk', 'tickets.newest');
  assert.equal(pulled.changed, true, 'what was added by hand had no answer');
  assert.equal((await face.pull('desk', 'tickets.newest')).changed, false, 'the same again is nothing new');

  type Project = { key: string; name: string; issueTypes: { id: string; name: string }[] };
  const projects = await truth<Project>('desk/projects');
  const offered = await face.options('desk', 'tickets.createTicket', 'project');
  assert.deepEqual(
    offered.map(({ value, label }) => [value, label]),
    projects.map(({ key, name }) => [key, `${name} (${key})`]),
  );
  const events = projects.find(({ key }) => key === 'EVT');
  const types = await face.options('desk', 'tickets.createTicket', 'issueType', {
    given: { project: 'EVT' },
  });
  assert.deepEqual(
    types.map(({ value, label }) => [value, label]),
    events?.issueTypes.map(({ id, name }) => [id, name]),
  );
  const found = await face.options('desk', 'tickets.createTicket', 'assignee', { search: 'hedy' });
  assert.ok(found.length > 0 && found.every(({ label }) => label.startsWith('Hedy')));
  const made = await calls('desk', 'POST /api/tickets');
  await assert.rejects(
    face.call('desk', 'tickets.createTicket', {
      project: 'EVT',
      issueType: '101',
      summary: 'Of another project',
    }),
    /listIssueTypes does not give/,
  );
  assert.equal(await calls('desk', 'POST /api/tickets'), made, 'nothing was sent');

  await assert.rejects(face.publish('desk', {}), /tickets\.deleteTicket/);
  const { waived } = await face.publish('desk', { 'tickets.deleteTicket': 'nothing is deleted by flows' });
  assert.deepEqual(waived, ['tickets.deleteTicket']);
}

/** The shop: OpenAPI 3.1, OAuth2 with client credentials, lists by cursor, webhooks to subscribe to. */
export async function buildShop({ box }: ChainStage, face: Face): Promise<void> {
  await face.importDocument('shop', box.env['SHOP_OPENAPI_URL'] ?? '');
  await face.connect('shop', {
    clientId: box.env['SHOP_CLIENT_ID'] ?? '',
    clientSecret: box.env['SHOP_CLIENT_SECRET'] ?? '',
  });
  for (const [action, input, list] of [
    ['products.getProduct', 'productId', 'products.listProducts'],
    ['products.updateProduct', 'productId', 'products.listProducts'],
    ['products.uploadImage', 'productId', 'products.listProducts'],
    ['customers.getCustomer', 'customerId', 'customers.listCustomers'],
    ['customers.updateCustomer', 'customerId', 'customers.listCustomers'],
    ['orders.getOrder', 'orderId', 'orders.listOrders'],
    ['orders.cancelOrder', 'orderId', 'orders.listOrders'],
  ] as const) {
    await face.link('shop', action, input, { action: list });
  }
  const lines = [{ product_id: 'prod_1' }];
  await face.edit('shop', 'orders.createOrder', '/example', { email: 'trial@example.com', lines });
  await face.edit('shop', undefined, '/webhooks', webhooks(box.env));
  const tested = await face.test('shop');
  assert.deepEqual(
    tested.results.filter(({ state }) => state === 'failed').map(({ action }) => action),
    ['products.downloadImage', 'webhooks.getWebhook', 'webhooks.renewWebhook'],
    'only what needs the id of something that no list gives',
  );
  assert.equal(tested.skipped, 2, 'nothing is destroyed by a test of all');
  const { waived } = await face.publish('shop', {
    'products.*': 'the pictures are not used',
    'webhooks.*': 'the hook itself tries them',
  });
  assert.deepEqual(
    new Set(waived),
    new Set([
      'products.downloadImage',
      'products.deleteProduct',
      'webhooks.getWebhook',
      'webhooks.renewWebhook',
      'webhooks.deleteWebhook',
    ]),
  );
}

/** How the shop sends events, for the operations as its document calls them. */
function webhooks(env: Readonly<Record<string, string>>): unknown {
  const { orders } = shopDefinition(env).webhooks ?? {};
  const id = { webhookId: '{id}' };
  const input = { url: '{url}', events: '{events}', secret: '{secret}' };
  return {
    orders: {
      ...orders,
      events: ['order.created'],
      subscription: {
        subscribe: { action: 'webhooks.createWebhook', input },
        id: '/id',
        expires: '/expires_at',
        unsubscribe: { action: 'webhooks.deleteWebhook', input: id },
        renew: { action: 'webhooks.renewWebhook', input: id },
        list: { action: 'webhooks.listWebhooks', id: '/id', url: '/url' },
      },
    },
  };
}
