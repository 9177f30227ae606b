import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { oauthServer, thingsWith } from '../http/oauth-server.ts';
import { json, serve } from '../http/server.ts';
import { cli, folder, type Outcome, type Surroundings } from './command-line.ts';

/** A folder with the definition `acme.json`, and the command line in it. */
function house(t: TestContext, document: object, around: Omit<Surroundings, 'cwd'> = {}) {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'acme.json'), JSON.stringify(document));
  const run = (...argv: string[]): Promise<Outcome> => cli({ cwd, ...around }, ...argv);
  const add = (...argv: string[]): Promise<Outcome> =>
    run('connections', 'add', './acme.json', '--name', 'acme', ...argv);
  return { cwd, run, add };
}

const KEY = { kind: 'api-key', in: 'header', name: 'x-key', credential: 'apiKey' };
const PRIVATE = ['--allow-private', '127.0.0.1'];

test('a connector with a key is added, says that nothing was called, and is called', async (t) => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const { run, add } = house(t, thingsWith(KEY), { env: { ACME_API_KEY: 'from-the-env' } });
  const added = await add('--server', `api=${server.url}`, ...PRIVATE);
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /acme is connected to Acme; nothing was called to try it/);
  assert.equal(server.seen.length, 0);
  const tested = await run('connections', 'test', 'acme');
  assert.match(tested.stdout, /its credentials are there; nothing was called/);
  assert.deepEqual(JSON.parse((await run('connections', 'test', 'acme', '--json')).stdout), {
    name: 'acme',
    ok: true,
    called: false,
  });
  const called = await run('call', 'acme', 'things.get', '--json');
  assert.equal(called.code, 0, called.stderr + called.stdout);
  assert.equal(server.seen[0]?.headers['x-key'], 'from-the-env');
});

test('what is private is refused until it is allowed for the connection', async (t) => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const { run, add } = house(t, thingsWith(KEY));
  const call = () => run('call', 'acme', 'things.get');
  assert.equal((await add('--server', `api=${server.url}`, '--api-key', 'k')).code, 0);
  const refused = await call();
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /was not sent:\s+http:\/\/127\.0\.0\.1:\d+\s+must not be called/);
  assert.match(refused.stderr, /--allow-private\s+127\.0\.0\.1/);
  await add(
    '--server',
    `api=${server.url}`,
    '--api-key',
    'k',
    '--allow-private',
    '10.0.0.0/8',
    '192.168.0.1',
  );
  assert.equal((await call()).code, 2);
  assert.equal(server.seen.length, 0);
  await add('--server', `api=${server.url}`, '--api-key', 'k', '--allow-private');
  assert.equal((await call()).code, 0);
  const wrong = await add('--api-key', 'k', '--allow-private', 'http://x/');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /'http:\/\/x\/' is no host/);
});

test('trunkline.yaml says it with allow_private; an address that it names itself needs no more', async (t) => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const { cwd, run } = house(t, { ...thingsWith({ kind: 'none' }), servers: { api: server.url } });
  const callWith = (more: string) => {
    writeFileSync(
      join(cwd, 'trunkline.yaml'),
      `connections:\n  acme:\n    connector: ./acme.json\n    ${more}\n`,
    );
    return run('call', 'acme', 'things.get');
  };
  assert.equal((await callWith('plan: default')).code, 2);
  assert.equal((await callWith('allow_private: true')).code, 0);
  assert.equal((await callWith('allow_private: [127.0.0.0/8]')).code, 0);
  assert.equal((await callWith('allow_private: [10.0.0.0/8]')).code, 2);
  assert.equal((await callWith(`servers: { api: "${server.url}" }`)).code, 0);
  assert.equal((await callWith(`servers: { api: "${server.url}" }\n    allow_private: false`)).code, 2);
  const metadata = await callWith('servers: { api: "http://169.254.169.254" }');
  assert.equal(metadata.code, 2);
  assert.match(metadata.stderr, /metadata\s+service of a cloud/);
  const wrong = await callWith('allow_private: "not a host!"');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /trunkline\.yaml:4:.*expected true, or a list of hosts/s);
});

test('each kind asks for exactly its credentials, by their names', async (t) => {
  const place = { in: 'header', name: 'authorization', prefix: 'Bearer ' };
  const kinds: [object, string][] = [
    [{ kind: 'bearer', credential: 'token' }, 'token'],
    [{ kind: 'basic', username: 'user', password: 'pass' }, 'user, pass'],
    [{ kind: 'jwt', algorithm: 'HS256', payload: { iss: '{issuer}' }, place }, 'secret, issuer'],
    [{ kind: 'login', path: '/login', json: { u: '{user}', p: '{pass}' }, token: '/t' }, 'user, pass'],
    [{ kind: 'oauth2', grant: 'client_credentials', tokenUrl: '/t' }, 'clientId, clientSecret'],
    [{ kind: 'oauth2', grant: 'password', tokenUrl: '/t', client: 'none' }, 'username, password'],
    [{ kind: 'all', of: [KEY, { kind: 'bearer', credential: 'token' }] }, 'apiKey, token'],
  ];
  for (const [auth, names] of kinds) {
    const { add } = house(t, thingsWith(auth));
    const { code, stderr } = await add();
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`not given: ${names}\\n`));
  }
  const { add } = house(t, thingsWith({ kind: 'oauth2', grant: 'authorization_code', tokenUrl: '/t' }));
  assert.match((await add()).stderr, /Acme is connected by the consent of a person[^]*--oauth --name acme/);
  assert.match((await add('--oauth')).stderr, /not given: clientId\n/);
});

