import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorError } from '../../src/core/errors.ts';
import { backoff, parseRetryAfter } from '../../src/http/retry.ts';
import { failing, json, serve, sessionOf, shop } from './server.ts';

const { things } = shop.actions;

test('a read is tried again after a server error', async () => {
  await using server = await serve((_, response, nth) =>
    nth < 3 ? json(response, 500, { message: 'oops' }) : json(response, 200, { id: '1' }),
  );
  assert.deepEqual(await sessionOf(server.url).call(things.get, { id: '1' }), { id: '1' });
  assert.equal(server.seen.length, 3);
});

test('a write that may have taken effect is not sent again', async () => {
  await using server = await serve((_, response) => json(response, 500, { message: 'oops' }));
  const error = await failing(sessionOf(server.url).call(things.add, { name: 'a' }));
  assert.equal(server.seen.length, 1);
  assert.equal(error.kind, 'remote');
  assert.equal(error.outcome, 'unknown');
});

test('a write is sent again when it is idempotent, or carries a key', async () => {
  const flaky = (_: unknown, response: Parameters<typeof json>[0], nth: number) =>
    nth % 2 === 1 ? json(response, 500, {}) : json(response, 200, {});
  await using server = await serve(flaky);
  await sessionOf(server.url).call(things.put, { name: 'a' });
  await sessionOf(server.url).call(things.add, { name: 'a', key: 'k' });
  assert.equal(server.seen.length, 4);
});

test('a write that was refused for its rate did nothing, so it is sent again', async () => {
  await using server = await serve((_, response, nth) =>
    nth === 1 ? json(response, 429, { message: 'slow down' }) : json(response, 200, {}),
  );
  const session = sessionOf(server.url);
  await session.call(things.add, { name: 'a' });
  assert.equal(server.seen.length, 2);
  assert.equal(session.stats.refusedForRate, 1);
});

test('a write is sent again when the connection was refused, and says so when it stays refused', async () => {
  let tries = 0;
  const gone = await serve(() => undefined);
  await gone[Symbol.asyncDispose]();
  const session = sessionOf(gone.url, {
    fetch: (...args) => {
      tries++;
      return fetch(...args);
    },
  });
  const error = await failing(session.call(things.add, { name: 'a' }));
  assert.ok(tries > 1);
  assert.equal(error.kind, 'network');
  assert.equal(error.outcome, 'not-applied');
  assert.match(error.message, /no connection to Shop for things\.add/);
});

test('a write whose connection broke is not sent again', async () => {
  await using server = await serve((_, response) => response.destroy());
  const error = await failing(sessionOf(server.url).call(things.add, { name: 'a' }));
  assert.equal(server.seen.length, 1);
  assert.equal(error.outcome, 'unknown');
});

test('an answer that stalls in the middle of its body ends in time', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"id":');
  });
  const started = Date.now();
  const error = await failing(sessionOf(server.url, { timeoutMs: 150 }).call(things.add, { name: 'a' }));
  assert.equal(error.kind, 'timeout');
  assert.equal(error.outcome, 'unknown');
  assert.ok(Date.now() - started < 1500);
});

test('a truncated answer is a broken connection, not a shorter answer', async () => {
  await using server = await serve((_, response, nth) => {
    if (nth > 1) return json(response, 200, { id: '1' });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"id": "1"}');
    setTimeout(() => response.destroy(), 20);
  });
  assert.deepEqual(await sessionOf(server.url).call(things.get, { id: '1' }), { id: '1' });
  assert.equal(server.seen.length, 2);
});

test('a quota that ends tomorrow is not waited for', async () => {
  const tomorrow = new Date(Date.now() + 3600_000).toISOString();
  await using server = await serve((_, response) =>
    json(response, 429, { message: 'daily limit' }, { 'retry-after': tomorrow }),
  );
  const error = await failing(sessionOf(server.url).call(things.get, { id: '1' }));
  assert.equal(server.seen.length, 1);
  assert.equal(error.kind, 'quota');
  assert.ok(typeof error.retry === 'object' && error.retry.afterMs > 3500_000);
});

test('Retry-After is understood as seconds, as an HTTP date and as an ISO date-time', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  assert.equal(parseRetryAfter('7', now), 7000);
  assert.equal(parseRetryAfter('Sat, 21 Nov 2026 12:00:30 GMT', now), 30_000);
  assert.equal(parseRetryAfter('2026-11-21T12:01:00Z', now), 60_000);
  assert.equal(parseRetryAfter('2020-01-01T00:00:00Z', now), 0);
  assert.equal(parseRetryAfter('soon', now), undefined);
  assert.equal(parseRetryAfter(null, now), undefined);
});

test('the wait grows, has a part of chance, and has an end', () => {
  const error = new ConnectorError('x', { kind: 'remote', retry: 'later' });
  assert.equal(
    backoff(error, 1, () => 0),
    250,
  );
  assert.equal(
    backoff(error, 1, () => 1),
    500,
  );
  assert.equal(
    backoff(error, 4, () => 0),
    2000,
  );
  assert.equal(
    backoff(error, 20, () => 1),
    30_000,
  );
});

test('an address that fetch refuses is a matter of configuration, named as such and not tried again', async () => {
  const error = await failing(sessionOf('http://127.0.0.1:1').call(things.get, { id: '1' }));
  assert.equal(error.kind, 'config');
  assert.match(error.message, /a port that is not allowed/);
});

test('while the other side cannot be reached, the log says so and when it is tried again', async () => {
  const gone = await serve(() => undefined);
  await gone[Symbol.asyncDispose]();
  const lines: string[] = [];
  const log = Object.assign((level: string, message: string) => lines.push(`${level} ${message}`), {
    enabled: () => false,
  });
  await failing(sessionOf(gone.url, { log }).call(things.get, { id: '1' }));
  assert.match(
    lines[0] ?? '',
    /^warn no connection to Shop for things\.get: ECONNREFUSED; trying again in [\d.]+ s$/,
  );
});
