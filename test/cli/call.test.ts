import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { cli, folder, type Outcome } from './command-line.ts';

let sandbox: Sandbox;
let cwd: string;
before(async () => {
  sandbox = await startSandbox({ plan: 'unlimited', users: 7, readLag: 0 });
  cwd = mkdtempSync(join(tmpdir(), 'trunkline-cli-'));
});
after(async () => {
  await sandbox.close();
  rmSync(cwd, { recursive: true, force: true });
});

const call = (...argv: string[]): Promise<Outcome> =>
  cli({ cwd, env: { ...sandbox.env, ZOOM_PLAN: 'unlimited', BREVO_PLAN: 'unlimited' } }, 'call', ...argv);
const contact = (email: string) =>
  (sandbox.brevo.collections('contacts') as { email: string; listIds: number[]; attributes: object }[]).find(
    (one) => one.email === email,
  );

test('a list is called with flags made from its schema', async () => {
  const { code, stdout, stderr } = await call('zoom', 'users.list', '--status', 'active', '--page-size=2');
  assert.equal(code, 0);
  assert.equal(stderr, '');
  const answer = JSON.parse(stdout) as { users: unknown[]; page_size: number };
  assert.equal(answer.users.length, 2);
  assert.equal(answer.page_size, 2);
});

test('--all reads every page, one row a line', async () => {
  const { code, stdout } = await call('zoom', 'users.list', '--all', '--page-size', '2');
  assert.equal(code, 0);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { email: string });
  assert.ok(rows.length > 3);
  assert.ok(rows.every(({ email }) => email.includes('@')));
});

test('--json prints one line, also when it stands before the connector', async () => {
  for (const argv of [
    ['zoom', 'users.list', '--page-size', '1', '--json'],
    ['--json', 'zoom', 'users.list', '--page-size', '1'],
  ]) {
    const { stdout } = await call(...argv);
    assert.equal(stdout.split('\n').length, 2);
    assert.ok(JSON.parse(stdout));
  }
});

test('lists, maps, repeated flags and --input work together, and flags win', async () => {
  writeFileSync(join(cwd, 'contact.json'), '{"email":"old@example.com","listIds":[4],"ext_id":"77"}');
  const { code, stdout } = await call(
    'brevo',
    'contacts.upsert',
    '--input',
    '@contact.json',
    '--email',
    'new@example.com',
    '--attributes',
    '{"FIRSTNAME":"Ada"}',
    '--list-ids',
    '15',
    '--list-ids',
    '16',
  );
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as { created: boolean }).created, true);
  assert.deepEqual(contact('new@example.com')?.listIds, [15, 16]);
  assert.equal(contact('old@example.com'), undefined);
});

test('--input - reads stdin', async () => {
  const { code } = await cli(
    { cwd, env: sandbox.env, stdin: '{"email":"piped@example.com"}' },
    'call',
    'brevo',
    'contacts.upsert',
    '--input',
    '-',
  );
  assert.equal(code, 0);
  assert.ok(contact('piped@example.com'));
});

test('an input that is not JSON, no object or not there is wrong usage', async () => {
  for (const input of ['{', '[1]', '3', '@missing.json']) {
    const { code, stderr } = await call('zoom', 'users.list', '--input', input);
    assert.equal(code, 2, input);
    assert.match(stderr, /error: --input/, input);
  }
});

test('a wrong input names the flag, what was expected, and an example; nothing is sent', async () => {
  const { code, stdout, stderr } = await call(
    'zoom',
    'users.list',
    '--status',
    'gone',
    '--page-size',
    'many',
  );
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /--status: must be one of active, inactive, pending/);
  assert.match(stderr, /--page-size: expected number/);
  assert.match(stderr, /→ Example: trunkline call zoom users\.list --status active --page-size 300/);
});

