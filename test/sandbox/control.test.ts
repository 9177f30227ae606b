import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { type Account, openAccount, request } from './zoom-access.ts';

const USERS = 'GET /users';

async function fault(account: Account, rule: Record<string, unknown>): Promise<void> {
  const whole = { system: 'zoom', operation: USERS, probability: 1, ...rule };
  assert.equal((await account.control('POST', '/faults', { rules: [whole] })).status, 200);
}

/** A receiver of webhooks that answers as it is told. */
async function receiver(statuses: number[]) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(statuses.shift() ?? 200).end('{"ok":true}');
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

void test('a sandbox names its addresses, credentials and secrets', async () => {
  await using account = await openAccount();
  const { url, env, options } = account.sandbox;
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(env['ZOOM_API_URL'], `${url}/zoom/v2`);
  assert.equal(env['BREVO_API_URL'], `${url}/brevo/v3`);
  assert.equal(
    Object.values(env).every((value) => value !== ''),
    true,
  );
  assert.equal(Object.keys(env).length, 16);
  assert.deepEqual([options.seed, options.users, options.webinars], [1, 8, 4]);
});

void test('an unknown path says what there is', async () => {
  await using account = await openAccount();
  for (const path of ['/nothing', '/truth', '/truth/users/1', '/stats/reset']) {
    const { status, body } = await account.control('GET', path);
    assert.equal(status, 404);
    assert.match(body.message, /GET \/truth\/:table/);
  }
  assert.match((await account.control('GET', '/truth/lies')).body.message, /attendance/);
  assert.match((await account.control('GET', '/brevo/lies')).body.message, /no collection lies/);
  assert.equal((await request(`${account.sandbox.url}/elsewhere`)).status, 404);
});

void test('a control request that makes no sense is refused with a reason', async () => {
  await using account = await openAccount();
  const cases: [path: string, body: unknown, message: RegExp][] = [
    ['/faults', { rules: {} }, /rules must be an array/],
    [
      '/faults',
      { rules: [{ system: 'zoom', kind: 'fire', probability: 1 }] },
      /rules\[0\]: kind must be one of 429/,
    ],
    ['/faults', { rules: [{ system: 'x', kind: '429', probability: 1 }] }, /system must be/],
    ['/faults', { rules: [{ system: 'zoom', kind: '429', probability: 2 }] }, /probability must be/],
    ['/faults', { rulez: [] }, /unknown: rulez/],
    ['/faults', { missingScopes: 'all' }, /array of strings/],
    ['/clock', { advanceMs: -1 }, /0 or more/],
    ['/events', { url: 'http://example.com/', event: 'x' }, /loopback/],
    ['/events', { url: 'ftp://127.0.0.1/', event: 'x' }, /loopback/],
    ['/events', { event: 'x' }, /absolute URL/],
    ['/events', { events: [{ url: 'http://127.0.0.1/' }] }, /events\[0\]: event must be/],
    ['/brevo', { nonsense: true }, /nonsense/],
    ['/reset', [], /must be a JSON object/],
  ];
  for (const [path, body, message] of cases) {
    const answer = await account.control('POST', path, body);
    assert.equal(answer.status, 400, path);
    assert.match(answer.body.message, message);
  }
  const broken = await request(`${account.sandbox.url}/__sandbox/faults`, {
    method: 'POST',
    body: '{"rules":',
  });
  assert.equal(broken.status, 400);
  assert.match(broken.body.message, /not JSON/);
});

void test('the clock moves forward and tells the time', async () => {
  await using account = await openAccount();
  const { body } = await account.control('POST', '/clock', { advanceMs: 5000, advanceSeconds: 3600 });
  assert.ok(Math.abs(body.now - Date.now() - 3_600_000) < 1000);
  assert.equal(body.iso, new Date(body.now).toISOString());
  const { headers } = await account.control('GET', '/clock');
  assert.ok(Math.abs(Date.parse(headers.get('date') ?? '') - body.now) < 3000);
});

void test('the Date header can be wrong', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { clockSkewSeconds: -600 });
  const { headers } = await account.get('/users');
  assert.ok(Math.abs(Date.parse(headers.get('date') ?? '') - (Date.now() - 600_000)) < 3000);
});

void test('faults in place of an answer: 429, 500 and HTML pages', async () => {
  await using account = await openAccount();
  await fault(account, { kind: '429' });
  const many = await account.get('/users');
  assert.deepEqual([many.status, many.body.code, many.headers.get('x-ratelimit-type')], [429, 429, 'QPS']);
  for (const kind of ['500-before', '500-after']) {
    await fault(account, { kind });
    assert.equal((await account.get('/users')).status, 500);
  }
  for (const status of [403, 502]) {
    await fault(account, { kind: `html-${status}` });
    const page = await account.get('/users');
    assert.equal(page.status, status);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(page.text, /^<!DOCTYPE html>/);
  }
  const { faults, labels } = (await account.control('GET', '/stats')).body.zoom;
  assert.deepEqual(faults, { '429': 1, '500-before': 1, '500-after': 1, 'html-403': 1, 'html-502': 1 });
  assert.deepEqual(labels.medium.tooMany, { fault: 1 });
});

