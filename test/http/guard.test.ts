import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isAllowable, isAllowed, ownHosts, privateHost } from '../../src/core/private-address.ts';
import { guardedFetch, guardFetch, type Lookup, type Reach } from '../../src/http/guard.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { thingsWith } from './oauth-server.ts';
import { failing, json, serve, sessionOf, shop } from './server.ts';

/** A lookup that gives these addresses, one answer after the other; the last one for ever. */
function names(...answers: string[][]): Lookup & { asked: number } {
  const lookup: Lookup & { asked: number } = Object.assign(
    ((_host, _options, done) => {
      const addresses = answers[Math.min(lookup.asked++, answers.length - 1)] ?? [];
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as Lookup,
    { asked: 0 },
  );
  return lookup;
}

const real: typeof fetch = (...args) => fetch(...args);
const refusing = { kind: 'config', code: 'private-address' };

test('addresses that are not on the open internet are known in every spelling', () => {
  const refused = `127.0.0.1 127.1 0x7f.1 0177.0.0.1 2130706433 0x7f000001 localhost LOCALHOST localhost. a.localhost
    0.0.0.0 10.1.2.3 100.64.0.1 169.254.169.254 169.254.1.1 172.16.0.1 172.31.255.255 192.0.0.192 192.168.0.1
    198.18.0.1 192.0.2.1 198.51.100.1 203.0.113.1 224.0.0.1 255.255.255.255 168.63.129.16 100.100.100.200
    [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:10.0.0.1] [::127.0.0.1] [64:ff9b::127.0.0.1]
    [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [fd00::1] [fc00::1] [fd00:ec2::254] [fe80::1] [fec0::1] [ff02::1] [100::1]
    [2001:db8::1] [2002:7f00:1::] [2001::1] [3fff::1] [4000::1] metadata.google.internal printer.local nas.home.arpa`;
  for (const host of refused.split(/\s+/)) {
    assert.notEqual(privateHost(new URL(`http://${host}/`).hostname), undefined, host);
  }
  const open = `8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.20.0.1 223.255.255.255 11.0.0.1
    [2606:4700::1111] [2a00:1450::1] [64:ff9b::8.8.8.8] [::ffff:8.8.8.8] example.com localhost.example.com internal.io`;
  for (const host of open.split(/\s+/)) {
    assert.equal(privateHost(new URL(`http://${host}/`).hostname), undefined, host);
  }
});

test('what is allowed is a name, a wildcard, an address or a range', () => {
  const allowed = ['10.0.0.0/8', 'shop.local', '*.corp.example', '::1', 'fd12::/16'];
  for (const host of ['10.255.0.1', '0xa.1', 'SHOP.local.', 'a.b.corp.example', '[::1]', '[fd12::9]']) {
    assert.ok(isAllowed(allowed, host), host);
  }
  for (const host of [
    '11.0.0.1',
    'corp.example',
    'xcorp.example',
    'shop.local.evil.example',
    '[fd13::9]',
    '127.0.0.1',
  ]) {
    assert.ok(!isAllowed(allowed, host), host);
  }
  assert.ok(isAllowed(true, '127.0.0.1'));
  assert.ok(!isAllowed(undefined, '127.0.0.1'));
  assert.deepEqual(['10.0.0.0/8', '*.a.b', 'x', 'fe80::/10'].map(isAllowable), [true, true, true, true]);
  assert.deepEqual(
    ['10.0.0.0/40', 'http://x', 'a b', '', '*', '1.2.3.4/x'].map(isAllowable),
    Array(6).fill(false),
  );
});

test('an address that a person names himself is allowed, but none where clouds keep credentials', () => {
  const servers = {
    api: 'http://127.0.0.1:8080/v1',
    b: 'https://api.example.com',
    c: 'http://169.254.169.254/',
  };
  assert.deepEqual(ownHosts({ ...servers, d: 'http://[fd00:ec2::254]/', e: 'http://localhost' }), [
    '127.0.0.1',
    'localhost',
  ]);
});

test('a connector from a document reaches no private address, however it is written; nothing is sent', async () => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const { port } = new URL(server.url);
  for (const host of ['127.0.0.1', '0x7f.1', '2130706433', 'localhost', '[::ffff:127.0.0.1]']) {
    const connector = connectorFromJson({
      ...thingsWith({ kind: 'none' }),
      servers: { api: `http://${host}:${port}` },
    });
    const session = sessionOf('', {}, { servers: {}, allowPrivate: [] }, connector);
    const error = await failing(session.call(connector.actions['things']?.['get'] as never, {} as never));
    assert.equal(error.code, 'private-address', host);
    assert.match(
      error.message,
      /^things\.get was not sent: http:.* must not be called: .* is not on the open internet \(/,
    );
    assert.match(error.hint, /--allow-private/);
    assert.equal(error.retry, 'never');
    const allowed = sessionOf('', {}, { servers: {}, allowPrivate: ['127.0.0.0/8', 'localhost'] }, connector);
    if (host !== '[::ffff:127.0.0.1]') {
      await allowed.call(connector.actions['things']?.['get'] as never, {} as never);
    }
  }
  assert.equal(server.seen.length, 4);
});

test('a connector that a programmer wrote keeps its freedom', async () => {
  await using server = await serve((_, response) => json(response, 200, { id: '1' }));
  const session = sessionOf(server.url, {}, { allowPrivate: [] });
  await session.call(shop.actions.things.get, { id: '1' });
  assert.equal(server.seen.length, 1);
});

test('a name is refused when any of its addresses is private, and connected to when all are allowed', async () => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const { port } = new URL(server.url);
  const url = `http://api.example.com:${port}/`;
  const get = (reach: Reach) => guardFetch(real, reach)(url);
  for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::1'], ['::ffff:127.0.0.1']]) {
    const error = (await get({ lookup: names(addresses) }).catch((thrown: unknown) => thrown)) as Error;
    assert.match(
      String(error.cause),
      /api\.example\.com must not be called: its address .* is not on the open internet \(this machine/,
    );
  }
  assert.equal(server.seen.length, 0);
  for (const allow of [['127.0.0.1'], ['api.example.com'], true as const]) {
    assert.equal((await get({ lookup: names(['127.0.0.1']), allow })).status, 200);
  }
  assert.equal(server.seen.length, 3);
});

test('a name that answers otherwise the second time gains nothing: the address that was looked at is connected to', async () => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const { port } = new URL(server.url);
  const url = `http://rebind.example.com:${port}/`;
  // First an address that is open and leads nowhere, then this machine.
  const lookup = names(['192.0.2.0'], ['127.0.0.1']);
  const allow = ['192.0.2.0/24'];
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 300);
  await assert.rejects(guardFetch(real, { lookup, allow })(url, { signal: abort.signal }));
  assert.equal(lookup.asked, 1, 'it was asked once, and that answer was connected to');
  await assert.rejects(guardFetch(real, { lookup, allow })(url), /fetch failed/);
  assert.equal(lookup.asked, 2);
  assert.equal(server.seen.length, 0);
});