test('of several ways the one is taken that is named, or whose credentials are given', async (t) => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const auths = { key: KEY, token: { kind: 'bearer', credential: 'token' } };
  const { run, add } = house(t, { ...thingsWith(auths.key, { auths }), servers: { api: server.url } });
  const proof = async (): Promise<unknown> => {
    const { code, stderr } = await run('call', 'acme', 'things.get');
    assert.equal(code, 0, stderr);
    const { headers } = server.seen.at(-1) ?? {};
    return [headers?.['x-key'], headers?.authorization];
  };
  await add('--token', 't-123456', ...PRIVATE);
  assert.deepEqual(await proof(), [undefined, 'Bearer t-123456']);
  await add('--api-key', 'k1', '--token', 't-123456', ...PRIVATE);
  assert.deepEqual(await proof(), ['k1', undefined]);
  await add('--auth', 'token', '--api-key', 'k1', '--token', 't-123456', ...PRIVATE);
  assert.deepEqual(await proof(), [undefined, 'Bearer t-123456']);
  const strange = await add('--auth', 'magic');
  assert.equal(strange.code, 2);
  assert.match(strange.stderr, /no way to sign in called 'magic'[^]*There are: key, token/);
});

test('credentials come from a file or standard input as JSON, and are not shown when it is wrong', async (t) => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const document = { ...thingsWith(KEY), servers: { api: server.url } };
  const { run, add } = house(t, document, { stdin: '{"api_key":"from stdin"}' });
  assert.equal((await add('--credentials-from', '-', ...PRIVATE)).code, 0);
  await run('call', 'acme', 'things.get');
  assert.equal(server.seen[0]?.headers['x-key'], 'from stdin');
  const { cwd, add: again } = house(t, document);
  writeFileSync(join(cwd, 'broken.json'), '{"apiKey": do-not-show');
  const broken = await again('--credentials-from', 'broken.json');
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /broken\.json holds no JSON object/);
  assert.doesNotMatch(broken.stderr, /do-not-show/);
});

test('parts of an address are filled by the connection, and checked', async (t) => {
  await using server = await serve((_, response) => json(response, 200, {}));
  const variables = { path: { default: 'v1', enum: ['v1', 'v2'] } };
  const { run, add } = house(t, {
    ...thingsWith({ kind: 'none' }),
    servers: { api: { url: `${server.url}/{path}`, variables } },
  });
  assert.equal((await add('--variable', 'path=v2', ...PRIVATE)).code, 0);
  assert.equal((await run('call', 'acme', 'things.get')).code, 0);
  assert.equal(server.seen[0]?.url, '/v2/things');
  assert.match((await add('--variable', 'path=v3')).stderr, /expected one of v1, v2/);
  assert.match((await add('--variable', 'host=x')).stderr, /have no part 'host'[^]*Parts: path/);
  assert.match((await add('--server', 'other=https://x.example')).stderr, /has no server 'other'/);
});

test('a person consents in the browser to a connector of a document', async (t) => {
  await using server = await oauthServer();
  const auth = {
    kind: 'oauth2',
    grant: 'authorization_code',
    authorizeUrl: '/authorize',
    tokenUrl: '/token',
    identity: { path: '/me', name: 'data.email' },
  };
  const pages: Promise<number>[] = [];
  const browse = async (address: string): Promise<number> => {
    const answer = await fetch(address, { redirect: 'manual' });
    return (await fetch(answer.headers.get('location') ?? '')).status;
  };
  const { run, add } = house(
    t,
    { ...thingsWith(auth), servers: { api: server.url } },
    {
      env: { ACME_CLIENT_SECRET: 'client-secret-1' },
      onStderr: (text) => {
        const address = /^ {2}(http\S+\/authorize\S+)$/m.exec(text)?.[1];
        if (address !== undefined) pages.push(browse(address));
      },
    },
  );
  const line = ['--oauth', '--port', '0', '--client-id', 'client-1', '--scope', 'a', 'b'];
  const added = await add(...line, ...PRIVATE);
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /acme is connected to Acme and works/);
  assert.deepEqual(await Promise.all(pages), [200]);
  assert.equal((await run('call', 'acme', 'things.get')).code, 0);
  server.expire();
  assert.equal((await run('call', 'acme', 'things.get')).code, 0);
  server.end();
  const ended = await run('call', 'acme', 'things.get');
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /the connection 'acme' is disabled/);
});
