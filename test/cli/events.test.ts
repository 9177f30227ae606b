import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sign, verify } from '../../src/core/trigger.ts';
import { zoom } from '../../src/connectors/zoom/index.ts';
import { serve } from '../http/server.ts';
import { openHouse, until, type House } from '../server/house.ts';
import { cli, folder, type Outcome } from './command-line.ts';

let house: House;
let here: { cwd: string; env: Record<string, string> };
before(async () => {
  house = await openHouse();
  const { announce } = await import('../../src/app/index.ts');
  const { Secret } = await import('../../src/core/secret.ts');
  announce(house.app.config, house.url, new Secret('a-token-of-the-tests'));
  here = {
    cwd: house.dataDir,
    env: { ...house.box.env, TRUNKLINE_DATA_DIR: house.dataDir, COLUMNS: '80', LOG_LEVEL: 'silent' },
  };
});
after(() => house[Symbol.asyncDispose]());

const run = (...argv: string[]): Promise<Outcome> => cli(here, ...argv);

test('nothing is said as nothing, and wrong conditions are named', async () => {
  assert.equal((await run('events', 'list')).stdout, 'There are no such events.\n');
  assert.equal((await run('events', 'list', '--json')).stdout, '[]\n');
  const wrong = await run('events', 'list', '--state', 'lost');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--state is 'lost'\n.*received, handled, ignored, failed/);
  assert.equal((await run('events', 'show', 'nothing')).code, 1);
  const vague = await run('events', 'replay');
  assert.equal(vague.code, 2);
  assert.match(vague.stderr, /nothing says which events/);
});

test('samples are sent, listed within 80 columns, shown and handled again', async () => {
  const to = `${house.url}/webhooks/zoom`;
  for (const name of ['webinar.registration_created', 'meeting.ended', 'app_deauthorized']) {
    const sent = await run('events', 'send', name, '--to', to);
    assert.deepEqual([sent.code, sent.stdout], [0, `✓ ${name} was answered with 200\n`]);
  }
  const list = async () =>
    JSON.parse((await run('events', 'list', '--json')).stdout) as {
      id: string;
      event: string;
      state: string;
    }[];
  await until('all are settled', async () => (await list()).every(({ state }) => state !== 'received'));
  const { stdout } = await run('events', 'list');
  const lines = stdout.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^CAME \(UTC\) +EVENT +STATE +ID$/);
  assert.equal(lines.length, 4);
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(stdout, /app_deauthorized +handled/);
  const [last] = await list();
  assert.equal(last?.event, 'app_deauthorized');
  const page = (await run('events', 'show', last?.id ?? '')).stdout;
  assert.match(page, /^app_deauthorized\nId /);
  assert.match(page, /"user_id"/);
  assert.equal((await run('events', 'replay', last?.id ?? '')).stdout, '1 event will be handled again.\n');
  await until('it is settled again', async () => (await list()).every(({ state }) => state !== 'received'));
  assert.equal(
    (await run('events', 'replay', '--event', 'webinar.*', '--since', '1h', '--json')).stdout,
    '{"replayed":1}\n',
  );
  const both = await run('events', 'replay', last?.id ?? '', '--since', '1h');
  assert.match(both.stderr, /exclude each other/);
});

test('a sample is signed so that any receiver can prove it, and its answer is told', async () => {
  const trigger = Object.values(zoom.triggers ?? {})[0];
  assert.ok(trigger);
  await using receiver = await serve(({ headers, body }, response) => {
    const verdict = verify(trigger.verify, ['my-own-secret'], headers, Buffer.from(body), Date.now());
    response.writeHead(verdict.ok ? 200 : 401).end(JSON.stringify(verdict));
  });
  const good = await run(
    'events',
    'send',
    'meeting.started',
    '--to',
    receiver.url,
    '--secret',
    'my-own-secret',
  );
  assert.deepEqual([good.code, good.stdout], [0, '✓ meeting.started was answered with 200: {"ok":true}\n']);
  const bad = await run(
    'events',
    'send',
    'meeting.started',
    '--to',
    receiver.url,
    '--secret',
    'another',
    '--json',
  );
  assert.equal(bad.code, 1);
  assert.equal((JSON.parse(bad.stdout) as { status: number }).status, 401);
  const payload = '{"object":{"id":7}}';
  await run('events', 'send', 'x.y', '--to', receiver.url, '--secret', 'my-own-secret', '--payload', payload);
  assert.deepEqual((JSON.parse(receiver.seen.at(-1)?.body ?? '') as { payload: unknown }).payload, {
    object: { id: 7 },
  });
  assert.ok(sign(trigger.verify, 'x', Buffer.from(''), 0));
});

test('samples of all areas are as Zoom documents them: chat, phone and summaries too', async () => {
  const trigger = Object.values(zoom.triggers ?? {})[0];
  await using receiver = await serve((_, response) => void response.writeHead(200).end());
  for (const event of [
    'phone.caller_ended',
    'team_chat.channel_message_posted',
    'meeting.summary_completed',
  ]) {
    const sent = await run('events', 'send', event, '--to', receiver.url, '--secret', 'my-own-secret');
    assert.equal(sent.code, 0, sent.stderr);
    assert.doesNotMatch(sent.stderr, /No sample/);
    const read = trigger?.read?.(JSON.parse(receiver.seen.at(-1)?.body ?? ''));
    assert.ok(read && !('unknown' in read), event);
  }
});

test('what cannot be sent is said before anything is', async (t) => {
  assert.match((await run('events', 'send', 'meeting.ended')).stderr, /--to must say where/);
  assert.match(
    (await run('events', 'send', 'no name', '--to', 'http://x')).stderr,
    /is not the name of an event/,
  );
  const bare = { cwd: folder(t), env: {} };
  const secretless = await cli(bare, 'events', 'send', 'meeting.ended', '--to', 'http://127.0.0.1:1');
  assert.equal(secretless.code, 2);
  assert.match(secretless.stderr, /there is no secret to sign with/);
  const nobody = await run('events', 'send', 'meeting.ended', '--to', 'http://127.0.0.1:1/');
  assert.equal(nobody.code, 1);
  assert.match(nobody.stdout, /^✗ meeting.ended: nobody answered/);
});