test('a document is fetched through redirects, each of which is looked at', async () => {
  await using target = await serve((_, response) => json(response, 200, { openapi: '3.1.0' }));
  await using server = await serve(({ url }, response) => {
    const to: Record<string, string> = {
      '/good': `http://docs.example.com:${new URL(target.url).port}/spec`,
      '/literal': target.url,
      '/metadata': 'http://169.254.169.254/latest/meta-data/',
      '/file': 'file:///etc/passwd',
      '/relative': '/good',
      '/loop': '/loop',
    };
    response.writeHead(302, { location: to[url] ?? '' }).end();
  });
  const { port } = new URL(server.url);
  const reach = { lookup: names(['127.0.0.1']), allow: ['start.example.com', 'docs.example.com'] };
  const get = (path: string) =>
    guardedFetch(`http://start.example.com:${port}${path}`, {}, { ...reach, fetch: real });
  assert.deepEqual(await (await get('/good')).json(), { openapi: '3.1.0' });
  assert.deepEqual(await (await get('/relative')).json(), { openapi: '3.1.0' });
  const before = target.seen.length;
  await assert.rejects(get('/literal'), { ...refusing, message: /127\.0\.0\.1 is not .*this machine/ });
  await assert.rejects(get('/metadata'), {
    ...refusing,
    message: /169\.254\.169\.254 is not .*metadata service/,
  });
  await assert.rejects(get('/file'), { ...refusing, message: /'file:' addresses are not called/ });
  await assert.rejects(get('/loop'), { kind: 'contract', message: /more than 5 times/ });
  await assert.rejects(get('/nowhere'), { kind: 'contract' });
  assert.equal(target.seen.length, before);
  const unknown = guardedFetch(`http://other.example.com:${port}/good`, {}, { ...reach, fetch: real });
  await assert.rejects(unknown, { ...refusing, message: /its address 127\.0\.0\.1 is not .*this machine/ });
});

