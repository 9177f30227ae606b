import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { type Json, request } from './zoom-access.ts';

interface Shop extends AsyncDisposable {
  box: Sandbox;
  base: string;
  token(form: Record<string, string>): Promise<Json>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json>;
  control(method: string, path: string, body?: unknown): Promise<Json>;
}

async function open(scope = ''): Promise<Shop> {
  const box = await startSandbox({ users: 1, meetings: 0, webinars: 0 });
  const base = `${box.url}/third-party/shop`;
  const { SHOP_CLIENT_ID: id, SHOP_CLIENT_SECRET: secret } = box.env;
  const token: Shop['token'] = async (form) =>
    request(`${base}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });
  const { access_token: bearer } = (await token({ grant_type: 'client_credentials', scope })).body;
  return {
    box,
    base,
    token,
    send: (method, path, body, headers = {}) =>
      request(`${base}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      }),
    control: (method, path, body) =>
      request(`${box.url}/__sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    [Symbol.asyncDispose]: () => box.close(),
  };
}

/** A receiver that answers as it is told, and echoes challenges. */
async function receiver(statuses: number[] = []) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: incoming.headers, body });
      const { challenge } = JSON.parse(body);
      response.writeHead(statuses.shift() ?? 200).end(JSON.stringify({ challenge }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/hook`, received, [Symbol.dispose]: close };
}

void test('every operation of the document of the shop is there, and nothing else', async () => {
  await using shop = await open();
  const { body: document } = await request(shop.box.env['SHOP_OPENAPI_URL'] ?? '');
  assert.equal(document.openapi, '3.1.0');
  assert.equal(document.servers[0].url, shop.box.env['SHOP_API_URL']);
  const said = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => method !== 'parameters')
      .map((method) => `${method.toUpperCase()} /v1${path}`),
  );
  assert.equal(said.length, 21);
  const values: Record<string, string> = { productId: 'prod_1', customerId: 'cus_1', orderId: 'ord_1001' };
  for (const operation of said) {
    const [method = '', path = ''] = operation.split(' ');
    const at = path.replace('/v1', '').replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'none');
    await shop.send(method, at, method === 'POST' || method === 'PATCH' ? {} : undefined);
  }
  const { shop: stats } = (await shop.control('GET', '/stats')).body;
  const seen = Object.keys(stats.operations).filter((name) => name.includes('/v1/'));
  assert.deepEqual(seen.toSorted(), said.toSorted());
  const missing: string[] = [];
  const named = (value: Json): void => {
    if (typeof value !== 'object' || value === null) return;
    if (typeof value.$ref === 'string') {
      const parts: string[] = value.$ref.slice(2).split('/');
      if (parts.reduce((here: Json, part) => here?.[part], document) === undefined) missing.push(value.$ref);
    }
    for (const one of Object.values(value)) named(one);
  };
  named(document);
  assert.deepEqual(missing, []);
});

