import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cli } from '../cli/command-line.ts';
import { Secret } from '../../src/core/secret.ts';
import { openHouse, TOKEN, until, type House } from './house.ts';

let house: House;
before(async () => {
  house = await openHouse({
    config: `schedules: { activate: never }
flows:
  followup:
    trigger: { connection: zoom, event: meeting.ended }
    steps:
      - { id: host, action: zoom.users.get, input: { userId: "\${trigger.body.payload.object.host_id}" } }
      - id: next
        action: zoom.meetings.create
        input: { userId: "\${steps.host.output.id}", topic: "After \${trigger.body.payload.object.topic}", type: 2, start_time: "2030-01-01T10:00:00Z", password: "hush-1234" }
    output: { link: "\${steps.next.output.join_url}" }
`,
  });
});
after(() => house[Symbol.asyncDispose]());

interface Run {
  id: string;
  flow: string;
  state: string;
  origin: string;
  output?: { link: string };
  items: { step: string; state: string; input: unknown }[];
}

async function runs(flow: string): Promise<Run[]> {
  return (await house.ask<Run[]>('GET', `/api/v1/flow-runs?flow=${flow}`)).json;
}

test('a webhook of Zoom runs a flow, and the API shows every input and output without its secrets', async () => {
  await house.push('meeting.ended', { object: { id: 1, uuid: 'u', host_id: 'me', topic: 'Planning' } });
  await until('the run ends', async () => (await runs('followup'))[0]?.state === 'done');
  const [line] = await runs('followup');
  const { status, json } = await house.ask<Run>('GET', `/api/v1/flow-runs/${line?.id}`);
  assert.equal(status, 200);
  assert.equal(json.origin, 'event');
  assert.match(json.output?.link ?? '', /^https:/);
  assert.deepEqual(
    json.items.map(({ step, state }) => [step, state]),
    [
      ['host', 'done'],
      ['next', 'done'],
    ],
  );
  assert.match(JSON.stringify(json.items[1]?.input), /"topic":"After Planning"/);
  assert.doesNotMatch(JSON.stringify(json), /hush-1234/);
});

test('flows are created, changed, tried out, run, switched and removed over the API', async () => {
  const flow = (topic: string) => ({
    trigger: { manual: true },
    steps: [{ id: 'm', action: 'zoom.meetings.create', input: { userId: 'me', topic, type: 1 } }],
  });
  const wrong = await house.ask<{ detail: string; fields: { field: string }[] }>(
    'POST',
    '/api/v1/flows/made',
    {
      ...flow('x'),
      when: 'trigger.input.n +',
    },
  );
  assert.equal(wrong.status, 400);
  assert.deepEqual(
    wrong.json.fields.map(({ field }) => field),
    ['/when'],
  );
  assert.equal((await house.ask('GET', '/api/v1/flows/made')).status, 404);
  const saved = await house.ask<{ version: string; problems: unknown[] }>(
    'POST',
    '/api/v1/flows/made',
    flow('One'),
  );
  assert.equal(saved.status, 200);
  assert.deepEqual(saved.json.problems, []);
  const changed = await house.ask<{ version: string }>(
    'POST',
    '/api/v1/flows/made',
    flow('${trigger.input.topic}'),
  );
  assert.notEqual(changed.json.version, saved.json.version);
  const dry = await house.ask<{ items: { state: string; input: { topic: string } }[] }>(
    'POST',
    '/api/v1/flows/made/dry-run',
    { input: { topic: 'Two' } },
  );
  assert.deepEqual(
    dry.json.items.map(({ state, input }) => [state, input.topic]),
    [['would-send', 'Two']],
  );
  assert.deepEqual(await runs('made'), []);
  const order = { input: { topic: 'Two' }, once: 'only-once' };
  const first = await house.ask<{ id: string }>('POST', '/api/v1/flows/made/run', order);
  assert.equal(first.status, 202);
  assert.equal(
    (await house.ask<{ id: string }>('POST', '/api/v1/flows/made/run', order)).json.id,
    first.json.id,
  );
  await until('the run ends', async () => (await runs('made'))[0]?.state === 'done');
  const again = await house.ask<{ detail: string }>('POST', `/api/v1/flow-runs/${first.json.id}/retry`, {});
  assert.equal(again.status, 400);
  assert.match(again.json.detail, /nothing to try again/);
  assert.equal((await house.ask('POST', '/api/v1/flows/made/disable')).status, 200);
  const list = await house.ask<{ id: string; enabled: boolean }[]>('GET', '/api/v1/flows');
  assert.equal(list.json.find(({ id }) => id === 'made')?.enabled, false);
  assert.equal((await house.ask('DELETE', '/api/v1/flows/made')).status, 200);
  assert.equal((await house.ask('DELETE', '/api/v1/flows/followup')).status, 400);
  // What it did stays on record.
  assert.equal((await runs('made')).length, 1);
});

test('a run that failed shows in the measurements, in the status and in the findings of doctor', async () => {
  const lost = {
    trigger: { manual: true },
    steps: [{ id: 'm', action: 'zoom.meetings.get', input: { meetingId: '1' } }],
  };
  await house.ask('POST', '/api/v1/flows/lost', lost);
  await house.ask('POST', '/api/v1/flows/lost/run', {});
  await until('the run ends', async () => (await runs('lost'))[0]?.state === 'failed');
  const { json } = await house.ask<{ flowRuns: { flow: string }[] }>('GET', '/api/v1/status');
  assert.deepEqual(
    json.flowRuns.filter(({ flow }) => flow === 'lost'),
    [{ flow: 'lost', state: 'failed', count: 1 }],
  );
  const metrics = await fetch(`${house.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.match(await metrics.text(), /trunkline_flow_runs\{flow="lost",state="failed"\} 1\n/);
  const found = await house.ask<{ check: string; state: string; detail: string; hint: string }[]>(
    'GET',
    '/api/v1/doctor',
  );
  const finding = found.json.find(({ check }) => check === 'flows and hooks');
  assert.equal(finding?.state, 'warning');
  assert.match(finding.detail, /lost: 1 failed/);
  assert.match(finding.hint, /trunkline flows runs --state failed/);
});

test('the command line works beside the server, which does the run', async () => {
  const { announce } = await import('../../src/app/index.ts');
  announce(house.app.config, house.url, new Secret(TOKEN));
  const run = (...argv: string[]) =>
    cli({ cwd: house.dataDir, env: { ...house.box.env, TRUNKLINE_DATA_DIR: house.dataDir } }, ...argv);
  const body = { payload: { object: { host_id: 'me', topic: 'Beside' } } };
  const done = await run('flows', 'run', 'followup', '--input', JSON.stringify(body), '--json');
  assert.equal(done.code, 0, done.stderr);
  const shown = JSON.parse(done.stdout) as Run;
  assert.deepEqual([shown.state, shown.origin], ['done', 'person']);
  assert.match((await run('flows', 'list')).stdout, /followup +zoom meeting\.ended +2 +on +\d done/);
});
