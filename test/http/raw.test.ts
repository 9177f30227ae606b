import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectors } from '../../src/catalog.ts';
import type { InputOf } from '../../src/core/action.ts';
import type { ConnectorError } from '../../src/core/errors.ts';
import type { Log } from '../../src/core/log.ts';
import { fieldErrors } from '../../src/core/schema.ts';
import type { HttpDeps } from '../../src/http/session.ts';
import { json, serve, sessionOf, type Script, type Seen } from './server.ts';

const { request } = connectors.zoom.actions.raw;
type Input = InputOf<typeof request>;

const POST = { method: 'POST', url: '/things' } as const;

/** Sends one raw request to a server that answers by the script. */
async function send(
  input: Input,
  script: Script = (_, to) => json(to, 200, {}),
  deps: Partial<HttpDeps> = {},
) {
  await using server = await serve(script);
  const session = sessionOf(server.url, deps);
  let output: unknown;
  let error: unknown;
  try {
    output = await session.call(request, input);
  } catch (thrown) {
    error = thrown;
  }
  return {
    seen: server.seen,
    first: server.seen[0] as Seen,
    output: output as never as Output,
    error,
    session,
  };
}

interface Output {
  status: number;
  headers: Record<string, string>;
  data: unknown;
}

const FAULT =
  'expected a path below the address of the API, such as /users/me: no address of a server, `//`, `..`, `#`, blanks or control characters';

test('method, url, query, headers and JSON reach the wire as they were given', async () => {
  const { first } = await send({
    ...POST,
    url: '/things/a%2Fb?color=red&color=blue',
    query_params: { size: 30, tag: ['x', 'y'], on: true },
    headers: { 'X-Mine': 'yes', Accept: 'application/xml' },
    data: { name: 'ä', none: null },
  });
  assert.equal(first.method, 'POST');
  assert.equal(first.url, '/things/a%2Fb?color=red&color=blue&size=30&tag=x&tag=y&on=true');
  assert.equal(first.headers['x-mine'], 'yes');
  assert.equal(first.headers['accept'], 'application/xml');
  assert.equal(first.headers['authorization'], 'Bearer secret-token-123');
  assert.equal(first.headers['content-type'], 'application/json');
  assert.equal(first.body, '{"name":"ä","none":null}');
});

test('what is not given is not sent', async () => {
  const { first } = await send({ method: 'DELETE', url: '/things/1' });
  assert.deepEqual([first.url, first.body, first.headers['content-type']], ['/things/1', '', undefined]);
});

test('text is sent as it is, and named JSON when it looks like it', async () => {
  const text = await send({ ...POST, data: 'a,b\n1,2' });
  assert.deepEqual(
    [text.first.body, text.first.headers['content-type']],
    ['a,b\n1,2', 'text/plain;charset=utf-8'],
  );
  const long = await send({ ...POST, data: ' {"id": 90071992547409931}' });
  assert.deepEqual(
    [long.first.body, long.first.headers['content-type']],
    [' {"id": 90071992547409931}', 'application/json'],
  );
  const typed = await send({ ...POST, data: '[x]', headers: { 'Content-Type': 'text/x' } });
  assert.deepEqual([typed.first.body, typed.first.headers['content-type']], ['[x]', 'text/x']);
});

test('a form with files is multipart on the wire, with the names of the files', async () => {
  const { first } = await send({
    ...POST,
    form_data: { title: 'Größe' },
    file_data: { avatar: Buffer.from('PNG!').toString('base64'), plain: 'AAEC' },
    file_data_file_names: { avatar: 'ada.png' },
    headers: { 'content-type': 'application/json' },
  });
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(first.headers['content-type'] ?? '')?.[1];
  assert.ok(boundary !== undefined, 'the boundary is that of the body');
  const parts = first.body.split(`--${boundary}`).slice(1, -1);
  assert.equal(parts.length, 3);
  assert.match(parts[0] ?? '', /name="title"\r\n\r\nGröße\r\n$/);
  assert.match(parts[1] ?? '', /name="avatar"; filename="ada\.png"\r\n[^]*\r\n\r\nPNG!\r\n$/);
  assert.match(parts[2] ?? '', /name="plain"; filename="plain"\r\n/);
  assert.ok(parts[2]?.endsWith('\r\n\r\n\u0000\u0001\u0002\r\n'));
});