void test('a cursor leads through all orders, each once', async () => {
  await using shop = await open();
  const ids: string[] = [];
  let cursor: string | null = '';
  let pages = 0;
  while (cursor !== null) {
    const { body }: Json = await shop.send(
      'GET',
      `/orders?limit=30${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    ids.push(...body.data.map(({ id }: Json) => id));
    cursor = body.next_cursor;
    pages++;
  }
  const truth = (await shop.control('GET', '/shop/orders')).body.map(({ id }: Json) => id);
  assert.deepEqual(ids, truth);
  assert.equal(pages, 3);
  assert.equal((await shop.send('GET', '/orders?cursor=bm8')).status, 400);
  const two = await shop.send('GET', '/products?ids=prod_1,prod_3');
  assert.deepEqual(
    two.body.data.map(({ id }: Json) => id),
    ['prod_1', 'prod_3'],
  );
  const drafts = await shop.send('GET', '/products?filter[status]=draft&limit=50');
  assert.ok(drafts.body.data.length > 0);
  assert.ok(drafts.body.data.every(({ status }: Json) => status === 'draft'));
});

void test('a second try with the same key makes no second order, and all faults are told at once', async () => {
  await using shop = await open();
  const order = { email: 'Ada@Example.com', lines: [{ product_id: 'prod_2', quantity: 2 }] };
  const key = { 'idempotency-key': 'k1' };
  const first = await shop.send('POST', '/orders', order, key);
  const again = await shop.send('POST', '/orders', order, key);
  assert.deepEqual([first.status, again.status], [201, 200]);
  assert.equal(again.body.id, first.body.id);
  assert.equal(first.body.customer.email, 'ada@example.com');
  assert.equal((await shop.send('POST', '/orders', { ...order, note: 'x' }, key)).status, 409);
  const bad = await shop.send('POST', '/orders', { lines: [{ product_id: 'no', quantity: 0 }] });
  assert.equal(bad.status, 422);
  assert.deepEqual(
    bad.body.errors.map(({ pointer }: Json) => pointer),
    ['/lines/0/product_id', '/lines/0/quantity', '/email'],
  );
  const swiss = await shop.send('GET', `/orders/${first.body.id}`, undefined, { 'shop-locale': 'de-CH' });
  assert.match(swiss.body.total_formatted, /EUR/);
});

void test('a picture goes up in parts and comes down byte for byte', async () => {
  await using shop = await open();
  const bytes = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 255]);
  const form = new FormData();
  form.set('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  form.set('alt', 'Réunion');
  const { status, body } = await shop.send('POST', '/products/prod_1/images', form);
  assert.deepEqual([status, body.size, body.alt, body.filename], [201, 10, 'Réunion', 'a.png']);
  const response = await fetch(body.url);
  assert.equal(response.status, 401);
  const { access_token } = (await shop.token({ grant_type: 'client_credentials' })).body;
  const got = await fetch(body.url, { headers: { authorization: `Bearer ${access_token}` } });
  assert.deepEqual(Buffer.from(await got.arrayBuffer()), bytes);
  assert.equal((await shop.send('POST', '/products/prod_1/images', { file: 'x' })).status, 415);
});

void test('a token is good for its scopes and for its time', async () => {
  await using shop = await open('orders:read');
  assert.equal((await shop.send('GET', '/orders')).status, 200);
  const refused = await shop.send('GET', '/products');
  assert.deepEqual([refused.status, refused.body.code], [403, 'insufficient-scope']);
  assert.equal(
    (await shop.token({ grant_type: 'client_credentials', scope: 'all' })).body.error,
    'invalid_scope',
  );
  await shop.control('POST', '/clock', { advanceSeconds: 3601 });
  assert.equal((await shop.send('GET', '/orders')).status, 401);
});

void test('a person consents with PKCE, refresh tokens rotate, and a stolen one ends them all', async () => {
  await using shop = await open();
  const verifier = 'v'.repeat(50);
  const authorize = new URL(`${shop.base}/oauth/authorize`);
  authorize.search = new URLSearchParams({
    response_type: 'code',
    client_id: shop.box.env['SHOP_CLIENT_ID'] ?? '',
    redirect_uri: 'http://127.0.0.1:1/back',
    state: 's1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const consent = async (): Promise<Json> => {
    const { status, headers } = await request(authorize.href);
    assert.equal(status, 302);
    const back = new URL(headers.get('location') ?? '');
    assert.equal(back.searchParams.get('state'), 's1');
    return back.searchParams.get('code');
  };
  const redeem = (code: string, code_verifier: string) =>
    shop.token({
      grant_type: 'authorization_code',
      code,
      code_verifier,
      redirect_uri: 'http://127.0.0.1:1/back',
    });
  assert.equal((await redeem(await consent(), 'wrong')).body.error, 'invalid_grant');
  const { body: one } = await redeem(await consent(), verifier);
  const renew = (refresh_token: string) => shop.token({ grant_type: 'refresh_token', refresh_token });
  const { body: two } = await renew(one.refresh_token);
  assert.notEqual(two.refresh_token, one.refresh_token);
  const me = await request(`${shop.base}/v1/me`, {
    headers: { authorization: `Bearer ${two.access_token}` },
  });
  assert.equal(me.body.user, 'owner@shop.example');
  assert.equal((await renew(one.refresh_token)).status, 400);
  assert.equal((await renew(two.refresh_token)).status, 400);
  assert.deepEqual((await shop.control('GET', '/stats')).body.shop.tallies, {
    refreshes: 1,
    'refused refreshes': 2,
  });
  authorize.searchParams.delete('code_challenge');
  const plain = await request(authorize.href);
  assert.match(plain.headers.get('location') ?? '', /error=invalid_request/);
});

void test('a subscription is signed, tried again, and struck off by 410', async () => {
  await using shop = await open();
  using hook = await receiver([500, 200, 410]);
  const asked = { url: hook.url, events: ['order.created'], secret: 'whs_12345678' };
  const { status, body: subscription } = await shop.send('POST', '/webhooks', asked);
  assert.equal(status, 201);
  assert.deepEqual([subscription.secret, subscription.expires_at], ['whs_12345678', null]);
  const { body } = await shop.control('POST', '/shop', { order: { email: 'ada@example.com' } });
  assert.deepEqual(
    body.deliveries.map(({ status: last, attempts }: Json) => [last, attempts]),
    [[200, 2]],
  );
  const sent = hook.received[1] ?? assert.fail();
  const [, time, mac] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(sent.headers['shop-signature'])) ?? assert.fail();
  assert.equal(mac, createHmac('sha256', 'whs_12345678').update(`${time}.${sent.body}`).digest('hex'));
  assert.equal(hook.received[0]?.headers['shop-delivery'], sent.headers['shop-delivery']);
  const event = JSON.parse(sent.body);
  assert.deepEqual([event.type, event.data.id], ['order.created', body.order.id]);
  const listed = (await shop.send('GET', '/webhooks')).body.data;
  assert.deepEqual([listed.length, 'secret' in listed[0]], [1, false]);
  const last = await shop.control('POST', '/shop', { order: { email: 'ada@example.com' } });
  assert.equal(last.body.deliveries[0].gone, true);
  assert.equal((await shop.send('GET', `/webhooks/${subscription.id}`)).status, 404);
});

void test('subscriptions expire, are renewed, and are verified first when the shop says so', async () => {
  await using shop = await open();
  using hook = await receiver();
  await shop.control('POST', '/shop', { subscriptionSeconds: 60, verifySubscriptions: true });
  const asked = { url: hook.url, events: ['order.cancelled'] };
  const { body: one } = await shop.send('POST', '/webhooks', asked);
  assert.equal(JSON.parse(hook.received[0]?.body ?? '').type, 'webhook.verification');
  assert.ok(one.secret.length >= 32);
  await shop.control('POST', '/clock', { advanceSeconds: 50 });
  const renewed = await shop.send('POST', `/webhooks/${one.id}/renew`);
  assert.ok(Date.parse(renewed.body.expires_at) - Date.parse(one.expires_at) >= 49_000);
  await shop.control('POST', '/clock', { advanceSeconds: 61 });
  assert.equal((await shop.send('POST', `/webhooks/${one.id}/renew`)).status, 404);
  const nobody = await shop.send('POST', '/webhooks', { ...asked, url: 'http://127.0.0.1:9/' });
  assert.deepEqual([nobody.status, nobody.body.code], [422, 'not-verified']);
  const away = await shop.send('POST', '/webhooks', { ...asked, url: 'https://example.com/' });
  assert.equal(away.body.errors[0].pointer, '/url');
});

void test('the shop has faults of its own, and reset brings the start back', async () => {
  await using shop = await open();
  const rules = [{ system: 'shop', operation: 'POST /v1/orders', kind: '429', probability: 1, times: 1 }];
  assert.equal((await shop.control('POST', '/faults', { rules })).status, 200);
  const order = { email: 'a@example.com', lines: [{ product_id: 'prod_1' }] };
  const limited = await shop.send('POST', '/orders', order);
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '1']);
  assert.equal((await shop.send('POST', '/orders', order)).status, 201);
  assert.equal((await shop.control('GET', '/shop/orders')).body.length, 76);
  await shop.control('POST', '/reset');
  assert.equal((await shop.control('GET', '/shop/orders')).body.length, 75);
  assert.equal((await shop.send('GET', '/orders')).status, 401);
  assert.match((await shop.control('POST', '/shop', { nonsense: 1 })).body.message, /no switch nonsense/);
  assert.match((await shop.control('POST', '/shop', { order: {} })).body.message, /order.email/);
});
