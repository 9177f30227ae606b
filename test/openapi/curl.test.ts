import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { importCurl } from '../../src/openapi/curl.ts';
import { shellWords } from '../../src/openapi/shell-words.ts';

/** The request that the imported operation makes with its own example. */
function requestOf(command: string) {
  const { operation, server, auth, name } = importCurl(command);
  const connector = connectorFromJson({
    id: 'curl',
    title: 'cURL',
    servers: { api: server },
    auth,
    actions: { [name.area]: { [name.name]: operation } },
  });
  const action = connector.actions[name.area]?.[name.name];
  assert.ok(action);
  return { server, auth: auth.kind, ...action.call(operation.example) } as Record<string, unknown>;
}

test('words are split as a shell does', () => {
  const words = (text: string) => shellWords(text).words;
  assert.deepEqual(words(`a 'b c' "d \\"e\\" $f" g\\ h i''j`), ['a', 'b c', 'd "e" $f', 'g h', 'ij']);
  assert.deepEqual(words("curl \\\n  -X POST \\\r\n  'x'"), ['curl', '-X', 'POST', 'x']);
  assert.deepEqual(words(String.raw`$'a\n\'b\' \x41\u00e9\101'`), ["a\n'b' AéA"]);
  assert.deepEqual(words('a "" b # not this'), ['a', '', 'b']);
  assert.deepEqual(words('curl "https://x" ^\r\n  -H "a: b"'), ['curl', 'https://x', '-H', 'a: b']);
  assert.match(shellWords(`curl 'x`).notes[0] ?? '', /not closed/);
  assert.match(shellWords('curl x | jq .').notes[0] ?? '', /another command/);
  assert.match(shellWords('curl -H "a: $TOKEN"').notes[0] ?? '', /\$TOKEN is taken as it stands/);
});

describe('a command line is the same request', () => {
  test('a GET with a query, headers and a placeholder', () => {
    const { operation, server, name, notes } = importCurl(
      "curl -sSL 'https://api.example.com:8443/v1/users/:userId/items?limit=5&q=a%20b' -H 'X-Team: blue' -H 'Accept: application/json' --compressed",
    );
    assert.equal(server, 'https://api.example.com:8443');
    assert.equal(operation.method, 'GET');
    assert.equal(operation.path, '/v1/users/{userId}/items');
    assert.deepEqual(
      operation.parameters.map(({ name: one, in: place, value }) => [one, place, value]),
      [
        ['userId', 'path', undefined],
        ['limit', 'query', '5'],
        ['q', 'query', 'a b'],
        ['X-Team', 'header', 'blue'],
      ],
    );
    assert.deepEqual(name, { area: 'users', name: 'getByUserIdItems' });
    assert.deepEqual(notes, []);
  });

  test('JSON, by --json and by --data with its type', () => {
    for (const command of [
      `curl https://api.example.com/orders --json '{"sku":"A-1","count":2,"tags":["x"]}'`,
      `curl -XPOST https://api.example.com/orders -H "Content-Type: application/json" -d '{"sku":"A-1","count":2,"tags":["x"]}'`,
    ]) {
      const { operation } = importCurl(command);
      assert.equal(operation.method, 'POST');
      assert.equal(operation.body?.spread, true);
      assert.deepEqual(operation.example, { sku: 'A-1', count: 2, tags: ['x'] });
      assert.deepEqual(requestOf(command)['json'], { sku: 'A-1', count: 2, tags: ['x'] });
    }
  });

  test('a form, with parts that are encoded', () => {
    const { operation } = importCurl(
      "curl https://api.example.com/f -d 'a=1&b=2' --data-urlencode 'c=x y&z' -d a=3",
    );
    assert.equal(operation.body?.contents[0]?.type, 'application/x-www-form-urlencoded');
    assert.deepEqual(operation.example, { a: ['1', '3'], b: '2', c: 'x y&z' });
  });

  test('parts with a file', () => {
    const { operation } = importCurl(
      "curl -F 'photo=@cat.png;type=image/png' -F name=Tom https://api.example.com/photos",
    );
    assert.equal(operation.body?.contents[0]?.type, 'multipart/form-data');
    assert.deepEqual(operation.body?.contents[0]?.schema, {
      type: 'object',
      properties: { photo: { type: 'string', format: 'binary' }, name: { type: 'string' } },
    });
    assert.deepEqual(operation.body?.contents[0]?.encoding, { photo: { contentType: 'image/png' } });
    assert.deepEqual(operation.example, { name: 'Tom' });
  });

  test('data in the query by -G, methods by -X, -I and -T', () => {
    const { operation } = importCurl("curl -G https://api.example.com/s -d q=cats --data-urlencode 'w=a b'");
    assert.equal(operation.method, 'GET');
    assert.deepEqual(
      operation.parameters.map(({ name, value }) => [name, value]),
      [
        ['q', 'cats'],
        ['w', 'a b'],
      ],
    );
    assert.equal(importCurl('curl -X delete https://api.example.com/a/1').operation.method, 'DELETE');
    assert.equal(importCurl('curl -I api.example.com').operation.method, 'HEAD');
    assert.equal(importCurl('curl -T file.bin https://api.example.com/up').operation.method, 'PUT');
  });

  test('text of another type is one input', () => {
    const { operation } = importCurl(
      "curl https://api.example.com/x -H 'content-type: application/xml' --data-raw '<a/>'",
    );
    assert.deepEqual(
      [operation.body?.spread, operation.body?.contents[0]?.type, operation.example],
      [false, 'application/xml', { body: '<a/>' }],
    );
  });
});