test('the answer is read as the response type says', async () => {
  const bytes = Buffer.from([0, 255, 1, 254]);
  const script: Script = (_, to) => to.end(bytes);
  const binary = await send({ method: 'GET', url: '/a', response_type: 'binary' }, script);
  assert.equal(binary.output.data, bytes.toString('base64'));
  const text = await send({ method: 'GET', url: '/a', response_type: 'text' }, (_, to) => to.end('{"a":1}'));
  assert.equal(text.output.data, '{"a":1}');
  const plain = await send({ method: 'GET', url: '/a' }, (_, to) => json(to, 201, { a: 1 }));
  assert.deepEqual([plain.output.status, plain.output.data], [201, { a: 1 }]);
  const empty = await send({ method: 'DELETE', url: '/a' }, (_, to) => to.writeHead(204).end());
  assert.deepEqual([empty.output.status, empty.output.data], [204, undefined]);
  const wrong = await send({ method: 'GET', url: '/a' }, (_, to) => to.end('<html>'));
  assert.equal((wrong.error as ConnectorError).kind, 'remote');
});

test('headers of the answer come without those that give rights', async () => {
  const { output } = await send({ method: 'GET', url: '/a' }, (_, to) =>
    json(to, 200, {}, { 'x-request': '7', 'set-cookie': 'a=secret' }),
  );
  assert.equal(output.headers['x-request'], '7');
  assert.equal('set-cookie' in output.headers, false);
});

test('the timeout is that of the request', async () => {
  const startedAt = Date.now();
  const { error } = await send({ method: 'GET', url: '/a', timeout: 60 }, () => undefined);
  assert.equal((error as ConnectorError).kind, 'timeout');
  assert.match((error as ConnectorError).message, /within 0\.06 s/);
  assert.ok(Date.now() - startedAt < 1500);
});

test('nothing is sent twice unless the inputs say so', async () => {
  for (const status of [429, 500, 503]) {
    const { seen, error } = await send({ method: 'GET', url: '/a' }, (_, to) => json(to, status, {}));
    assert.deepEqual([seen.length, (error as ConnectorError).status], [1, status]);
  }
});

test('max_retries repeats failures of the server and of the network, whatever the method', async () => {
  const server = await send({ ...POST, max_retries: 2 }, (_, to) => json(to, 500, {}));
  assert.equal(server.seen.length, 3);
  const network = await send({ ...POST, max_retries: 2 }, (_, to, nth) =>
    nth < 3 ? to.destroy() : json(to, 200, { ok: nth }),
  );
  assert.deepEqual([network.seen.length, network.output.data], [3, { ok: 3 }]);
  for (const status of [400, 404, 429]) {
    const { seen } = await send({ ...POST, max_retries: 2 }, (_, to) => json(to, status, {}));
    assert.equal(seen.length, 1, `${status}`);
  }
});

test('retry_all_errors repeats every failure', async () => {
  for (const status of [302, 400, 404, 429]) {
    const { seen } = await send({ ...POST, max_retries: 2, retry_all_errors: true }, (_, to) =>
      json(to, status, {}),
    );
    assert.equal(seen.length, 3, `${status}`);
  }
});

test('the pause is the delay that was given, or grows', async () => {
  const waits = async (input: Partial<Input>) => {
    const slept: number[] = [];
    const sleep = async (ms: number) => void slept.push(ms);
    await send({ ...POST, max_retries: 3, ...input }, (_, to) => json(to, 500, {}), { sleep });
    return slept;
  };
  assert.deepEqual(await waits({ retry_delay_ms: 70 }), [70, 70, 70]);
  assert.deepEqual(await waits({}), [0, 0, 0]);
  assert.deepEqual(await waits({ retry_delay_ms: 70, use_exponential_backoff: true }), [375, 750, 1500]);
});