test('reads follow redirects: each is looked at, and no proof goes to another origin; writes follow none', async () => {
  await using target = await serve((_, response) => json(response, 200, { there: true }));
  await using server = await serve(({ url }, response) => {
    const to: Record<string, string> = {
      '/things': '/moved',
      '/moved': `http://cdn.example.com:${new URL(target.url).port}/file`,
      '/inside': 'http://169.254.169.254/latest/meta-data/',
      '/hidden': `http://inside.example.com:${new URL(target.url).port}/file`,
    };
    response.writeHead(307, { location: to[url] ?? '' }).end();
  });
  const operation = (method: string, path: string) => ({ title: 'X', method, path });
  const things = {
    get: operation('GET', '/things'),
    add: operation('POST', '/things'),
    inside: operation('GET', '/inside'),
    hidden: operation('GET', '/hidden'),
  };
  const auth = { kind: 'api-key', in: 'header', name: 'x-key', credential: 'token' };
  const connector = connectorFromJson({ ...thingsWith(auth), actions: { things } });
  const lookup: Lookup = (host, options, done) =>
    names([host === 'cdn.example.com' ? '127.0.0.1' : '10.0.0.1'])(host, options, done);
  const connection = { allowPrivate: ['127.0.0.1'] };
  const session = sessionOf(server.url, { lookup }, connection, connector);
  const call = (name: string) => session.call(connector.actions['things']?.[name] as never, {} as never);
  assert.deepEqual(await call('get'), { there: true });
  assert.deepEqual(
    server.seen.map(({ headers }) => headers['x-key']),
    ['secret-token-123', 'secret-token-123'],
  );
  assert.equal(target.seen[0]?.headers['x-key'], undefined);
  assert.match((await failing(call('inside'))).message, /169\.254\.169\.254 is not on the open internet/);
  assert.match(
    (await failing(call('hidden'))).message,
    /inside\.example\.com .* 10\.0\.0\.1 is not on the open/,
  );
  const write = await failing(call('add'));
  assert.equal(write.kind, 'contract');
  assert.match(write.hint, /It has moved/);
  assert.equal(target.seen.length, 1);
});

test('bodies, large answers and time limits work through the guard as without it', async () => {
  const listener = createServer((request, response) => {
    if (request.url === '/stall') return;
    let size = 0;
    request.on('data', (chunk: Buffer) => (size += chunk.length));
    request.on('end', () => response.end(request.url === '/big' ? 'x'.repeat(3_000_000) : String(size)));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const get = guardFetch(real, { lookup: names(['127.0.0.1']), allow: true });
  const body = new Uint8Array(200_000);
  assert.equal(await (await get(`http://a.example:${port}/`, { method: 'POST', body })).text(), '200000');
  assert.equal((await (await get(`http://a.example:${port}/big`)).text()).length, 3_000_000);
  await assert.rejects(get(`http://a.example:${port}/stall`, { signal: AbortSignal.timeout(100) }), {
    name: 'TimeoutError',
  });
  listener.closeAllConnections();
  listener.close();
});
