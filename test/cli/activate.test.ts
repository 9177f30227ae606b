import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import type { ActivateSummary } from '../../src/activate/run.ts';
import { cli, folder, type Outcome } from './command-line.ts';

describe('activate and explain', () => {
  let sandbox: Sandbox;
  let cwd: string;
  before(async () => {
    sandbox = await startSandbox({
      plan: 'unlimited',
      users: 4,
      meetings: 3,
      participants: 6,
      webinars: 2,
      readLag: 0,
    });
    cwd = mkdtempSync(join(tmpdir(), 'trunkline-cli-'));
    writeFileSync(
      join(cwd, 'trunkline.yaml'),
      'lists: { meeting_participants: 15 }\nbrevo: { read_lag_seconds: 0 }\n',
    );
  });
  after(async () => {
    await sandbox.close();
    rmSync(cwd, { recursive: true, force: true });
  });
  const run = (...argv: string[]): Promise<Outcome> =>
    cli({ cwd, env: { ...sandbox.env, ZOOM_PLAN: 'unlimited', BREVO_PLAN: 'unlimited' } }, ...argv);
  const size = (name: string): number => sandbox.brevo.collections(name)?.length ?? 0;

  test('a dry run says so, and sends nothing', async () => {
    const contacts = size('contacts');
    const { code, stdout, stderr } = await run('activate', '--since', '30d', '--dry-run');
    assert.equal(code, 0);
    assert.match(stdout, /^Dry run: nothing was sent/);
    assert.match(stdout, /\d+ would be created/);
    assert.match(stdout, /Would call +zoom: /);
    assert.equal(size('contacts'), contacts);
    // Without a terminal, progress is one line for each phase.
    assert.match(stderr, /^looking for meetings and webinars: \d+ users\n/);
    assert.doesNotMatch(stderr, /\r/);
  });

  test('--no-events sends contacts only', async () => {
    const { code, stdout } = await run('activate', '--since', '30d', '--no-events', '--json');
    assert.equal(code, 0);
    const summary = JSON.parse(stdout) as ActivateSummary;
    assert.ok(summary.contacts.created > 5);
    assert.deepEqual(summary.events.sent, {});
    assert.equal(size('events'), 0);
  });

  test('the summary tells what was done in words, and a second run sends nothing', async () => {
    const { code, stdout } = await run('activate', '--since', '30d');
    assert.equal(code, 0);
    assert.match(stdout, /Looked at +\d+ meetings, \d+ webinars?; /);
    assert.match(stdout, /Contacts +0 created, 0 updated, \d+ unchanged/);
    assert.match(stdout, /Events +.*\d+ meeting_attended/);
    assert.match(stdout, /Not matched: \d+ people/);
    assert.match(stdout, /joined as a guest[^→]*\n {5}→ Require registration/);
    assert.match(stdout, /Took +\d/);
    const events = size('events');
    assert.ok(events > 0);
    const again = await run('activate', '--since', '30d', '--json');
    assert.equal(again.code, 0);
    assert.deepEqual((JSON.parse(again.stdout) as ActivateSummary).events.sent, {});
    assert.equal(size('events'), events);
  });

  test('explain begins with the verdict, and shows facts and deliveries', async () => {
    const people = sandbox.brevo.collections('contacts') as { email: string }[];
    const email = people.at(-1)?.email ?? '';
    const { code, stdout } = await run('explain', email.toUpperCase());
    assert.equal(code, 0);
    const [first, second] = stdout.split('\n');
    assert.equal(first, email);
    assert.match(second ?? '', /^The contact is up to date; /);
    assert.match(stdout, /Seen in Zoom\nWHEN \(UTC\) +WHAT +TOPIC/);
    assert.match(stdout, /Deliveries to Brevo\nEFFECT +STATE/);
    assert.match(stdout, /FIRSTNAME = /);
    const json = await run('explain', email, '--json');
    assert.equal((JSON.parse(json.stdout) as { email: string }).email, email);
  });

  test('explain of an unknown address says so and what may be the reason', async () => {
    const { code, stdout } = await run('explain', 'nobody@example.com');
    assert.equal(code, 0);
    assert.match(stdout, /Nobody with this address was seen/);
    const wrong = await run('explain', 'nobody');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /'nobody' is not an e-mail address/);
  });

  test('a range without meetings is no failure', async () => {
    const { code, stdout } = await run('activate', '--since', '2026-01-01', '--until', '2026-01-02');
    assert.equal(code, 0);
    assert.match(stdout, /0 meetings, 0 webinars; nothing was held in this time/);
  });

  test('times that make no sense are wrong usage', async () => {
    const bad = await run('activate', '--since', 'banana');
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /'banana' is not a time; expected a date/);
    const order = await run('activate', '--since', '1d', '--until', '2d', '--json');
    assert.equal(order.code, 2);
    assert.match(order.stdout, /must be before --until/);
    assert.equal(order.stderr, '');
  });

  test('doctor shows what was checked', async () => {
    const { code, stdout, stderr } = await run('doctor');
    assert.equal(code, 0);
    assert.match(stdout, /^✓ {2}configuration +trunkline\.yaml/);
    assert.match(stdout, /✓ {2}brevo attributes and lists/);
    assert.match(stderr, /All is ready.* trunkline activate --dry-run/);
    const json = await run('doctor', '--json');
    assert.ok((JSON.parse(json.stdout) as { state: string }[]).every(({ state }) => state === 'ok'));
  });

  test('credentials that are wrong fail; credentials that are missing are wrong configuration', async (t) => {
    const env = { ...sandbox.env, ZOOM_CLIENT_SECRET: 'not-the-secret' };
    const wrong = await cli({ cwd: folder(t), env }, 'doctor', '--json');
    assert.equal(wrong.code, 1);
    assert.doesNotMatch(wrong.stdout, /not-the-secret/);
    const missing = await cli({ cwd: folder(t) }, 'doctor');
    assert.equal(missing.code, 2);
    assert.match(missing.stdout, /✗ {2}zoom credentials +3 problems/);
  });

  test('what is to be sent ends when the person wants it to', async (t) => {
    const stop = new AbortController();
    const slow = await startSandbox({ users: 2, latency: 100 });
    t.after(() => slow.close());
    setTimeout(() => stop.abort(), 400);
    const startedAt = Date.now();
    const { code, stderr } = await cli(
      { cwd: folder(t), env: slow.env, signal: stop.signal },
      'activate',
      '--since',
      '30d',
    );
    assert.equal(code, 130);
    assert.match(stderr, /interrupted; what was sent is on record/);
    assert.ok(Date.now() - startedAt < 3000);
  });
});

test('every problem of the configuration is shown at once', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'trunkline.yaml'), 'brevo:\n  plan: gold\nlog_level: loud\n');
  const { code, stdout, stderr } = await cli({ cwd }, 'activate');
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^error: 2 problems in the configuration:\n {2}trunkline\.yaml:2:9 /);
  assert.match(stderr, /\n {2}trunkline\.yaml:3:12 /);
  const doctor = await cli({ cwd }, 'doctor', '--json');
  assert.equal(doctor.code, 2);
  assert.equal((JSON.parse(doctor.stdout) as { check: string }[])[0]?.check, 'configuration');
  const missing = await cli({ cwd: folder(t) }, 'activate', '--config', 'none.yaml', '--json');
  assert.equal(missing.code, 2);
  assert.match(missing.stdout, /none\.yaml/);
});
