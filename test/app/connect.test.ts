import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectorError } from '../../src/core/errors.ts';
import { findAction } from '../../src/core/connector.ts';
import { connectDesk, connectShop, connectStage, type ConnectStage } from './connect-stage.ts';

const document = (version: string, paths: object) =>
  JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Acme', version },
    servers: [{ url: 'https://acme.example.com/v1' }],
    paths,
  });
const answer = {
  '200': {
    description: 'ok',
    content: { 'application/json': { schema: { type: 'object', properties: { id: { type: 'string' } } } } },
  },
};
const orders = { get: { operationId: 'listOrders', tags: ['orders'], summary: 'List', responses: answer } };
const people = { get: { operationId: 'listPeople', tags: ['people'], summary: 'People', responses: answer } };

async function call(stage: ConnectStage, name: string, action: string, input: object): Promise<unknown> {
  const session = await stage.app.session(name);
  const found = findAction(session.connector, action);
  assert.ok(found, action);
  return session.call(found, input as never);
}

test('importing again merges: edits stay, what breaks is shown first and kept only when it may be', async (t) => {
  const { app, connect } = await connectStage(t);
  const created = await connect.importDocument({
    text: document('1', { '/orders': orders, '/people': people }),
  });
  assert.deepEqual([created.id, created.state, created.version], ['acme', 'created', 1]);
  await connect.edit('acme', [
    { do: 'fields', action: 'orders.listOrders', fields: { title: 'All orders', query: { limit: '20' } } },
  ]);
  const text = document('2', {
    '/orders': orders,
    '/invoices': { get: { ...people.get, operationId: 'listInvoices' } },
  });
  const stopped = await connect.importDocument({ text, id: 'acme' });
  assert.deepEqual(
    [stopped.state, stopped.version, stopped.diff?.removed, stopped.diff?.breaking],
    ['breaking', 2, 1, 1],
  );
  assert.equal((await connect.show('acme')).version, 2, 'nothing was kept');
  const taken = await connect.importDocument({ text, id: 'acme', acceptBreaking: true });
  assert.deepEqual([taken.state, taken.version], ['updated', 3]);
  assert.equal((await connect.importDocument({ text, id: 'acme' })).state, 'unchanged');
  await app.loadConnectors();
  assert.equal(findAction(app.connector('acme'), 'orders.listOrders')?.title, 'All orders');
  assert.equal(findAction(app.connector('acme'), 'people.listPeople'), undefined);
});

test('every version is kept, compared and gone back to', async (t) => {
  const { connect } = await connectStage(t);
  await connect.importDocument({ text: document('1', { '/orders': orders }) });
  await connect.edit(
    'acme',
    [{ do: 'set', action: 'orders.listOrders', pointer: '/title', value: 'Two' }],
    'a better name',
  );
  await connect.edit('acme', [{ do: 'hide', action: 'orders.listOrders' }]);
  assert.deepEqual(
    (await connect.diff('acme', 1, 2)).changes.map(({ message }) => message),
    ['title was "List", is "Two"'],
  );
  const back = await connect.rollback('acme', 2);
  assert.deepEqual([back.version, back.diff.added], [4, 1]);
  assert.deepEqual(
    (await connect.versions('acme')).map(({ version, kind, note }) => `${version} ${kind} ${note}`),
    [
      '4 rollback back to version 2',
      '3 edit orders.listOrders hidden',
      '2 edit a better name',
      '1 import imported standard input',
    ],
  );
  await assert.rejects(connect.rollback('acme', 99), /has no version 99/);
});