test('how it signs in is seen, and no secret stays in the operation', () => {
  const lines: readonly [string, object, object][] = [
    ["-H 'Authorization: Bearer s3cret'", { kind: 'bearer', credential: 'token' }, { token: 's3cret' }],
    [
      "-H 'authorization: Token s3cret'",
      { kind: 'bearer', credential: 'token', prefix: 'Token ' },
      { token: 's3cret' },
    ],
    [
      '-u ada:s3cret',
      { kind: 'basic', username: 'username', password: 'password' },
      { username: 'ada', password: 's3cret' },
    ],
    [
      "-H 'Authorization: Basic YWRhOnMzY3JldA=='",
      { kind: 'basic', username: 'username', password: 'password' },
      { username: 'ada', password: 's3cret' },
    ],
    [
      "-H 'X-API-Key: s3cret'",
      { kind: 'api-key', in: 'header', name: 'X-API-Key', credential: 'apiKey' },
      { apiKey: 's3cret' },
    ],
    [
      "'https://api.example.com/a?api_key=s3cret'",
      { kind: 'api-key', in: 'query', name: 'api_key', credential: 'apiKey' },
      { apiKey: 's3cret' },
    ],
    [
      "-b 'session=s3cret'",
      { kind: 'api-key', in: 'header', name: 'Cookie', credential: 'cookie' },
      { cookie: 'session=s3cret' },
    ],
    ['--oauth2-bearer s3cret', { kind: 'bearer', credential: 'token' }, { token: 's3cret' }],
    [`--json '{"client_secret":"s3cret","a":1}'`, { kind: 'none' }, {}],
  ];
  for (const [flags, auth, credentials] of lines) {
    const imported = importCurl(
      `curl ${flags} ${flags.includes('https:') ? '' : 'https://api.example.com/a'}`,
    );
    assert.deepEqual(imported.auth, auth, flags);
    assert.deepEqual(imported.credentials, credentials, flags);
    assert.doesNotMatch(JSON.stringify(imported.operation), /s3cret/, flags);
  }
});

test('what cannot be taken over is said aloud', () => {
  const { notes } = importCurl(
    'curl --happy-eyeballs -Q --digest -d @body.json https://a.example.com/x https://b.example.com',
  );
  assert.deepEqual(notes, [
    '--happy-eyeballs is not known and was left out',
    '-Q is not known and was left out',
    '--digest is not supported as a way to sign in',
    'the file body.json is not read: its content is an input',
    "the second address 'https://b.example.com' was left out: one operation has one address",
  ]);
  for (const [line, message] of [
    ['wget x', /the word 'curl' is missing/],
    ['curl -s', /has no address/],
    ["curl 'http://'", /no address of the web/],
    ['curl -X BREW https://a.example.com', /method BREW is not supported/],
  ] as const) {
    assert.throws(() => importCurl(line), { name: 'ConnectorError', kind: 'input', message });
  }
});
