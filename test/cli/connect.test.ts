import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { announce } from '../../src/app/index.ts';
import { Secret } from '../../src/core/secret.ts';
import { openHouse, TOKEN, type House } from '../server/house.ts';
import { cli, folder, type Outcome } from './command-line.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';

const document = (version: string, more = '') => `openapi: 3.1.0
info: { title: Acme, version: '${version}' }
servers: [{ url: 'https://acme.example.com/v1' }]
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [orders]
      summary: List orders
      parameters: [{ name: state, in: query, schema: { type: string } }${more}]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { type: object } } } } } }
`;

let box: Sandbox;
before(async () => (box = await startSandbox({ users: 2, meetings: 1, webinars: 0, plan: 'unlimited' })));
after(() => box.close());

type Run = (...argv: string[]) => Promise<Outcome>;

/** Everything that a person does with somebody else's API, by the command line. */
async function journey(run: Run): Promise<void> {
  const ok = async (...argv: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await run(...argv, '--json');
    assert.ok(code === 0 || code === 3, `${argv.join(' ')}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const url = box.env['DESK_SWAGGER_URL'] ?? '';
  const imported = await ok('connectors', 'import', url, '--id', 'desk', '--allow-private', '127.0.0.1');
  assert.equal(imported['state'], 'created');
  await ok(
    'connections',
    'add',
    'desk',
    '--api-key',
    box.env['DESK_API_KEY'] ?? '',
    '--allow-private',
    '127.0.0.1',
  );
  await ok(
    'connectors',
    'link',
    'desk',
    'tickets.createTicket',
    'project',
    '--to',
    'projects.listProjects',
    '--value',
    'key',
    '--label',
    '{name}',
  );
  await ok(
    'connectors',
    'link',
    'desk',
    'tickets.createTicket',
    'issueType',
    '--to',
    'projects.listIssueTypes',
    '--argument',
    'projectKey={project}',
  );
  const options = (await ok('connectors', 'options', 'desk', 'tickets.createTicket', 'project')) as {
    options: { value: string; label: string }[];
  };
  const [project] = options.options;
  assert.ok(project && project.label !== project.value);
  const types = (await ok(
    'connectors',
    'options',
    'desk',
    'tickets.createTicket',
    'issueType',
    '--given',
    `project=${project.value}`,
  )) as typeof options;
  const tested = await ok('connectors', 'test', 'desk', 'projects.listProjects', 'users.*');
  assert.deepEqual([tested['ok'], tested['failed']], [2, 0]);
  await ok('connectors', 'pull', 'desk', 'tickets.listTickets');
  const input = { project: project.value, issueType: types.options[0]?.value, summary: 'It squeaks' };
  const made = await ok('call', 'desk', 'tickets.createTicket', '--input', JSON.stringify(input));
  assert.match(String(made['key']), /^[A-Z]+-\d+$/);
  const refused = await run(
    'call',
    'desk',
    'tickets.createTicket',
    '--input',
    JSON.stringify({ ...input, project: 'NOPE' }),
  );
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /which projects\.listProjects does not give/);
  await ok('connectors', 'publish', 'desk', '--waive', '*=tried by hand');
  await ok('connectors', 'edit', 'desk', 'tickets.createTicket', '--title', 'Open a ticket');
  const shown = (await ok('connectors', 'show', 'desk')) as { built: { version: number; published: number } };
  assert.equal(shown.built.version, shown.built.published + 1);
  const versions = (await ok('connectors', 'versions', 'desk')) as unknown as { kind: string }[];
  assert.deepEqual([versions[0]?.kind, versions.at(-1)?.kind], ['edit', 'import']);
  const diff = (await ok('connectors', 'diff', 'desk')) as { changed: number };
  assert.equal(diff.changed, 1);
  const { document: exported } = (await ok('connectors', 'export', 'desk')) as {
    document: { openapi: string };
  };
  assert.equal(exported.openapi, '3.1.1');
  assert.doesNotMatch(JSON.stringify(exported), new RegExp(box.env['DESK_API_KEY'] ?? 'x'));
}

test("somebody else's API, from its document to a call", async (t) => {
  const cwd = folder(t);
  await journey((...argv) => cli({ cwd, env: { LOG_LEVEL: 'silent' } }, ...argv));
});

test('the same beside a running server, which owns the database', async (t) => {
  const house: House = await openHouse();
  t.after(() => house[Symbol.asyncDispose]());
  announce(house.app.config, house.url, new Secret(TOKEN));
  const env = { TRUNKLINE_DATA_DIR: house.dataDir, LOG_LEVEL: 'silent' };
  await journey((...argv) => cli({ cwd: house.dataDir, env }, ...argv));
  const list = await house.ask<{ id: string; tests: { ok: number } }[]>('GET', '/api/v1/built-connectors');
  assert.deepEqual(
    list.json.map(({ id }) => id),
    ['desk'],
  );
  const url = '/api/v1/connectors/desk/actions/tickets.createTicket/options/project?search=s&limit=1';
  const options = await house.ask<{ options: unknown[]; open: boolean }>('GET', url);
  assert.deepEqual([options.status, options.json.options.length, options.json.open], [200, 1, false]);
  const unknown = await house.ask('GET', '/api/v1/connectors/nothing/build');
  assert.equal(unknown.status, 404);
  const called = await house.ask<{ output: { values: unknown[] } }>(
    'POST',
    '/api/v1/connectors/desk/actions/projects.listProjects',
    {},
  );
  assert.ok(called.json.output.values.length > 0);
});

test('screens: import, breaking changes, tests, empty and narrow', async (t) => {
  const cwd = folder(t);
  const run = (...argv: string[]) => cli({ cwd, env: { COLUMNS: '60' } }, ...argv);
  writeFileSync(join(cwd, 'v1.yaml'), document('1'));
  writeFileSync(
    join(cwd, 'v2.yaml'),
    document('2', ', { name: shop, in: query, required: true, schema: { type: string } }'),
  );
  assert.match(
    (await run('connectors', 'import', 'v1.yaml')).stdout,
    /✓ Acme is the connector 'acme': 1 of 1 operation/,
  );
  const stopped = await run('connectors', 'import', 'v2.yaml');
  assert.equal(stopped.code, 1);
  assert.match(stopped.stdout, /✗ nothing was changed.*\n[^]*^! +orders\.listOrders +the input shop is new/m);
  assert.match(stopped.stderr, /--accept-breaking/);
  assert.equal((await run('connectors', 'import', 'v2.yaml', '--accept-breaking')).code, 0);
  const tested = await run('connectors', 'test', 'acme', '--all', '--mock');
  assert.match(tested.stdout, /✓ ok \(mock\) +orders\.listOrders/);
  for (const line of (tested.stdout + stopped.stdout).split('\n')) assert.ok(line.length <= 60, line);
  const none = await run('connectors', 'test', 'acme', '--all');
  assert.equal(none.code, 2);
  assert.match(none.stderr, /no connection for 'acme' yet[^]*connections add acme/);
  assert.equal((await run('connectors', 'publish', 'acme')).code, 2);
  assert.equal((await run('connectors', 'edit', 'acme')).code, 2);
  assert.equal((await run('connectors', 'remove', 'acme')).code, 2, 'without --yes nothing is erased');
  assert.equal((await run('connectors', 'remove', 'acme', '--yes')).code, 0);
});

test('a document with faults comes in as far as it is good, and says where it is not', async (t) => {
  const cwd = folder(t);
  const broken = `${document('1')}  /broken:\n    get: 5\n`;
  writeFileSync(join(cwd, 'broken.yaml'), broken);
  const { code, stderr, stdout } = await cli({ cwd }, 'connectors', 'import', 'broken.yaml');
  assert.ok(code === 3 || code === 0, stderr);
  assert.match(stderr, /^\d+:\d+ +error/m);
  assert.match(stdout, /Acme is the connector/);
  const nothing = await cli({ cwd, stdin: 'foo: [' }, 'connectors', 'import', '-');
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /nothing of the document can be used: \d+:\d+/);
});

test('the mock answers over real HTTP while others use the database', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'v1.yaml'), document('1'));
  await cli({ cwd }, 'connectors', 'import', 'v1.yaml');
  const stop = new AbortController();
  let tell: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (tell = resolve));
  const seen: string[] = [];
  const onStderr = (text: string): void => {
    seen.push(text);
    if (text.includes('Ctrl+C')) tell();
  };
  const port = String(20_000 + (process.pid % 20_000));
  const running = cli({ cwd, signal: stop.signal, onStderr }, 'connectors', 'mock', 'acme', '--port', port);
  await ready;
  writeFileSync(
    join(cwd, 'trunkline.yaml'),
    `connections: { acme-mock: { connector: acme, servers: { api: "http://127.0.0.1:${port}/api" } } }\n`,
  );
  const called = await cli({ cwd }, 'call', 'acme-mock', 'orders.listOrders', '--state', 'open', '--json');
  assert.equal(called.code, 0, called.stderr);
  assert.deepEqual(JSON.parse(called.stdout), [{}]);
  const missing = await fetch(`http://127.0.0.1:${port}/api/nothing`);
  assert.equal(missing.status, 404);
  stop.abort();
  const { stdout } = await running;
  assert.match(stdout, /A mock of acme answers on http:\/\/127\.0\.0\.1:\d+/);
  assert.match(seen.join(''), /200 GET \/api\/orders\?state=open/);
});
