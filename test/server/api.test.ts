import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openHouse, until, type House } from './house.ts';

let house: House;
before(async () => (house = await openHouse()));
after(() => house[Symbol.asyncDispose]());

const DAY = 24 * 3600_000;
const range = () => ({
  since: new Date(Date.now() - 90 * DAY).toISOString(),
  until: new Date().toISOString(),
});

interface Run {
  id: string;
  state: string;
  origin: string;
  summary?: { contacts: { created: number }; outcome?: string };
  error?: { message: string };
}

async function ended(id: string): Promise<Run> {
  let run: Run | undefined;
  await until('the run ends', async () => {
    run = (await house.ask<Run>('GET', `/api/v1/runs/${id}`)).json;
    return run.state !== 'running';
  });
  assert.ok(run);
  return run;
}

test('an activation is begun, followed and explained over the API', async () => {
  const contacts = () => house.box.brevo.collections('contacts')?.length;
  const held = contacts();
  const dry = await house.ask<{ id: string }>('POST', '/api/v1/activations', { ...range(), dryRun: true });
  assert.equal(dry.status, 202);
  assert.equal((await ended(dry.json.id)).state, 'done');
  assert.equal(contacts(), held, 'a dry run sends nothing');
  const { json } = await house.ask<{ id: string }>('POST', '/api/v1/activations', range());
  const second = await house.ask<{ kind: string }>('POST', '/api/v1/activations', range());
  assert.deepEqual([second.status, second.json.kind], [409, 'busy'], 'two at once would send twice');
  const run = await ended(json.id);
  assert.deepEqual([run.state, run.origin], ['done', 'server']);
  assert.ok((run.summary?.contacts.created ?? 0) > 5);
  const deliveries = await house.ask<{ id: string; person: string; state: string }[]>(
    'GET',
    '/api/v1/deliveries?effect=contact&limit=3',
  );
  assert.equal(deliveries.json.length, 3);
  const [one] = deliveries.json;
  const shown = await house.ask('GET', `/api/v1/deliveries/${one?.id}`);
  assert.deepEqual(shown.json, one);
  const { json: why } = await house.ask<{ verdict: string }>('GET', `/api/v1/explain/${one?.person}`);
  assert.match(why.verdict, /^The contact is up to date/);
  const listed = await house.ask<Run[]>('GET', '/api/v1/runs?kind=activate');
  assert.deepEqual(
    listed.json.map(({ id }) => id),
    [json.id, dry.json.id],
  );
});

test('a refusal is taken back and sent at once', async () => {
  const [one] = (
    await house.ask<{ id: string; person: string }[]>('GET', '/api/v1/deliveries?effect=contact')
  ).json;
  assert.ok(one);
  const store = await house.app.store();
  const refused = JSON.stringify({ kind: 'input', message: 'The attribute is wrong.' });
  await store.sql(
    `UPDATE deliveries SET state = 'refused', error = $2, hash = '' WHERE person = $1 AND effect = 'contact'`,
    [one.person, refused],
  );
  const none = await house.ask('POST', '/api/v1/deliveries/retry', { kind: 'auth' });
  assert.deepEqual(none.json, { retried: 0, sending: false });
  const retried = await house.ask('POST', '/api/v1/deliveries/retry', { kind: 'input' });
  assert.deepEqual(retried.json, { retried: 1, sending: true });
  await until('it is done', async () => {
    const { json } = await house.ask<{ state: string }>('GET', `/api/v1/deliveries/${one.id}`);
    return json.state === 'done';
  });
});

test('an extraction is begun, ends and is shown; what is wrong with it is the answer', async () => {
  const body = { streams: ['users'], to: 'sqlite:./zoom.db', cwd: house.dataDir };
  const plan = await house.ask<{ streams: { stream: string }[] }>('POST', '/api/v1/extractions/plan', body);
  assert.deepEqual(
    plan.json.streams.map(({ stream }) => stream),
    ['users'],
  );
  const { status, json } = await house.ask<{ id: string }>('POST', '/api/v1/extractions', body);
  assert.equal(status, 202);
  assert.equal((await ended(json.id)).summary?.outcome, 'done');
  assert.ok(existsSync(join(house.dataDir, 'zoom.db')));
  const wrong = await house.ask<{ kind: string }>('POST', '/api/v1/extractions', {
    ...body,
    to: 'nowhere:x',
  });
  assert.deepEqual([wrong.status, wrong.json.kind], [400, 'config']);
});

test('an extraction that is asked to end does so, and says that it was stopped', async () => {
  await fetch(`${house.box.url}/__sandbox/faults`, {
    method: 'POST',
    body: JSON.stringify({ rules: [{ system: 'zoom', kind: 'slow', ms: 400, probability: 1 }] }),
  });
  const body = {
    streams: ['past_meeting_participants', 'users', 'meetings'],
    to: 'sqlite:./slow.db',
    cwd: house.dataDir,
  };
  const { json } = await house.ask<{ id: string }>('POST', '/api/v1/extractions', body);
  const stopped = await house.ask('POST', `/api/v1/runs/${json.id}/stop`);
  assert.equal(stopped.status, 202);
  const run = await ended(json.id);
  assert.deepEqual([run.state, run.summary?.outcome], ['stopped', 'stopped']);
  assert.equal((await house.ask('POST', `/api/v1/runs/${json.id}/stop`)).status, 404);
  await fetch(`${house.box.url}/__sandbox/faults`, { method: 'POST', body: JSON.stringify({ rules: [] }) });
});

