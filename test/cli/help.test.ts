import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli, folder } from './command-line.ts';

const COMMANDS = [
  'demo',
  'sandbox',
  'init',
  'doctor',
  'activate',
  'explain',
  'connectors',
  'connectors list',
  'connectors show',
  'connections',
  'connections list',
  'connections add',
  'connections test',
  'connections remove',
  'actions',
  'streams',
  'call',
  'call zoom users.list',
  'call brevo contacts.remove',
];

test('every command has a help with a purpose and an example that begins with its name', async (t) => {
  const cwd = folder(t);
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await cli({ cwd }, ...command.split(' '), '--help');
    assert.equal(code, 0, command);
    assert.equal(stderr, '', command);
    assert.match(stdout, new RegExp(`^Usage: trunkline ${command}`), command);
    assert.match(stdout, new RegExp(String.raw`Examples?:\n {2}trunkline ${command}`), command);
    const group = command === 'connectors' || command === 'connections';
    if (!group) assert.match(stdout, /--json/, command);
  }
});

test('help fits the width of the screen', async (t) => {
  const { stdout } = await cli(
    { cwd: folder(t), env: { COLUMNS: '80' } },
    'call',
    'zoom',
    'users.list',
    '--help',
  );
  const wide = stdout.split('\n').filter((line) => line.length > 80 && !line.includes('https://'));
  assert.deepEqual(wide, []);
});

test('the first screen names every command', async (t) => {
  const { code, stdout } = await cli({ cwd: folder(t) }, '--help');
  assert.equal(code, 0);
  for (const command of COMMANDS.filter((name) => !name.includes(' '))) {
    assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
  }
});

test('no command at all is wrong usage, and shows the help on stderr', async (t) => {
  const { code, stdout, stderr } = await cli({ cwd: folder(t) });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^Usage: trunkline/);
});

test('an unknown command or option is wrong usage, with the nearest one', async (t) => {
  const cwd = folder(t);
  const command = await cli({ cwd }, 'activte');
  assert.equal(command.code, 2);
  assert.match(command.stderr, /unknown command 'activte'\n {2}→ Did you mean activate\?/);
  const option = await cli({ cwd }, 'activate', '--dryrun');
  assert.equal(option.code, 2);
  assert.match(option.stderr, /--dry-run\?\n {2}→ See trunkline activate --help/);
  const value = await cli({ cwd }, 'sandbox', '--port', 'many');
  assert.equal(value.code, 2);
  assert.match(value.stderr, /a whole number from 0 to 65535/);
  const argument = await cli({ cwd }, 'explain');
  assert.equal(argument.code, 2);
  assert.match(argument.stderr, /missing required argument 'email'/);
});

test('wrong usage with --json is one JSON document on stdout', async (t) => {
  const { code, stdout, stderr } = await cli({ cwd: folder(t) }, 'activate', '--json', '--sinc', '3');
  assert.equal(code, 2);
  assert.equal(stderr, '');
  const { error } = JSON.parse(stdout) as { error: { kind: string; message: string } };
  assert.equal(error.kind, 'input');
  assert.equal(error.message, "unknown option '--sinc'");
});

test('the version is that of the package', async (t) => {
  const { stdout } = await cli({ cwd: folder(t) }, '--version');
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});
