import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { failing, json, serve, sessionOf, shop } from './server.ts';

const { things } = shop.actions;

test('an input that is wrong never leaves the machine, and every field is named', async () => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const error = await failing(sessionOf(server.url).call(things.get, { id: 5, colour: 'red' } as never));
  assert.equal(server.seen.length, 0);
  assert.equal(error.kind, 'input');
  assert.deepEqual(
    error.fields.map(({ field }) => field),
    ['id', 'colour'],
  );
});

test('values are encoded, lists are repeated, and what is unset is not sent', async () => {
  await using server = await serve((_, response) => json(response, 200, { id: '1' }));
  const session = sessionOf(server.url);
  await session.call(things.get, { id: 'a/b?c', tags: ['x y', 'z'] });
  await session.call(things.get, { id: 'plain' });
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ['/things/a%2Fb%3Fc?tag=x+y&tag=z', '/things/plain'],
  );
});

test('numbers above 2^53 keep their digits in both directions', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"id":"1","big":123456789012345678901,"small":7}');
  });
  const session = sessionOf(server.url);
  assert.deepEqual(await session.call(things.add, { name: 'a', size: 9007199254740993n }), {
    id: '1',
    big: '123456789012345678901',
    small: 7,
  });
  assert.equal(server.seen[0]?.body, '{"name":"a","size":9007199254740993}');
});

test('an error that comes with HTTP 200 is an error', async () => {
  await using server = await serve((_, response) =>
    json(response, 200, { code: 77, message: 'needs scope [blue]' }),
  );
  const error = await failing(sessionOf(server.url).call(things.list, {}));
  assert.equal(error.kind, 'scope');
  assert.equal(error.hint, 'Add the scope blue.');
});

test('an error body that is not valid JSON still gives its code', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json', 'x-request': 'abc' });
    response.end('{"code":77,"message":"needs "scope [green]" here"}');
  });
  const error = await failing(sessionOf(server.url).call(things.get, { id: '1' }));
  assert.equal(error.status, 400);
  assert.equal(error.code, '77');
  assert.equal(error.requestId, 'abc');
});

test('an HTML page is named as one', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(403, { 'content-type': 'text/html' });
    response.end('<html><head><title>Blocked</title></head></html>');
  });
  const error = await failing(sessionOf(server.url).call(things.get, { id: '1' }));
  assert.match(error.message, /HTTP 403.*an HTML page titled 'Blocked'/);
});

test('refused fields are passed on', async () => {
  await using server = await serve((_, response) =>
    json(response, 400, {
      code: 300,
      message: 'Validation Failed.',
      errors: [{ field: 'name', message: 'too long' }],
    }),
  );
  const error = await failing(sessionOf(server.url).call(things.add, { name: 'a' }));
  assert.deepEqual(error.fields, [{ field: 'name', message: 'too long' }]);
});

test('no error, message or inspection shows a secret', async () => {
  await using server = await serve((_, response) =>
    json(response, 400, { message: 'bad token secret-token-123 and Bearer abc.def' }),
  );
  const session = sessionOf(server.url);
  const error = await failing(session.call(things.get, { id: '1' }));
  const shown = [
    error.message,
    JSON.stringify(error),
    inspect(error),
    inspect(session.connection, { depth: 9 }),
  ].join();
  assert.ok(!shown.includes('secret-token-123'), shown);
  assert.ok(!shown.includes('abc.def'), shown);
});

test('an answer of an unknown shape is a contract error that names the place', async () => {
  await using server = await serve((_, response) => json(response, 200, { id: 5 }));
  const error = await failing(sessionOf(server.url).call(things.get, { id: '1' }));
  assert.equal(error.kind, 'contract');
  assert.match(error.message, /id/);
});
