import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { loadConfig } from '../../src/app/index.ts';
import { configText, DEFAULT_ANSWERS, envText } from '../../src/cli/init-files.ts';
import { cli, folder } from './command-line.ts';

test('init --yes writes a configuration that is valid, and an .env that only its owner can read', async (t) => {
  const cwd = folder(t);
  const { code, stdout } = await cli({ cwd }, 'init', '--yes');
  assert.equal(code, 0);
  assert.match(stdout, /✓ trunkline\.yaml +written/);
  assert.match(stdout, /1\. fill in \.env: ZOOM_ACCOUNT_ID.*BREVO_API_KEY/s);
  assert.equal(statSync(join(cwd, '.env')).mode & 0o777, 0o600);
  // Nothing is wrong with the file itself: only the values are missing.
  const { code: connections, stdout: list } = await cli({ cwd }, 'connections', 'list');
  assert.equal(connections, 0);
  assert.match(list, /^zoom .*not set: ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET/m);
});

test('init --yes leaves alone what is there', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'trunkline.yaml'), '# mine\n');
  writeFileSync(join(cwd, '.env'), 'MINE=1\n');
  const { code, stdout } = await cli({ cwd }, 'init', '--yes', '--json');
  assert.equal(code, 0);
  const { files } = JSON.parse(stdout) as { files: { file: string; state: string }[] };
  assert.deepEqual(
    files.map(({ file, state }) => `${file} ${state}`),
    ['trunkline.yaml kept', '.env kept'],
  );
  assert.equal(readFileSync(join(cwd, 'trunkline.yaml'), 'utf8'), '# mine\n');
  assert.equal(readFileSync(join(cwd, '.env'), 'utf8'), 'MINE=1\n');
});

test('init asks nobody where nobody can answer', async (t) => {
  const { code, stderr } = await cli({ cwd: folder(t) }, 'init');
  assert.equal(code, 2);
  assert.match(stderr, /→ Add --yes/);
});

test('answers arrive in the configuration as they were given', () => {
  const text = configText({
    ...DEFAULT_ANSWERS,
    zoomPlan: 'business',
    lists: { meetingParticipants: '15', webinarAttendees: 'Webinar "VIP": ${x}', webinarRegistrants: ' ' },
    ensure: true,
  });
  const config = loadConfig({
    env: { ZOOM_ACCOUNT_ID: 'a', ZOOM_CLIENT_ID: 'b', ZOOM_CLIENT_SECRET: 'c', BREVO_API_KEY: 'd' },
    cwd: '/nowhere',
    readFile: (path) => (path === '/nowhere/trunkline.yaml' ? text : undefined),
  });
  assert.equal(config.zoom.plan, 'business');
  assert.deepEqual(config.lists, {
    meetingParticipants: 15,
    webinarAttendees: 'Webinar "VIP": ${x}',
    webinarRegistrants: null,
  });
  assert.equal(config.brevo.ensureAttributes, true);
  assert.equal(config.brevo.apiKey?.reveal(), 'd');
  assert.equal(config.zoom.webhook.secretTokens.length, 0);
});

test('answers are put into an .env that exists, and its other lines stay', () => {
  const before = 'OTHER=1\nexport ZOOM_CLIENT_SECRET=old # note\nBREVO_API_KEY=keep';
  const secrets = { ZOOM_ACCOUNT_ID: 'plain', ZOOM_CLIENT_SECRET: "it's # $& a secret" };
  const after = envText(before, { ...DEFAULT_ANSWERS, secrets });
  assert.deepEqual(
    { ...parseEnv(after) },
    {
      OTHER: '1',
      ZOOM_CLIENT_SECRET: "it's # $& a secret",
      BREVO_API_KEY: 'keep',
      ZOOM_ACCOUNT_ID: 'plain',
      ZOOM_CLIENT_ID: '',
      ZOOM_WEBHOOK_SECRET: '',
    },
  );
});
