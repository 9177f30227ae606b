import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Action } from '../../src/core/action.ts';
import { findAction } from '../../src/core/connector.ts';
import { Secret } from '../../src/core/secret.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { listenRaw } from '../openapi/raw-server.ts';
import { failing, sessionOf } from './server.ts';

const connector = connectorFromJson({
  id: 'any',
  title: 'Any',
  servers: { api: 'https://any.invalid' },
  actions: {
    it: {
      get: { title: 'Get', method: 'GET', path: '/x', output: { type: 'object', required: ['id'] } },
      text: { title: 'Text', method: 'GET', path: '/x', answer: 'text' },
      bytes: { title: 'Bytes', method: 'GET', path: '/x', answer: 'bytes' },
      put: { title: 'Put', method: 'PUT', path: '/x' },
      list: {
        title: 'List',
        method: 'GET',
        path: '/x',
        output: { type: 'array', items: { type: 'object', required: ['id'] } },
        pages: { kind: 'none', items: '' },
      },
      deep: { title: 'Deep', method: 'GET', path: '/x', pages: { kind: 'none', items: 'data.rows' } },
    },
  },
});

/** An answer byte by byte, with the length it really has. */
function http(headers: string, body: string | Uint8Array, status = '200 OK'): Buffer {
  const bytes = Buffer.from(body as string);
  const lines = headers === '' ? '' : `${headers}\r\n`;
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\n${lines}content-length: ${bytes.length}\r\n\r\n`),
    bytes,
  ]);
}

async function answered(answer: Buffer, name = 'it.get'): Promise<unknown> {
  await using server = await listenRaw(answer);
  const client = sessionOf(
    `http://127.0.0.1:${server.port}`,
    {},
    { connector: 'any', credentials: {} },
    connector,
  );
  const action = findAction(connector, name);
  assert.ok(action);
  return await client.call(action, {});
}

const TYPE = 'content-type: ';

test('JSON is read as JSON, whatever it is announced as', async () => {
  const body = '{"id":9007199254740993,"a":"ü"}';
  const expected = { id: '9007199254740993', a: 'ü' };
  for (const type of [
    'application/json',
    'application/vnd.acme+json; charset=utf-8',
    'text/plain',
    'text/html',
  ]) {
    assert.deepEqual(await answered(http(TYPE + type, body)), expected, type);
  }
  assert.deepEqual(await answered(http('', body)), expected, 'without a type');
  assert.deepEqual(await answered(http('', '9007199254740993')), '9007199254740993');
  assert.deepEqual(await answered(http(`${TYPE}application/json`, `\ufeff${body}`)), expected, 'with a mark');
  assert.deepEqual(await answered(http(`${TYPE}application/x-ndjson`, '{"id":1}\n{"id":2}\n')), [
    { id: 1 },
    { id: 2 },
  ]);
});

test('text is delivered as text, also where JSON was announced', async () => {
  assert.equal(await answered(http(`${TYPE}application/json`, 'OK')), 'OK');
  assert.equal(await answered(http(`${TYPE}text/plain`, '123')), '123');
  assert.equal(await answered(http('', 'done at 9')), 'done at 9');
  assert.equal(await answered(http(`${TYPE}application/xml`, '<a/>')), '<a/>');
  const latin = Buffer.from('Zürich', 'latin1');
  assert.equal(await answered(http(`${TYPE}text/plain; charset=iso-8859-1`, latin)), 'Zürich');
  assert.equal(await answered(http(`${TYPE}application/json`, '{"a":1}'), 'it.text'), '{"a":1}');
});

test('bytes are delivered as base64', async () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]);
  assert.equal(await answered(http(`${TYPE}image/png`, png)), 'iVBOR/8=');
  assert.equal(await answered(http('', png)), 'iVBOR/8=', 'without a type');
  assert.equal(await answered(http(`${TYPE}text/plain`, png)), 'iVBOR/8=', 'announced as text');
  assert.equal(await answered(http(`${TYPE}application/json`, '{}'), 'it.bytes'), 'e30=');
});

test('an answer without a body is nothing, and what comes behind a 204 is not read', async () => {
  assert.equal(await answered(http(`${TYPE}application/json`, '')), undefined);
  const lying = Buffer.from('HTTP/1.1 204 No Content\r\ncontent-type: application/json\r\n\r\n{"id":1}');
  assert.equal(await answered(lying), undefined);
});

