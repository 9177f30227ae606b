import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { ExtractionPlan, ExtractionReport } from '../../src/app/index.ts';
import { connectors } from '../../src/catalog.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { cli, folder, type Outcome } from './command-line.ts';

const { zoom } = connectors;

/** The rows of a table. */
function rows(file: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

describe('extract', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ plan: 'unlimited', users: 4, meetings: 2, participants: 4, webinars: 1 });
  });
  after(() => sandbox.close());

  const env = (more: Record<string, string> = {}): Record<string, string> => ({
    ...sandbox.env,
    ZOOM_PLAN: 'unlimited',
    ...more,
  });
  const run = (cwd: string, ...argv: string[]): Promise<Outcome> =>
    cli({ cwd, env: env() }, 'extract', ...argv);
  const count = (cwd: string, table: string): number =>
    Number(rows(join(cwd, 'zoom.db'), `SELECT count(*) AS n FROM ${table}`)[0]?.['n']);

  test('streams go to a database, and the second run writes nothing', async (t) => {
    const cwd = folder(t);
    const first = await run(cwd, 'users', 'meetings');
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.match(
      first.stdout,
      /^zoom to sqlite:\.\/zoom\.db\n\nSTREAM +ROWS +WRITTEN +CALLS\nusers +4 +4 +\d+\nmeetings /,
    );
    assert.match(first.stdout, /\nCalls +\d+: .*medium.*; none was refused as too fast \(429\)\nTook /);
    assert.match(first.stdout, /\nData +sqlite:\.\/zoom\.db\n$/);
    assert.equal(count(cwd, 'users'), 4);
    const again = await run(cwd, 'users', 'meetings', '--json');
    assert.equal(again.code, 0);
    const report = JSON.parse(again.stdout) as ExtractionReport;
    assert.deepEqual([report.from, report.to, report.outcome], ['zoom', 'sqlite:./zoom.db', 'done']);
    assert.deepEqual(
      report.streams.map(({ stream, written }) => [stream, written]),
      [
        ['users', 0],
        ['meetings', 0],
      ],
    );
  });

  test('without names all is read that the app may read; parts that are skipped give 3', async (t) => {
    const cwd = folder(t);
    const few = await narrow(t, [
      'users',
      'meetings',
      'meeting_instances',
      'webinars',
      'report_meetings',
      'roles',
    ]);
    const { code, stdout } = await cli({ cwd, env: few }, 'extract', '--json');
    const report = JSON.parse(stdout) as ExtractionReport;
    assert.equal(code, 3, stdout.slice(0, 3000));
    const read = new Set(report.streams.map(({ stream }) => stream));
    for (const name of ['users', 'meetings', 'report_meetings', 'webinars']) assert.ok(read.has(name), name);
    const left = new Map(report.leftOut.map((one) => [one.stream, one]));
    assert.deepEqual(left.get('meeting_polls'), {
      stream: 'meeting_polls',
      scope: 'meeting:read:list_polls:admin',
    });
    // Its own scope is there, that of all that it hangs below is not.
    assert.equal(left.get('group_members')?.below ?? 'groups', 'groups');
    for (const name of left.keys()) assert.ok(!read.has(name), name);
    assert.ok(report.streams.some(({ skips }) => skips.length > 0));
    const shown = await cli({ cwd, env: few }, 'extract');
    assert.match(shown.stdout, /\nLeft out: \d+ streams for want of a scope: /);
    assert.match(shown.stdout, /\nSkipped: \d+\n +\d+ {2}\S/);
    assert.match(shown.stdout, /\d+ streams had nothing to read\.|WRITTEN/);
  });

  test('a stream that was named and lacks its scope fails aloud; one of a pattern is left out', async (t) => {
    const cwd = folder(t);
    const few = await narrow(t, ['users', 'meetings']);
    const named = await cli({ cwd, env: few }, 'extract', 'users', 'roles');
    assert.equal(named.code, 1, named.stdout);
    assert.match(named.stdout, /\nroles +0 +0 +\d+ +failed\n/);
    assert.match(named.stdout, /\nFailed: 1\n[^]*roles/);
    const pattern = await cli({ cwd, env: few }, 'extract', 'users', 'role*', '--json');
    assert.equal(pattern.code, 0, pattern.stdout);
    const { leftOut, streams } = JSON.parse(pattern.stdout) as ExtractionReport;
    assert.deepEqual(
      [leftOut.map(({ stream }) => stream), streams.map(({ stream }) => stream)],
      [['role_members', 'roles'], ['users']],
    );
    const none = await cli({ cwd, env: few }, 'extract', 'phone_*');
    assert.equal(none.code, 1);
    assert.match(
      none.stderr,
      /the app at Zoom has no scope for any of these streams\n {2}→ Add scopes to the app, such as phone:/,
    );
  });

  test('the statements of the documentation run', async (t) => {
    const cwd = folder(t);
    await run(cwd, 'users', 'webinars');
    const page = readFileSync(new URL('../../docs/extraction.md', import.meta.url), 'utf8');
    const [, block = ''] = /```sql\n([^]*?)```/.exec(page) ?? [];
    const statements = block.split(';').filter((one) => one.includes('SELECT'));
    assert.equal(statements.length, 6);
    const counts = statements.map((sql) => rows(join(cwd, 'zoom.db'), sql).length);
    assert.ok((counts[0] ?? 0) > 0 && (counts[1] ?? 0) > 0, counts.join());
  });

  test('a plan tells calls, limits and time, and makes no database', async (t) => {
    const cwd = folder(t);
    const { code, stdout } = await run(cwd, 'users', 'meetings', 'report_meetings', '--plan', '--json');
    assert.equal(code, 0);
    const plan = JSON.parse(stdout) as ExtractionPlan;
    assert.deepEqual(
      plan.streams.map(({ stream }) => stream),
      ['users', 'meetings', 'report_meetings'],
    );
    assert.ok(plan.probes > 0);
    assert.equal(existsSync(join(cwd, 'zoom.db')), false);
    const shown = await run(cwd, 'users', '--plan');
    assert.match(
      shown.stdout,
      /^zoom to sqlite:\.\/zoom\.db: what a run would ask for\n\nSTREAM +CALLS +ROWS +LIMIT/,
    );
    assert.match(
      shown.stdout,
      /\nAt least .*\. \d+ calls were made to find this out; nothing was written\.\n$/,
    );
  });

  test('a plan of a database that is there leaves it as it is', async (t) => {
    const cwd = folder(t);
    await run(cwd, 'users');
    const file = join(cwd, 'zoom.db');
    const known = rows(file, 'SELECT * FROM _trunkline_slices');
    const { code, stdout } = await run(cwd, 'users', 'meetings', '--plan');
    assert.equal(code, 0, stdout);
    assert.deepEqual(rows(file, 'SELECT * FROM _trunkline_slices'), known);
    assert.deepEqual(rows(file, "SELECT name FROM sqlite_master WHERE name = 'meetings'"), []);
  });

  test('a replication file says what goes where; the target and the account may each be one variable', async (t) => {
    const cwd = folder(t);
    writeFileSync(
      join(cwd, 'zoom.yaml'),
      [
        'source: ZOOM',
        'target: WAREHOUSE',
        'defaults: { mode: full-refresh, object: "zoom.all_{stream_name}" }',
        'streams:',
        '  users: { select: [email, status] }',
        '  meetings: { select: [-join_url], mode: incremental, object: m }',
        '  webinars: { disabled: true }',
      ].join('\n'),
    );
    const { ZOOM_ACCOUNT_ID: account, ZOOM_CLIENT_ID: client, ZOOM_CLIENT_SECRET: secret, ...others } = env();
    const bundle = {
      type: 'api',
      spec: 'zoom',
      secrets: { account_id: account, client_id: client, client_secret: secret },
      inputs: { anchor_date: '2026-01-01' },
    };
    const outcome = await cli(
      { cwd, env: { ...others, ZOOM: JSON.stringify(bundle), WAREHOUSE: 'sqlite:./dw.db' } },
      'extract',
      '-r',
      'zoom.yaml',
    );
    assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
    assert.match(outcome.stdout, /^zoom to sqlite:\.\/dw\.db\n/);
    assert.match(outcome.stdout, /This destination has no schemas/);
    assert.doesNotMatch(outcome.stdout + outcome.stderr, new RegExp(secret ?? '-'));
    const file = join(cwd, 'dw.db');
    const columns = Object.keys(rows(file, 'SELECT * FROM all_users')[0] ?? {}).filter(
      (one) => !one.startsWith('_'),
    );
    assert.deepEqual(columns.toSorted(), ['email', 'status']);
    assert.equal('join_url' in (rows(file, 'SELECT * FROM m')[0] ?? { join_url: 0 }), false);
  });

  test('the block extract of the configuration is used without a file', async (t) => {
    const cwd = folder(t);
    writeFileSync(
      join(cwd, 'trunkline.yaml'),
      'extract: { target: "sqlite:./own.db", streams: { users: } }\n',
    );
    const { code, stdout } = await run(cwd, '--json');
    assert.equal(code, 0, stdout);
    assert.equal((JSON.parse(stdout) as ExtractionReport).to, 'sqlite:./own.db');
    assert.ok(existsSync(join(cwd, 'own.db')));
    const other = await run(cwd, 'users', '--to', 'sqlite:./other.db');
    assert.equal(other.code, 0);
    assert.ok(existsSync(join(cwd, 'other.db')));
  });

  test('what makes no sense ends with 2, says what was meant, and makes nothing', async (t) => {
    const cwd = folder(t);
    writeFileSync(join(cwd, 'bad.yaml'), 'streams: { user: , meetings: { mode: upsert } }\n');
    const cases: [argv: string[], message: RegExp][] = [
      [
        ['meeting_registrant'],
        /Zoom has no stream 'meeting_registrant'\n {2}→ Did you mean meeting_registrants/,
      ],
      [
        ['users', '--to', 'sqllite:./zoom.db'],
        /--to: expected sqlite: .*\n.*→ Example: --to sqlite:\.\/zoom\.db/s,
      ],
      [['users', '--from', 'zom'], /--from: there is no connection 'zom'/],
      [['users', '--since', 'banana'], /--since: 'banana' is not a time/],
      [['users', '--anchor', '2026-13-01'], /--anchor: '2026-13-01' is not a time/],
      [['users', '--until', '2026-01-01'], /--until needs --since/],
      [['users', '--since', '2026-02-01', '--until', '2026-01-01'], /must be before --until/],
      [['users', '--full-refresh', '--mode', 'append'], /exclude each other/],
      [['users', '--mode', 'upsert'], /Allowed choices are incremental,\s+full-refresh, append/],
      [['users', '--select', 'emial'], /expected email, got "emial"/],
      [['-r', 'none.yaml'], /"none\.yaml", which does not exist/],
      [['-r', 'bad.yaml'], /bad\.yaml:1:38 {2}streams\.meetings\.mode: expected incremental/],
    ];
    for (const [argv, message] of cases) {
      const { code, stdout, stderr } = await run(cwd, ...argv);
      assert.equal(code, 2, `${argv.join(' ')}: ${stderr}${stdout}`);
      assert.match(stderr, message, argv.join(' '));
      assert.equal(stdout, '');
    }
    assert.deepEqual(readdirSync(cwd).toSorted(), ['bad.yaml']);
  });

  test('credentials that are wrong fail before a database is made', async (t) => {
    const cwd = folder(t);
    const { code, stderr } = await cli(
      { cwd, env: env({ ZOOM_CLIENT_SECRET: 'not-the-secret' }) },
      'extract',
      'users',
    );
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /not-the-secret/);
    assert.equal(existsSync(join(cwd, 'zoom.db')), false);
  });

  test('Ctrl-C lands what is under way, says how to go on, and the same command does', async (t) => {
    await interrupted(t);
  });
});