test('a published version is in use until the next one is published', async (t) => {
  const stage = await connectStage(t);
  const { app, connect } = stage;
  await connect.importDocument({ text: document('1', { '/orders': orders }) });
  await assert.rejects(
    connect.publish('acme', {}),
    /an operation has not proved that it works: orders\.listOrders \(not tested\)/,
  );
  await connect.test('acme', { mock: true });
  await assert.rejects(connect.publish('acme', {}), /tested against the mock only/);
  await assert.rejects(connect.publish('acme', { waive: { 'orders.*': '' } }), /no reason/);
  const published = await connect.publish('acme', { waive: { 'orders.*': 'there is no test account' } });
  assert.deepEqual([published.version, published.waived], [1, ['orders.listOrders']]);
  await connect.edit('acme', [{ do: 'set', action: 'orders.listOrders', pointer: '/title', value: 'Draft' }]);
  await app.loadConnectors();
  assert.equal(findAction(app.connector('acme'), 'orders.listOrders')?.title, 'List');
  await connect.publish('acme', {});
  await app.loadConnectors();
  assert.equal(findAction(app.connector('acme'), 'orders.listOrders')?.title, 'Draft');
  await connect.edit('acme', [{ do: 'fields', action: 'orders.listOrders', fields: { path: '/v2/orders' } }]);
  assert.equal(
    (await connect.show('acme')).results[0]?.state,
    'untested',
    'another path needs another proof',
  );
});

test('two who edit at once do not overwrite each other', async (t) => {
  const { connect } = await connectStage(t);
  await connect.importDocument({ text: document('1', { '/orders': orders, '/people': people }) });
  const edits = ['orders.listOrders', 'people.listPeople'].map((action) =>
    connect.edit('acme', [{ do: 'set', action, pointer: '/title', value: 'New' }]),
  );
  const ended = await Promise.allSettled(edits);
  const lost = ended.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  assert.equal((await connect.versions('acme')).length, 3 - lost.length);
  for (const { reason } of lost) assert.equal((reason as ConnectorError).code, 'changed');
  assert.equal(lost.length, 1);
});

test('an operation is made by hand: path, defaults, headers, body and answer', async (t) => {
  const { connect } = await connectStage(t);
  const made = await connect.add('acme', {
    server: 'https://acme.example.com/v1',
    action: 'orders.find',
    operation: {
      method: 'post',
      path: '/shops/:shop/orders?sort=date',
      title: 'Find',
      headers: { 'X-Trace': 'on' },
      bodyExample: { text: 'a' },
      answerExample: { orders: [{ id: 1 }] },
    },
  });
  assert.equal(made.version, 1);
  const { definition } = await connect.show('acme');
  const find = (definition as { actions: { orders: { find: Record<string, unknown> } } }).actions.orders.find;
  assert.equal(find['path'], '/shops/{shop}/orders');
  assert.deepEqual(
    (find['parameters'] as { name: string; in: string; value?: unknown }[]).map((one) => [
      one.in,
      one.name,
      one.value,
    ]),
    [
      ['path', 'shop', undefined],
      ['query', 'sort', 'date'],
      ['header', 'X-Trace', 'on'],
    ],
  );
  assert.equal((await connect.test('acme', { mock: true })).ok, 1);
  const secret = { path: '/x', headers: { Authorization: 'Bearer abc' } };
  await assert.rejects(
    connect.add('acme', { action: 'x.y', operation: secret }),
    (error: Error) => /holds a secret/.test(error.message) && !error.message.includes('abc'),
  );
  await assert.rejects(
    connect.add('acme', { action: 'x.y', server: 'https://evil.example.com', operation: { path: '/x' } }),
    /none of the addresses/,
  );
});

test('a cURL command becomes an operation, and its secret does not', async (t) => {
  const { connect } = await connectStage(t);
  const curl = `curl -X POST 'https://acme.example.com/v1/orders?dry=true' -H 'Authorization: Bearer s3cret-token-value' -H 'Content-Type: application/json' -d '{"item":"chair"}'`;
  const made = await connect.add('acme', { curl });
  assert.ok(made.notes?.some((note) => note.includes('was not kept')));
  const shown = JSON.stringify(await connect.show('acme'));
  assert.doesNotMatch(shown, /s3cret/);
  assert.match(shown, /"kind":"bearer"/);
});

