import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { openHouse, TOKEN, type House } from './house.ts';

let house: House;
before(async () => (house = await openHouse()));
after(() => house[Symbol.asyncDispose]());

interface Problem {
  status: number;
  kind: string;
  detail: string;
  hint?: string;
  requestId: string;
}

/** Asks with headers that `fetch` would set itself; gives the answer whole. */
function ask(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
  body?: string,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const { hostname, port } = new URL(house.url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

const admin = { authorization: `Bearer ${TOKEN}` };

test('health needs no token, everything else does', async () => {
  assert.deepEqual(
    [await ask('/healthz', {}), await ask('/readyz', {})].map(({ status, text }) => [status, text]),
    [
      [200, 'ok\n'],
      [200, 'ready\n'],
    ],
  );
  for (const path of [
    '/api/v1/status',
    '/api/openapi.json',
    '/metrics',
    '/',
    '/nowhere',
    '/api/v1/runs/x/stop',
  ]) {
    const { status, text } = await ask(path, {});
    assert.equal(status, 401, path);
    assert.equal((JSON.parse(text) as Problem).kind, 'auth');
  }
  assert.equal((await ask('/api/v1/status', admin)).status, 200);
  assert.equal((await ask('/nowhere', admin)).status, 404);
});

test('a wrong token is refused, however near it is', async () => {
  for (const wrong of [
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Basic ${TOKEN}`,
    'Bearer',
    `bearer  ${TOKEN} x`,
  ]) {
    const { status, headers, text } = await ask('/api/v1/status', { authorization: wrong });
    assert.equal(status, 401, wrong);
    assert.equal(headers['www-authenticate'], 'Bearer realm="trunkline"');
    assert.doesNotMatch(text, new RegExp(TOKEN));
  }
});

test('a page whose name was made to point here gets nothing, and no foreign page changes anything', async () => {
  const rebound = await ask('/api/v1/status', { ...admin, host: 'evil.example:8787' });
  assert.equal(rebound.status, 421);
  for (const host of ['localhost:1', '127.0.0.1', '[::1]:8787']) {
    assert.equal((await ask('/api/v1/status', { ...admin, host })).status, 200, host);
  }
  const foreign = await ask('/api/v1/status', { ...admin, origin: 'https://evil.example' });
  assert.equal(foreign.status, 403);
  assert.equal((await ask('/api/v1/status', { ...admin, origin: house.url })).status, 200);
  // A probe asks by an address, and a tunnel passes its own name on: what proves itself is let through.
  assert.equal((await ask('/healthz', { host: '10.0.0.7:8787' })).status, 200);
  assert.equal((await ask('/webhooks/zoom', { host: 'tunnel.example' }, 'POST', '{}')).status, 415);
});

test('an answer tells browsers to make nothing of it, and has a name', async () => {
  const { headers } = await ask('/api/v1/status', { ...admin, 'x-request-id': 'from-the-proxy-1' });
  assert.equal(headers['x-request-id'], 'from-the-proxy-1');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  const forged = await ask('/healthz', { 'x-request-id': 'a b"<script>' });
  assert.match(String(forged.headers['x-request-id']), /^[0-9a-f-]{36}$/);
});

test('a failure is a problem of RFC 9457 with kind, hint and request id', async () => {
  const { status, headers, text } = await ask('/api/v1/runs/nothing', admin);
  const problem = JSON.parse(text) as Problem & { type: string; title: string };
  assert.equal(status, 404);
  assert.equal(headers['content-type'], 'application/problem+json');
  assert.equal(problem.type, 'urn:trunkline:problem:not-found');
  assert.equal(problem.detail, 'there is no run nothing');
  assert.equal(problem.hint, 'List them: trunkline runs list');
  assert.equal(problem.requestId, headers['x-request-id']);
});

test('input that makes no sense is refused with its fields named', async () => {
  const wrong = async (path: string, body: unknown) => {
    const { status, json } = await house.ask<{ detail: string; fields?: { field: string }[] }>(
      'POST',
      path,
      body,
    );
    return [status, json.fields?.map(({ field }) => field) ?? json.detail];
  };
  assert.deepEqual(await wrong('/api/v1/activations', { since: 'yesterday', whatever: 1 }), [
    400,
    ['since', 'until', 'whatever'],
  ]);
  assert.deepEqual(await wrong('/api/v1/events/replay', {}), [400, ['(input)']]);
  assert.deepEqual(await wrong('/api/v1/extractions', { streams: ['nosuch'] }), [
    400,
    "Zoom has no stream 'nosuch'",
  ]);
  const query = await house.ask('GET', '/api/v1/runs?limit=9999&kind=x&unknown=1');
  assert.equal(query.status, 400);
  const json = { ...admin, 'content-type': 'application/json' };
  assert.equal((await ask('/api/v1/activations', json, 'POST', '{"since":')).status, 400);
  assert.equal(
    (await ask('/api/v1/activations', { ...admin, 'content-type': 'text/plain' }, 'POST', '{}')).status,
    415,
  );
});

test('a body over the limit is refused, whether its length is said or not', async () => {
  const json = { ...admin, 'content-type': 'application/json' };
  const big = JSON.stringify({ streams: ['x'.repeat(1_100_000)] });
  assert.equal(
    (await ask('/api/v1/extractions', { ...json, 'content-length': String(big.length) }, 'POST', big)).status,
    413,
  );
  assert.equal(
    (await ask('/api/v1/extractions', { ...json, 'transfer-encoding': 'chunked' }, 'POST', big)).status,
    413,
  );
});

test('what is no HTTP is answered with 400 and the server goes on', async () => {
  const { port } = new URL(house.url);
  const said = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('\u0016\u0003\u0001 nonsense\r\n\r\n'),
    );
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text));
  });
  assert.match(said, /^HTTP\/1\.1 400 /);
  assert.equal((await ask('/healthz', {})).status, 200);
});

test('a path outside the folder of connectors is not read', async () => {
  for (const name of ['..%2f..%2fetc%2fpasswd', '%2Ftmp%2Fx.json', 'x.json', '__proto__', 'nosuch']) {
    const { status } = await house.ask('GET', `/api/v1/connectors/${name}/actions`);
    assert.equal(status, 404, name);
  }
});