void test('faults of the connection: reset, truncated and malformed', async () => {
  await using account = await openAccount();
  for (const kind of ['reset-before', 'reset-after', 'truncate']) {
    await fault(account, { kind });
    await assert.rejects(account.get('/users'), kind);
  }
  await fault(account, { kind: 'malformed' });
  const { status, text, body } = await account.get('/users');
  assert.equal(status, 200);
  assert.equal(body, undefined);
  assert.match(text, /^\{/);
});

void test('a stall sends half of the body and then nothing', async () => {
  await using account = await openAccount();
  await fault(account, { kind: 'stall', ms: 150 });
  const started = Date.now();
  await assert.rejects(account.get('/users'));
  assert.ok(Date.now() - started >= 140);
  await fault(account, { kind: 'slow', ms: 120 });
  const slow = Date.now();
  assert.equal((await account.get('/users')).status, 200);
  assert.ok(Date.now() - slow >= 110);
});

void test('a token request that was answered by 500-after has taken effect, one by 500-before has not', async () => {
  await using account = await openAccount();
  const account_id = account.sandbox.env['ZOOM_ACCOUNT_ID'] ?? '';
  for (const kind of ['500-before', '500-after']) {
    await fault(account, { operation: 'POST /oauth/*', kind });
    const { status } = await account.token({ grant_type: 'account_credentials', account_id });
    assert.equal(status, 500);
  }
  const { operations } = (await account.control('GET', '/stats')).body.zoom;
  assert.equal(operations['POST /oauth/token'], 3);
});

void test('rules choose by name, beginning, path, number of times and chance', async () => {
  await using account = await openAccount();
  const [a, b] = (await account.get('/users')).body.users;
  await fault(account, { operation: 'GET /users/*', kind: '500-before', times: 2 });
  assert.equal((await account.get('/users')).status, 200);
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await account.get(`/users/${a.id}`)).status);
  assert.deepEqual(statuses, [500, 500, 200]);
  await account.control('POST', '/faults', {
    rules: [{ system: 'zoom', path: a.id, kind: 'html-403', probability: 1 }],
  });
  assert.equal((await account.get(`/users/${a.id}`)).status, 403);
  assert.equal((await account.get(`/users/${b.id}`)).status, 200);
  const draw = async (): Promise<number[]> => {
    const rules = [{ system: 'zoom', kind: '500-before', probability: 0.5 }];
    await account.control('POST', '/faults', { rules, seed: 9 });
    const drawn: number[] = [];
    for (let i = 0; i < 20; i++) drawn.push((await account.get('/users')).status);
    return drawn;
  };
  const once = await draw();
  assert.deepEqual(await draw(), once);
  assert.deepEqual(new Set(once), new Set([200, 500]));
  await account.control('DELETE', '/faults');
  assert.equal((await account.get('/users')).status, 200);
});

void test('faults of one system leave the other alone and never touch the control', async () => {
  await using account = await openAccount();
  const rules = [{ system: 'brevo', kind: '500-before', probability: 1 }];
  await account.control('POST', '/faults', { rules });
  assert.equal((await account.get('/users')).status, 200);
  assert.equal((await request(`${account.sandbox.env['BREVO_API_URL']}/contacts`)).status, 500);
  assert.equal((await account.control('GET', '/stats')).body.brevo.errors['500'], 1);
});

void test('the truth is streamed line by line', async () => {
  await using account = await openAccount({ users: 40, meetings: 10 });
  const { zoom } = account.sandbox;
  const count = (table: string): number => [...(zoom.truth(table) ?? [])].length;
  for (const table of zoom.tables) {
    const before = count(table);
    const { text, headers, status } = await account.control('GET', `/truth/${table}`);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'application/x-ndjson');
    // Time passes in the account: a meeting may have ended meanwhile.
    const lines = text.split('\n').length - 1;
    assert.ok(before <= lines && lines <= count(table), `${table}: ${lines} lines, ${before} rows before`);
  }
});

void test('stats can be cleared alone, and reset clears everything', async () => {
  await using account = await openAccount();
  await fault(account, { kind: '500-before' });
  await account.control('POST', '/clock', { advanceSeconds: 60 });
  await account.get('/users');
  await account.control('POST', '/reset', { stats: true });
  assert.equal((await account.control('GET', '/stats')).body.zoom.calls, 0);
  assert.equal((await account.get('/users')).status, 500);
  await account.control('POST', '/faults', {
    missingScopes: ['user:read:list_users:admin'],
    clockSkewSeconds: 9,
  });
  assert.equal((await account.control('POST', '/reset')).body.reset, 'everything');
  assert.equal((await account.get('/users')).body.code, 124);
  await account.signIn();
  assert.equal((await account.get('/users')).status, 200);
  assert.ok(Math.abs((await account.control('GET', '/clock')).body.now - Date.now()) < 1000);
});

