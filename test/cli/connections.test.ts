import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { cli, folder, type Outcome } from './command-line.ts';

const SMALL = { users: 2, meetings: 0, webinars: 0, plan: 'unlimited' } as const;

/** The environment of a person who knows the app, but has set up nothing else. */
function appEnv(sandbox: Sandbox): Record<string, string> {
  const { ZOOM_API_URL = '', ZOOM_OAUTH_URL = '' } = sandbox.env;
  return { ZOOM_API_URL, ZOOM_OAUTH_URL };
}

/** Runs `connections add zoom --oauth` and does what the person does with the address that it prints. */
async function addByConsent(
  t: TestContext,
  sandbox: Sandbox,
  cwd: string,
  ...more: string[]
): Promise<Outcome & { pages: number[] }> {
  const { clientId, clientSecret } = sandbox.zoom.credentials;
  const pages: number[] = [];
  const write = (text: string): void => {
    const address = /^ {2}(http\S+\/authorize\S+)$/m.exec(text)?.[1];
    if (address !== undefined && !more.includes('--ignore')) void browse(address, pages);
  };
  const given = more.filter((one) => one !== '--ignore');
  const env = { ...appEnv(sandbox), ZOOM_CLIENT_SECRET: clientSecret };
  const line = ['connections', 'add', 'zoom', '--oauth', '--name', 'zoom-ada', '--port', '0', ...given];
  const outcome = await cli({ cwd, env, onStderr: write }, ...line, '--client-id', clientId);
  return { ...outcome, pages };
}

async function browse(address: string, pages: number[]): Promise<void> {
  const answer = await fetch(address, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  const forged = new URL(back);
  forged.searchParams.set('state', 'forged');
  // Somebody else's answer comes first, and must not end the waiting.
  pages.push((await fetch(forged)).status);
  pages.push((await fetch(back)).status);
}

test('a consent in the browser adds a connection that is listed, tested, called and removed', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  const cwd = folder(t);
  const added = await addByConsent(t, sandbox, cwd);
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /zoom-ada is connected to Zoom and works/);
  assert.deepEqual(added.pages, [400, 200]);
  const env = appEnv(sandbox);
  const list = await cli({ cwd, env }, 'connections', 'list', '--json');
  const row = (JSON.parse(list.stdout) as Record<string, unknown>[]).find(({ name }) => name === 'zoom-ada');
  assert.equal(row?.['ready'], true);
  assert.equal(row?.['source'], 'stored');
  assert.equal(row?.['checkResult'], 'ok');
  const tested = await cli({ cwd, env }, 'connections', 'test', 'zoom-ada', '--json');
  assert.deepEqual(JSON.parse(tested.stdout), { name: 'zoom-ada', ok: true });
  const called = await cli({ cwd, env }, 'call', 'zoom-ada', 'users.me', '--json');
  assert.equal(called.code, 0, called.stdout);
  const listed = await cli({ cwd, env }, 'actions', 'zoom-ada', '--json');
  const actions = JSON.parse(listed.stdout) as Record<string, unknown>[];
  assert.deepEqual([actions[0]?.['name'], actions[0]?.['connector']], ['users.create', 'zoom-ada']);
  const typed = async (...words: string[]) =>
    (await cli({ cwd, env }, 'completion', 'words', '--', ...words)).stdout.trim().split('\n');
  for (const command of ['call', 'actions', 'streams']) {
    assert.deepEqual(await typed(command, 'zoom'), ['zoom', 'zoom-ada'], command);
  }
  assert.deepEqual(await typed('call', 'zoom-ada', 'users.l'), ['users.list']);
  assert.deepEqual(await typed('call', 'zoom-ada', 'users.list', '--st'), ['--status']);
  const refused = await cli({ cwd, env }, 'connections', 'remove', 'zoom-ada');
  assert.equal(refused.code, 2);
  const removed = await cli({ cwd, env }, 'connections', 'remove', 'zoom-ada', '--revoke', '--yes');
  assert.equal(removed.code, 0, removed.stderr);
  const gone = await cli({ cwd, env }, 'connections', 'test', 'zoom-ada');
  assert.equal(gone.code, 2);
  const { clientSecret } = sandbox.zoom.credentials;
  for (const { stdout, stderr } of [added, list, tested, called, removed, gone]) {
    assert.ok(!`${stdout}${stderr}`.includes(clientSecret));
    assert.doesNotMatch(`${stdout}${stderr}`, /eyJ[\w-]+\.eyJ/);
  }
});

test('who declines gets a clear end, and nothing is kept', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  sandbox.zoom.switches.denyConsent = true;
  const cwd = folder(t);
  const { code, stderr } = await addByConsent(t, sandbox, cwd);
  assert.equal(code, 1);
  assert.match(stderr, /error: the access was declined/);
  const list = await cli({ cwd }, 'connections', 'list');
  assert.doesNotMatch(list.stdout, /zoom-ada/);
});

test('when nobody consents in time, it ends with what to do', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  const { code, stderr } = await addByConsent(t, sandbox, folder(t), '--ignore', '--timeout', '1');
  assert.equal(code, 1);
  assert.match(stderr, /nobody consented within 1 s/);
});

test('credentials come from flags and the environment; what is missing or unknown is named, never shown', async (t) => {
  await using sandbox = await startSandbox(SMALL);
  const cwd = folder(t);
  const { accountId, clientId, clientSecret } = sandbox.zoom.credentials;
  const env = appEnv(sandbox);
  const line = ['connections', 'add', 'zoom', '--name', 'emea', '--credential', `account_id=${accountId}`];
  const missing = await cli({ cwd, env }, ...line, '--client-id', clientId);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /not given: clientSecret/);
  assert.match(missing.stderr, /ZOOM_CLIENT_SECRET/);
  const unknown = await cli({ cwd, env }, ...line, '--api-key', 'do-not-show-me');
  assert.equal(unknown.code, 2);
  assert.doesNotMatch(unknown.stderr, /do-not-show-me/);
  const secret = { ...env, ZOOM_CLIENT_SECRET: clientSecret };
  const taken = await cli({ cwd, env: secret }, 'connections', 'add', 'zoom');
  assert.match(taken.stderr, /has a connection 'zoom' already/);
  const added = await cli({ cwd, env: secret }, ...line, '--client-id', clientId, '--json');
  assert.equal(added.code, 0, added.stdout);
  assert.deepEqual(JSON.parse(added.stdout), {
    name: 'emea',
    connector: 'zoom',
    account: `zoom:${accountId}`,
    checked: true,
  });
  const wrong = await cli(
    { cwd, env: { ...env, TRUNKLINE_SECRET_KEY: 'another key' } },
    'connections',
    'test',
    'emea',
  );
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /encrypted with the key [0-9a-f]{8}/);
});