/** An account whose app has the scopes of these streams only. */
async function narrow(t: TestContext, names: readonly string[]): Promise<Record<string, string>> {
  const sandbox = await startSandbox({
    plan: 'unlimited',
    users: 4,
    meetings: 2,
    participants: 4,
    webinars: 1,
  });
  t.after(() => sandbox.close());
  const all = Object.values(zoom.streams ?? {});
  const kept = new Set(all.filter(({ name }) => names.includes(name)).flatMap(({ scopes }) => scopes));
  const missingScopes = all.flatMap(({ scopes }) => scopes).filter((scope) => !kept.has(scope));
  const body = JSON.stringify({ missingScopes });
  const answer = await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body });
  assert.equal(answer.status, 200, await answer.text());
  // What the token answer lists is what the app was granted.
  const proxy = createServer((request, response) => void relay(request, response)).listen(0, '127.0.0.1');
  t.after(() => proxy.close());
  await once(proxy, 'listening');
  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const token = await fetch(`${sandbox.env['ZOOM_OAUTH_URL']}${request.url?.replace('/oauth', '')}`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body: await text(request),
    });
    const given = (await token.json()) as { scope: string };
    const scope = given.scope.split(' ').filter((one) => !missingScopes.includes(one));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...given, scope: scope.join(' ') }));
  }
  const { port } = proxy.address() as AddressInfo;
  return { ...sandbox.env, ZOOM_PLAN: 'unlimited', ZOOM_OAUTH_URL: `http://127.0.0.1:${port}/oauth` };
}