test('a page of HTML is an error that says so, and so is JSON that was cut', async () => {
  const page = '<!DOCTYPE html><html><head><title>Sign in</title></head></html>';
  for (const type of ['application/json', 'text/html']) {
    const error = await failing(answered(http(TYPE + type, page), 'it.put'));
    assert.equal(error.kind, 'remote');
    assert.match(
      error.message,
      /Any answered it\.put with something that is not JSON \(HTTP 200\): .*(?:HTML|Sign in)/s,
    );
  }
  const cut = await failing(answered(http(`${TYPE}application/json`, '{"id":1,"a":[')));
  assert.equal(cut.outcome, 'unknown');
});

test('an answer that is not what the document declares is delivered all the same', async () => {
  assert.deepEqual(await answered(http(`${TYPE}application/json`, '{"name":"x"}')), { name: 'x' });
  assert.deepEqual(await answered(http(`${TYPE}application/json`, '[{"name":"x"}]'), 'it.list'), [
    { name: 'x' },
  ]);
  assert.deepEqual(await answered(http(`${TYPE}application/json`, '{"rows":[]}'), 'it.deep'), { rows: [] });
});

test('a list that is the whole answer is read by pages; one that is not there is an error', async () => {
  const rows = async (body: string, name: string) => {
    await using server = await listenRaw(http(`${TYPE}application/json`, body));
    const client = sessionOf(
      `http://127.0.0.1:${server.port}`,
      {},
      { connector: 'any', credentials: {} },
      connector,
    );
    const all: unknown[] = [];
    const action = findAction(connector, name);
    assert.ok(action);
    for await (const page of client.pages(action, {})) all.push(...page.rows, ...page.refused);
    return all;
  };
  // The second row lacks what the document requires: it is delivered, too.
  assert.deepEqual(await rows('[{"id":1},{"name":"x"}]', 'it.list'), [{ id: 1 }, { name: 'x' }]);
  const error = await failing(rows('{"data":[1]}', 'it.deep'));
  assert.equal(error.kind, 'contract');
  assert.match(error.message, /it\.deep has no list 'data\.rows'/);
});

test('an answer that grows without end is stopped', async () => {
  const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024));
  const error = await failing(answered(http(`${TYPE}application/json\r\ncontent-encoding: gzip`, bomb)));
  assert.match(error.message, /more than 67108864 bytes/);
});

/** A server whose `/x` leads elsewhere; it remembers the request line and the proof of each request. */
async function leading(answers: Readonly<Record<string, string>>) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(
      `${request.method} ${request.url} ${String(request.headers['x-key'] ?? '-')} ${request.headers.cookie ?? '-'}`,
    );
    const location = answers[request.url ?? ''];
    if (location === undefined) response.setHeader('content-type', 'application/json').end('{"there":true}');
    else response.writeHead(302, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: close };
}

const keyed = connectorFromJson({
  id: 'keyed',
  title: 'Keyed',
  servers: { api: 'https://keyed.invalid' },
  auth: { kind: 'api-key', in: 'header', name: 'x-key', credential: 'key' },
  actions: {
    it: {
      get: { title: 'Get', method: 'GET', path: '/x', parameters: [{ name: 'c', in: 'cookie', value: '1' }] },
      post: { title: 'Post', method: 'POST', path: '/x' },
    },
  },
});

function keyedSession(url: string) {
  const credentials = { key: new Secret('k-123456') };
  return sessionOf(url, {}, { connector: 'keyed', credentials, allowPrivate: true }, keyed);
}

const act = (name: string) => findAction(keyed, name) as Action;

test('a reading call goes where an answer leads, with its proof at home only', async () => {
  await using files = await leading({});
  await using home = await leading({ '/x': '/y?a=1', '/y?a=1': `${files.url}/file` });
  assert.deepEqual(await keyedSession(home.url).call(act('it.get'), {}), { there: true });
  assert.deepEqual(home.seen, ['GET /x k-123456 c=1', 'GET /y?a=1 k-123456 c=1']);
  assert.deepEqual(files.seen, ['GET /file - -']);
});

test('a writing call follows no redirect: the error says where it leads', async () => {
  await using circle = await leading({ '/x': '/x' });
  const error = await failing(keyedSession(circle.url).call(act('it.post'), {}));
  assert.match(error.message, /\(HTTP 302\): it leads to \/x/);
  assert.equal(circle.seen.length, 1);
});
