import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionName, nameAll, slug, titleOf } from '../../src/openapi/naming.ts';

const name = (method: string, path: string, operationId?: string) => {
  const { area, name: own } = actionName({ method, path, operationId });
  return `${area}.${own}`;
};

test('names come from the operationId, else from method and path', () => {
  assert.equal(name('GET', '/repos', 'repos/list-for-user'), 'repos.listForUser');
  assert.equal(name('GET', '/x', 'Users.Get_All'), 'users.getAll');
  assert.equal(name('POST', '/v2/pets', 'addPet'), 'pets.addPet');
  assert.equal(name('GET', '/api/v1/HTTPServers/{id}', 'GetHTTPServer'), 'httpServers.getHttpServer');
  assert.equal(name('GET', '/users/{userId}/items'), 'users.getByUserIdItems');
  assert.equal(name('DELETE', '/users/{id}'), 'users.deleteById');
  assert.equal(name('GET', '/'), 'root.get');
  assert.equal(name('GET', '/v1'), 'v1.get');
  assert.equal(name('GET', '/{id}', '1st'), 'root.n1st');
});

test('names are of ASCII, short, and never members that every object has', () => {
  assert.equal(name('GET', '/größe', 'Größe lesen'), 'grosse.grosseLesen');
  assert.match(name('GET', '/价格', '查询价格'), /^root\.(?:get|op\w{6})$/);
  assert.equal(name('GET', '/constructor', 'toString'), 'constructorArea.toStringIt');
  const long = name('GET', `/${'segment/'.repeat(40)}`, 'word '.repeat(60));
  assert.ok(
    long.split('.').every((part) => part.length <= 60),
    long,
  );
  assert.notEqual(long, name('GET', `/${'segment/'.repeat(40)}`, `${'word '.repeat(60)}x`));
});

test('of operations with one name the first by path and method keeps it, whatever their order', () => {
  const operations = [
    { method: 'POST', path: '/b', operationId: 'x.do' },
    { method: 'GET', path: '/b', operationId: 'x.do' },
    { method: 'GET', path: '/a', operationId: 'x.do' },
    { method: 'GET', path: '/c', operationId: 'x.DO' },
  ];
  const said = (list: typeof operations) =>
    Object.fromEntries([...nameAll(list)].map(([one, { name: own }]) => [`${one.method} ${one.path}`, own]));
  assert.deepEqual(said(operations), {
    'GET /a': 'do',
    'GET /b': 'doGetB',
    'POST /b': 'doPostB',
    'GET /c': 'doGetC',
  });
  assert.deepEqual(said(operations.toReversed()), said(operations));
  const kept = nameAll(operations, { 'GET /b': 'x.do', 'GET /gone': 'x.other' });
  assert.equal(kept.get(operations[1] as never)?.name, 'do', 'a name that is known stays');
});

test('titles and ids are made for people', () => {
  assert.equal(titleOf('pulls/list-review-comments'), 'List review comments');
  assert.equal(titleOf('getHTTPServer'), 'Get HTTP server');
  assert.equal(slug("GitHub's v3 REST API"), 'githubs-v3-rest-api');
  assert.equal(slug('2Checkout'), 'checkout');
  assert.equal(slug('价格'), 'api');
});