test('operations are listed and called; what destroys must be confirmed', async () => {
  const { json } = await house.ask<{ name: string; example: object }[]>(
    'GET',
    '/api/v1/connectors/zoom/actions',
  );
  assert.ok(json.some(({ name }) => name === 'meetings.create'));
  const users = await house.ask<{ output: { users: { id: string }[] } }>(
    'POST',
    '/api/v1/connectors/zoom/actions/users.list',
    { input: { page_size: 1 } },
  );
  assert.equal(users.json.output.users.length, 1);
  const path = '/api/v1/connectors/zoom/actions/meetings.remove';
  const unsure = await house.ask<{ hint: string }>('POST', path, { input: { meetingId: '12345678901' } });
  assert.deepEqual([unsure.status, unsure.json.hint], [400, 'Add "confirm": true to do it.']);
  const refused = await house.ask<{ kind: string }>('POST', path, {
    input: { meetingId: '12345678901' },
    confirm: true,
  });
  assert.equal(refused.json.kind, 'not-found');
  assert.equal((await house.ask('POST', '/api/v1/connectors/zoom/actions/no.such')).status, 404);
});

test('the API is documented, and every answer is as the document says', async () => {
  const { json: document } = await house.ask<Document>('GET', '/api/openapi.json');
  assert.equal(document.openapi, '3.1.0');
  const { valid, errors } = await new Validator().validate(document as never);
  assert.equal(valid, true, JSON.stringify(errors));
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.length >= 20);
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, email: true } });
  ajv.addSchema(document, 'doc');
  for (const { path, operation } of operations) {
    const declared = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    assert.deepEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      declared,
      path,
    );
  }
  const known: Record<string, string> = {
    '{connector}': 'zoom',
    '{email}': 'nobody@example.com',
  };
  const operation = { path: '/orders?state=open' };
  const order = { server: 'https://acme.example.com', action: 'orders.list', operation };
  await house.ask('POST', '/api/v1/connectors/acme/add', order);
  const link = { choices: [{ value: 'open' }, { value: 'paid', label: 'Paid' }] };
  await house.ask('POST', '/api/v1/connectors/acme/links', { action: 'orders.list', input: 'state', link });
  const built: Record<string, string> = {
    '{connector}': 'acme',
    '{action}': 'orders.list',
    '{input}': 'state',
  };
  for (const { path, method, operation: asked } of operations.filter((one) => one.method === 'get')) {
    // Of these there is none in this house.
    if (/\{(?:id|name)\}/.test(path)) continue;
    const names = asked.tags.includes('Building connectors') ? built : known;
    const { status, json } = await house.ask(
      'GET',
      `/api/v1${path.replaceAll(/\{\w+\}/g, (name) => names[name] ?? name)}${path.endsWith('/diff') ? '?from=1' : ''}`,
    );
    assert.equal(status, 200, path);
    const place = path
      .replaceAll('~', '~0')
      .replaceAll('/', '~1')
      .replaceAll('{', '%7B')
      .replaceAll('}', '%7D');
    const check = ajv.getSchema(
      `doc#/paths/${place}/${method}/responses/200/content/application~1json/schema`,
    );
    assert.ok(check, path);
    assert.ok(check(json), `${path}: ${JSON.stringify(check.errors?.slice(0, 3))}`);
  }
});

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<string, { operationId: string; tags: string[]; parameters: { name: string; in: string }[] }>
  >;
}

test('calls made elsewhere share the limits that the server keeps', async () => {
  const use = async (body: object) => (await house.ask('POST', '/api/v1/budgets', body)).json;
  const slot = { operation: 'reserve', key: 'zoom:test:heavy', intervalMs: 1000, burst: 1, n: 1 };
  assert.deepEqual(await use(slot), { waitMs: 0 });
  assert.ok(Number((await use(slot))['waitMs']) > 900);
  assert.deepEqual(await use({ operation: 'spend', key: 'a', n: 3, limit: 4 }), { granted: true });
  assert.deepEqual(await use({ operation: 'spend', key: 'a', n: 3, limit: 4 }), { granted: false });
  assert.deepEqual(await use({ operation: 'usedToday', prefix: 'a' }), { used: { a: 3 } });
});

test('a server that stops is not ready, takes nothing new, and ends what it has begun', async (t) => {
  const other = await openHouse();
  t.after(() => other[Symbol.asyncDispose]());
  const { json } = await other.ask<{ id: string }>('POST', '/api/v1/activations', range());
  await other.stop();
  await assert.rejects(fetch(`${other.url}/healthz`));
  const { App } = await import('../../src/app/index.ts');
  await using again = new App(other.app.config);
  const [row] = await (
    await again.store()
  ).sql<{ state: string }>('SELECT state FROM runs WHERE id = $1', [json.id]);
  assert.equal(row?.state, 'done');
});