test('debug_request logs the request without its secrets, and only when it is asked for', async () => {
  const lines: string[] = [];
  const write = (level: string, message: string) => {
    if (level === 'info') lines.push(message);
  };
  const log: Log = Object.assign(write, { enabled: () => true });
  const data = { topic: 'Review', password: 'hunter2', note: 'very-secret-value' };
  await send({ ...POST, data }, undefined, { log });
  assert.deepEqual(lines, []);
  await send({ ...POST, data, headers: { cookie: 'c=1' }, debug_request: true }, undefined, { log });
  const shown = lines.join('\n---\n');
  assert.ok(!shown.includes('---'), 'one line for one request');
  assert.match(shown, /^POST http:\S+\/things\n/);
  assert.match(shown, /"topic":"Review"/);
  for (const secret of ['hunter2', 'very-secret-value', 'secret-token-123', 'c=1']) {
    assert.ok(!shown.includes(secret), secret);
  }
});

test('an address that could lead elsewhere is refused before anything is sent', async () => {
  for (const url of [
    'https://example.com/users',
    '//example.com/users',
    '/users//me',
    'users',
    '',
    '/..',
    '/users/../accounts',
    '/users/%2e%2E/accounts',
    '/users/.%2e',
    '/users/./me',
    '/\\example.com',
    '/users#me',
    '/users?a=1#b',
    '/users me',
    '/users\r\nhost: x',
    '/users%0d%0a',
    '/users\u0000',
  ]) {
    const { seen, error } = await send({ method: 'GET', url });
    assert.deepEqual(seen, [], url);
    assert.deepEqual((error as ConnectorError).fields, [{ field: 'url', message: FAULT }], url);
  }
  for (const url of ['/users/a..b', '/users?next=https://example.com/../x', '/past_meetings/%252Fa%3D%3D']) {
    assert.equal((await send({ method: 'GET', url })).error, undefined, url);
  }
});

test('inputs that contradict each other are refused, with the reason', () => {
  const first = (input: unknown) => {
    const { error } = request.input.safeParse(input);
    const fault = error && fieldErrors(error)[0];
    return fault && `${fault.field}: ${fault.message}`;
  };
  for (const name of ['authorization', 'Host', 'Content-Length']) {
    assert.equal(
      first({ ...POST, headers: { [name]: 'x' } }),
      `headers: \`${name}\` is set for you: leave it out`,
    );
  }
  assert.match(first({ ...POST, headers: { 'x-a': 'b\r\nc: d' } }) ?? '', /control characters/);
  assert.match(first({ ...POST, data: {}, form_data: {} }) ?? '', /^data: .*exclude each other/);
  assert.match(first({ method: 'GET', url: '/a', data: {} }) ?? '', /^method: GET has no body/);
  assert.match(
    first({ ...POST, file_data: { a: '' }, file_data_file_names: { b: 'b.png' } }) ?? '',
    /^file_data_file_names: 'b' is no key of `file_data`/,
  );
  assert.match(first({ ...POST, file_data: { a: 'not base64!' } }) ?? '', /^file_data\.a: .*base64/);
  assert.match(first({ ...POST, retries: 1 }) ?? '', /^retries: is not known here/);
});

test('a raw request is charged by the label of its route', async () => {
  const { session } = await send({ method: 'GET', url: '/users?page_size=1' });
  assert.deepEqual(session.stats.calls, { medium: 1 });
  const heavy = await send({ method: 'GET', url: '/report/meetings/85746065432/participants' });
  assert.deepEqual(heavy.session.stats.calls, { heavy: 1 });
  const light = await send({ method: 'GET', url: '/users/me' });
  assert.deepEqual(light.session.stats.calls, { light: 1 });
});