test('an API with a key: import, test, link, options, dependent lists, call and pull', async (t) => {
  const stage = await connectStage(t);
  const { connect, box } = stage;
  const desk = await connectDesk(stage);
  const careful = await connect.test(desk, { reads: true });
  assert.deepEqual(new Set(careful.results.map(({ method }) => method)), new Set(['GET']));
  assert.equal(careful.skipped, 0);
  await assert.rejects(
    connect.test(desk, { reads: true, actions: ['*.deleteTicket'] }),
    /none of these operations of \w+ only reads/,
  );
  const first = await connect.test(desk, {});
  assert.ok(first.results.length > careful.results.length);
  assert.deepEqual([first.against, first.connection], ['vendor', 'desk']);
  assert.equal(first.results.find(({ action }) => action.endsWith('.listProjects'))?.state, 'ok');
  assert.equal(first.results.find(({ action }) => action.endsWith('.deleteTicket'))?.state, 'skipped');
  const projects = { action: 'projects.listProjects', value: '/key', label: '{name} ({key})' };
  await connect.link(desk, 'tickets.createTicket', 'project', projects);
  await connect.link(desk, 'tickets.createTicket', 'issueType', {
    action: 'projects.listIssueTypes',
    input: { projectKey: '{project}' },
    value: '/id',
    label: '{name}',
  });
  await connect.link(desk, 'tickets.getTicket', 'ticketKey', {
    action: 'tickets.listTickets',
    value: '/key',
  });
  const listed = await connect.options(desk, 'tickets.createTicket', 'project', { limit: 2 });
  const [project] = listed.options;
  assert.ok(project && listed.options.length === 2);
  assert.match(project.label, new RegExp(`\\(${String(project.value)}\\)$`));
  const rest = await connect.options(desk, 'tickets.createTicket', 'project', { offset: 2, limit: 500 });
  const total = (box.desk.collection('projects') ?? []).length;
  assert.ok(rest.options.length + 2 <= total);
  await assert.rejects(connect.options(desk, 'tickets.createTicket', 'issueType', {}), /depend on project/);
  const types = await connect.options(desk, 'tickets.createTicket', 'issueType', {
    given: { project: project.value },
  });
  assert.ok(types.options.length > 0);
  assert.equal(
    (await connect.test(desk, { actions: ['tickets.getTicket'] })).ok,
    1,
    'a linked input is tried with a value of its list',
  );
  const ticket = { project: project.value, issueType: types.options[0]?.value, summary: 'The chair squeaks' };
  const before = box.desk.collection('tickets')?.length ?? 0;
  await assert.rejects(
    call(stage, 'desk', 'tickets.createTicket', { ...ticket, issueType: 'nonsense' }),
    (error: ConnectorError) => {
      assert.deepEqual([error.kind, error.fields[0]?.field], ['input', 'issueType']);
      return true;
    },
  );
  assert.equal(
    box.desk.collection('tickets')?.length,
    before,
    'a value that the list does not give is not sent',
  );
  await call(stage, 'desk', 'tickets.createTicket', ticket);
  assert.equal(box.desk.collection('tickets')?.length, before + 1);
});

/** The desk, whose tickets are chosen from a list that is read by pages of this size. */
async function ticketsByPages(stage: ConnectStage, size: number): Promise<string> {
  const { connect } = stage;
  const desk = await connectDesk(stage);
  const pages = { kind: 'offset', items: 'values', param: 'startAt', total: 'total' };
  await connect.edit(desk, [
    {
      do: 'set',
      action: 'tickets.listTickets',
      pointer: '/pages',
      value: { ...pages, size: { param: 'maxResults', max: size } },
    },
  ]);
  const link = { action: 'tickets.listTickets', input: { maxResults: size }, value: '/key' };
  await connect.link(desk, 'tickets.getTicket', 'ticketKey', link);
  return desk;
}

