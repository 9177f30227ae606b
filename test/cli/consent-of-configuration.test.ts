import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSandbox } from '../../src/sandbox/index.ts';
import { cli, folder } from './command-line.ts';

const SMALL = { users: 2, meetings: 0, webinars: 0, plan: 'unlimited' } as const;

test('a connection of the configuration signs in as the person who consented to it', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  const cwd = folder(t);
  const { clientId, clientSecret } = sandbox.zoom.credentials;
  const file = `
    connections:
      zoom-ada:
        connector: zoom
        auth: oauth
        credentials: { client_id: ${clientId}, client_secret: "\${ADA_SECRET}" }
        servers: { oauth: ${sandbox.env['ZOOM_OAUTH_URL']} }`;
  writeFileSync(join(cwd, 'trunkline.yaml'), file);
  const env = { ADA_SECRET: clientSecret };

  const early = await cli({ cwd, env }, 'call', 'zoom-ada', 'users.me');
  assert.equal(early.code, 1);
  assert.match(early.stderr, /nobody has consented to the connection 'zoom-ada' yet/);
  assert.match(early.stderr, /trunkline connections add zoom-ada --oauth/);
  const before = await cli({ cwd, env }, 'connections', 'list', '--json');
  const rowOf = (text: string) =>
    (JSON.parse(text) as Record<string, unknown>[]).find(({ name }) => name === 'zoom-ada');
  assert.deepEqual(
    [rowOf(before.stdout)?.['ready'], rowOf(before.stdout)?.['source']],
    [false, 'configuration'],
  );

  const onStderr = (text: string): void => {
    const address = /^ {2}(http\S+\/authorize\S+)$/m.exec(text)?.[1];
    if (address !== undefined) void fetch(address);
  };
  const added = await cli({ cwd, env, onStderr }, 'connections', 'add', 'zoom-ada', '--oauth', '--port', '0');
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /zoom-ada is connected to Zoom and works/);
  const after = await cli({ cwd, env }, 'connections', 'list', '--json');
  assert.deepEqual(
    [rowOf(after.stdout)?.['ready'], rowOf(after.stdout)?.['source']],
    [true, 'configuration'],
  );
  const called = await cli({ cwd, env }, 'call', 'zoom-ada', 'users.me', '--json');
  assert.equal(called.code, 0, called.stderr);

  const taken = await cli({ cwd, env }, 'connections', 'add', 'zoom', '--name', 'zoom-ada');
  assert.equal(taken.code, 2, 'without a consent there is nothing to add to it');
  const removed = await cli({ cwd, env }, 'connections', 'remove', 'zoom-ada', '--yes');
  assert.equal(removed.code, 0, removed.stderr);
  const late = await cli({ cwd, env }, 'call', 'zoom-ada', 'users.me');
  assert.match(late.stderr, /nobody has consented/);
});

test('an app without a secret is a public client: PKCE proves each consent, and its tokens are renewed', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  const cwd = folder(t);
  const { ZOOM_OAUTH_URL = '' } = sandbox.env;
  const { clientId } = sandbox.zoom.credentials;
  const env = { ZOOM_OAUTH_URL, ZOOM_CLIENT_ID: clientId };
  const onStderr = (text: string): void => {
    const address = /^ {2}(http\S+\/authorize\S+)$/m.exec(text)?.[1];
    if (address !== undefined) void fetch(address);
  };
  // Tokens that end at once: every call needs a new pair.
  const switches = { method: 'POST', body: JSON.stringify({ accessTokenSeconds: 1 }) };
  assert.equal((await fetch(`${sandbox.url}/__sandbox/faults`, switches)).status, 200);
  const added = await cli(
    { cwd, env, onStderr },
    'connections',
    'add',
    'zoom',
    '--oauth',
    '--name',
    'zoom-ada',
    '--port',
    '0',
  );
  assert.equal(added.code, 0, added.stderr);
  for (let i = 0; i < 2; i++) {
    const called = await cli({ cwd, env }, 'call', 'zoom-ada', 'users.me', '--json');
    assert.equal(called.code, 0, called.stderr);
  }
  const stats = (await (await fetch(`${sandbox.url}/__sandbox/stats`)).json()) as {
    zoom: { tallies: Record<string, number> };
  };
  assert.ok((stats.zoom.tallies['refreshes'] ?? 0) >= 2, 'the pair was renewed without a secret');
  const removed = await cli({ cwd, env }, 'connections', 'remove', 'zoom-ada', '--revoke', '--yes');
  assert.equal(removed.code, 0, removed.stderr);
});