void test('reset gives the budgets back', async () => {
  await using account = await openAccount({ plan: 'free' });
  const spend = () => Promise.all(Array.from({ length: 4 }, () => account.get('/users')));
  assert.ok((await spend()).some((answer) => answer.status === 429));
  await account.control('POST', '/reset');
  await account.signIn();
  assert.equal((await account.get('/users')).status, 200);
});

void test('an event is shaped and signed as Zoom does it', async () => {
  await using account = await openAccount();
  using hook = await receiver([]);
  const payload = { account_id: 'a', object: { topic: 'Réunion – 東京', id: '12' } };
  const { body } = await account.control('POST', '/events', {
    url: hook.url,
    event: 'meeting.started',
    payload,
  });
  assert.deepEqual(body, { status: 200, body: { ok: true }, attempts: 1 });
  const [one] = hook.received;
  const { headers, body: text } = one ?? assert.fail();
  const { env } = account.sandbox;
  const stamp = String(headers['x-zm-request-timestamp']);
  assert.ok(Math.abs(Number(stamp) - Date.now() / 1000) < 3);
  const hmac = createHmac('sha256', env['ZOOM_WEBHOOK_SECRET'] ?? '')
    .update(`v0:${stamp}:${text}`)
    .digest('hex');
  assert.equal(headers['x-zm-signature'], `v0=${hmac}`);
  assert.equal(headers['authorization'], env['ZOOM_VERIFICATION_TOKEN']);
  assert.equal(headers['clientid'], env['ZOOM_CLIENT_ID']);
  assert.equal(headers['user-agent'], 'Zoom Marketplace/1.0a');
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  const sent = JSON.parse(text);
  assert.deepEqual([sent.event, sent.payload], ['meeting.started', payload]);
  assert.equal(typeof sent.event_ts, 'number');
});

void test('events come with payloads of the world when none is given, many in one order', async () => {
  await using account = await openAccount();
  using hook = await receiver([]);
  const names = [
    'meeting.started',
    'meeting.ended',
    'meeting.participant_joined',
    'meeting.participant_left',
    'meeting.registration_created',
    'webinar.participant_joined',
    'webinar.registration_approved',
    'recording.completed',
    'user.created',
    'endpoint.url_validation',
    'app_deauthorized',
  ];
  const events = names.map((event) => ({ url: hook.url, event }));
  const { body } = await account.control('POST', '/events', { events });
  assert.equal(body.results.length, names.length);
  const sent = new Map(hook.received.map((one) => [JSON.parse(one.body).event, JSON.parse(one.body)]));
  assert.equal(typeof sent.get('meeting.started').payload.object.id, 'string');
  assert.equal(typeof sent.get('recording.completed').payload.object.id, 'number');
  assert.ok(sent.get('meeting.participant_joined').payload.object.participant.user_name);
  assert.ok(sent.get('webinar.registration_approved').payload.object.registrant.email);
  assert.ok(sent.get('endpoint.url_validation').payload.plainToken);
  assert.equal('event_ts' in sent.get('app_deauthorized'), false);
});

void test('retries carry the same or a fresh stamp, and a signature can be spoilt', async () => {
  await using account = await openAccount();
  for (const retryStyle of ['same', 'fresh']) {
    using hook = await receiver([500, 503]);
    const order = { url: hook.url, event: 'meeting.ended', retryStyle };
    assert.equal((await account.control('POST', '/events', order)).body.attempts, 3);
    const stamps = new Set(hook.received.map((one) => one.headers['x-zm-request-timestamp']));
    assert.equal(stamps.size, retryStyle === 'same' ? 1 : 3);
    assert.equal(new Set(hook.received.map((one) => one.body)).size, 1);
  }
  using hook = await receiver([401]);
  const order = {
    url: hook.url,
    event: 'meeting.ended',
    timestamp: 1_654_503_849,
    secret: 's',
    tamper: true,
  };
  assert.equal((await account.control('POST', '/events', order)).body.status, 401);
  const [one] = hook.received;
  assert.equal(one?.headers['x-zm-request-timestamp'], '1654503849');
  assert.match(String(one?.headers['x-zm-signature']), /0000$/);
});

void test('a receiver that is not there has status 0', async () => {
  await using account = await openAccount();
  const { body } = await account.control('POST', '/events', {
    url: 'http://127.0.0.1:9/',
    event: 'meeting.ended',
  });
  assert.equal(body.status, 0);
});

void test('a body of more than 12 MB is refused', async () => {
  await using account = await openAccount();
  const body = Buffer.alloc(12 * 1024 * 1024 + 1, 32);
  const { status } = await request(`${account.sandbox.url}/__sandbox/reset`, { method: 'POST', body });
  assert.equal(status, 413);
});

void test('latency is added to every answer but those of the control', async () => {
  await using account = await openAccount({ latency: 80 });
  let started = Date.now();
  await account.get('/users');
  assert.ok(Date.now() - started >= 75);
  started = Date.now();
  await account.control('GET', '/clock');
  assert.ok(Date.now() - started < 75);
});