test('a missing field is named with what it is, and needs no credentials to be found', async (t) => {
  const { code, stdout } = await cli({ cwd: folder(t) }, 'call', 'zoom', 'meetings.get', '--json');
  assert.equal(code, 2);
  const { error } = JSON.parse(stdout) as {
    error: { kind: string; fields: { field: string; message: string }[] };
  };
  assert.equal(error.kind, 'input');
  assert.equal(error.fields[0]?.field, 'meetingId');
  assert.match(error.fields[0].message, /^is required; expected text \(Number of the meeting/);
});

test('an unknown flag of an action is wrong usage, with the nearest one', async () => {
  const { code, stderr } = await call('zoom', 'users.list', '--pagesize', '3');
  assert.equal(code, 2);
  assert.match(stderr, /Did you mean --page-size\?\n {2}→ See trunkline call zoom users\.list --help/);
});

test('the help of an action lists every field with type, choices and description', async () => {
  const { code, stdout } = await call('zoom', 'users.list', '--help');
  assert.equal(code, 0);
  assert.match(stdout, /--status <active\|inactive\|pending> +One status a call/);
  assert.match(stdout, /--page-size <number> +Rows per page, at most 2000\./);
  assert.match(stdout, /zoom_workforce_management, zoom_compliance_management/);
  assert.match(stdout, /scope user:read:list_users:admin/);
  assert.match(stdout, /--all/);
  const other = await call('brevo', 'contacts.upsert', '--help');
  assert.match(other.stdout, /Fields that it needs:\n {2}--email <text>/);
  assert.match(other.stdout, /--list-ids <number> +.*May be repeated/);
  assert.doesNotMatch(other.stdout, /--all/);
});

test('unknown actions and connectors are wrong usage, with the nearest names', async () => {
  const action = await call('zoom', 'user.lst');
  assert.equal(action.code, 2);
  assert.match(action.stderr, /zoom has no action 'user\.lst'\n {2}→ Did you mean users\.list/);
  const connector = await call('zooom', 'users.list');
  assert.equal(connector.code, 2);
  assert.match(connector.stderr, /there is no connector 'zooom'\n {2}→ There are: zoom, brevo/);
  const none = await call('zoom');
  assert.equal(none.code, 2);
  assert.match(none.stderr, /the action is missing; zoom has: .*users\.list/s);
});

test('--all of something that is no list is wrong usage', async () => {
  const { code, stderr } = await call('brevo', 'account.get', '--all');
  assert.equal(code, 2);
  assert.match(stderr, /is not a list/);
});

test('nothing is destroyed without --yes where nobody can be asked', async () => {
  await call('brevo', 'contacts.upsert', '--email', 'gone@example.com');
  const refused = await call('brevo', 'contacts.remove', '--email', 'gone@example.com');
  assert.equal(refused.code, 2);
  assert.equal(refused.stdout, '');
  assert.match(refused.stderr, /cannot be undone\n {2}→ Add --yes/);
  assert.ok(contact('gone@example.com'));
  const done = await call('brevo', 'contacts.remove', '--email', 'gone@example.com', '--yes');
  assert.equal(done.code, 0);
  assert.equal(done.stdout, '');
  assert.equal(contact('gone@example.com'), undefined);
});

test('an empty answer is null with --json', async () => {
  await call('brevo', 'contacts.upsert', '--email', 'null@example.com');
  const { stdout } = await call('brevo', 'contacts.remove', '--email', 'null@example.com', '--yes', '--json');
  assert.equal(stdout, 'null\n');
});

test('what the other system refuses is a failure, not wrong usage, and shows no secret', async () => {
  const { code, stdout, stderr } = await call('zoom', 'users.get', '--user-id', 'nobody@example.com');
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^error: Zoom refused users\.get/);
  assert.match(stderr, /\n {2}→ /);
  const json = await cli(
    { cwd, env: { ...sandbox.env, BREVO_API_KEY: 'xkeysib-wrong-and-secret' } },
    'call',
    'brevo',
    'account.get',
    '--json',
    '--log-level',
    'debug',
  );
  assert.equal(json.code, 1);
  assert.equal((JSON.parse(json.stdout) as { error: { kind: string } }).error.kind, 'auth');
  assert.doesNotMatch(json.stdout + json.stderr, /wrong-and-secret/);
});