async function interrupted(t: TestContext): Promise<void> {
  const cwd = folder(t);
  const slow = await startSandbox({ plan: 'pro', users: 6, meetings: 6, participants: 3, latency: 60 });
  t.after(() => slow.close());
  const stop = new AbortController();
  const argv = ['extract', 'users', 'meetings', 'meeting_details', 'meeting_instances', '--json'];
  setTimeout(() => stop.abort(), 900);
  const first = await cli({ cwd, env: slow.env, signal: stop.signal }, ...argv);
  assert.equal(first.code, 130, first.stdout + first.stderr);
  const report = JSON.parse(first.stdout) as ExtractionReport;
  assert.equal(report.outcome, 'stopped', first.stdout.slice(0, 3000));
  const again = await cli({ cwd, env: slow.env }, ...argv);
  const resumed = JSON.parse(again.stdout) as ExtractionReport;
  assert.equal(resumed.resumed, true);
  assert.ok(again.code === 0 || again.code === 3, again.stdout.slice(0, 2000));
  const whole = folder(t);
  await cli({ cwd: whole, env: slow.env }, ...argv);
  for (const table of ['users', 'meetings', 'meeting_details', 'meeting_instances']) {
    const all = (from: string) => rows(join(from, 'zoom.db'), `SELECT count(*) AS n FROM ${table}`);
    assert.deepEqual(all(cwd), all(whole), table);
  }
}