test('a value that came into being since its list was read, a moment ago, is not refused', async (t) => {
  let moment = Date.now();
  const stage = await connectStage(t, { world: { now: () => moment } });
  await ticketsByPages(stage, 25);
  await assert.rejects(call(stage, 'desk', 'tickets.getTicket', { ticketKey: 'SUP-99999' }), /does not give/);
  const { ticket } = await stage.box.desk.ask('New', 'ada@example.com');
  // As in a burst of events: each brings something new.
  moment += 1;
  assert.ok(await call(stage, 'desk', 'tickets.getTicket', { ticketKey: ticket.key }));
});

test('a list with more pages than are read refuses nobody', async (t) => {
  const stage = await connectStage(t);
  await ticketsByPages(stage, 1);
  const tickets = stage.box.desk.collection('tickets') as { key: string }[];
  assert.ok(tickets.length > 50, 'more than fifty pages');
  assert.ok(await call(stage, 'desk', 'tickets.getTicket', { ticketKey: tickets.at(-1)?.key }));
});

test('OAuth2 client credentials: import, test all that can be, pull, publish with waivers, call', async (t) => {
  const stage = await connectStage(t);
  const { connect } = stage;
  const shop = await connectShop(stage);
  const report = await connect.test(shop, { actions: ['*.list*', '*.getMe'] });
  assert.deepEqual(
    report.results.filter(({ state }) => state !== 'ok'),
    [],
  );
  const pulled = await connect.pull(shop, 'products.listProducts', {});
  assert.equal(pulled.answers, 1);
  const again = await connect.pull(shop, 'products.listProducts', {});
  assert.equal(again.changed, false, 'the same answer teaches nothing new');
  const after = await connect.test(shop, { actions: ['products.listProducts'] });
  assert.deepEqual(after.results[0]?.drift, []);
  const { version } = await connect.publish(shop, { waive: { '*': 'tried by hand' } });
  assert.equal((await connect.show(shop)).published, version);
  const products = await call(stage, 'shop', 'products.listProducts', {});
  assert.ok(JSON.stringify(products).length > 100);
});

test('what was pulled never narrows what a person said, and drift is told at the next test', async (t) => {
  const stage = await connectStage(t);
  const { connect } = stage;
  const desk = await connectDesk(stage);
  const own = { type: 'object', properties: { key: { type: 'string' }, name: {} } };
  await connect.edit(desk, [{ do: 'set', action: 'projects.listProjects', pointer: '/output', value: own }]);
  const tested = await connect.test(desk, { actions: ['projects.listProjects'] });
  assert.ok(tested.results[0]?.drift.some(({ kind }) => kind === 'unknown'));
  const answers = [{ key: 7, name: 'x' }];
  const pulled = await connect.pull(desk, 'projects.listProjects', { answers });
  assert.deepEqual(pulled.output, {
    type: 'object',
    properties: { key: { type: ['string', 'integer'] }, name: {} },
  });
});

test('a connector with connections is not removed under them', async (t) => {
  const stage = await connectStage(t);
  const desk = await connectDesk(stage);
  await assert.rejects(stage.connect.remove(desk), /has connections: desk/);
  await stage.app.stored.remove('desk');
  await stage.connect.remove(desk);
  await assert.rejects(stage.connect.show(desk), /there is no built connector 'desk'/);
  await stage.app.loadConnectors();
  assert.throws(() => stage.app.connector(desk), /there is no connector/);
});

test('documents are not fetched from inside, and ids of built-in connectors are taken', async (t) => {
  const { connect, box } = await connectStage(t);
  await assert.rejects(
    connect.importDocument({ url: box.env['DESK_SWAGGER_URL'] }),
    (error: ConnectorError) =>
      error.code === 'private-address' && /--allow-private 127\.0\.0\.1/.test(error.hint),
  );
  await assert.rejects(
    connect.importDocument({ url: 'https://ada:pw@example.com/x.json' }),
    /user name or a password/,
  );
  await assert.rejects(connect.importDocument({ text: document('1', {}), id: 'zoom' }), /built-in connector/);
  await assert.rejects(
    connect.importDocument({ text: 'hello' }),
    (error: ConnectorError) => error.kind === 'input',
  );
});
