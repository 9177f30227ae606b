import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { json, type Seen } from '../http/server.ts';
import { ALL, byStream, choose, rig, World } from './school.ts';

const count = (world: World) => world.lessons.reduce((sum, { pupils }) => sum + pupils.length, 0);
const pathOf = ({ url }: Seen) => decodeURIComponent(url.split('?')[0] as string);

/** Answers calls whose path has this in it with an error. */
const refuse = (part: string, status: number, body: unknown) => (seen: Seen, response: ServerResponse) => {
  if (!pathOf(seen).includes(part)) return false;
  json(response, status, body);
  return true;
};

test('what the plan does not include is skipped with code, message and hint, and the rest goes on', async () => {
  await using school = await rig(new World().fill(3, 3, 4));
  school.world.fault = refuse('/t1/lessons', 400, { code: 200, message: 'No plan.' });
  const report = await school.run();
  assert.equal(report.outcome, 'done');
  const { slices, skips } = byStream(report)['lessons'] ?? {};
  assert.deepEqual(slices, { done: 2, skipped: 1, failed: 0, waiting: 0 });
  assert.deepEqual(skips, [
    {
      kind: 'plan',
      code: '200',
      message: 'School refused lessons (HTTP 400, code 200): No plan.',
      hint: 'Buy more.',
      slices: 1,
      example: 't1',
      retry: 'after a day',
    },
  ]);
  const again = await school.run();
  assert.ok(!again.asked.includes('/teachers/t1/lessons'), 'not asked again at once');
  school.world.now += 25 * 3600_000;
  school.world.fault = () => false;
  await school.run();
  assert.equal(school.rows('pupils').length, count(school.world), 'asked again after a day');
});

test('what is gone for good is never asked for again', async () => {
  await using school = await rig(new World().fill(1, 3, 4));
  const [gone] = school.world.lessons.splice(1, 1);
  const listed = { ...gone, uuid: 'deleted' } as never;
  school.world.lessons.push(listed);
  school.world.fault = refuse('/deleted/pupils', 404, { code: 3001, message: 'gone' });
  const report = await school.run();
  assert.equal(byStream(report)['pupils']?.skips[0]?.retry, 'never: it is over');
  school.world.now += 30 * 24 * 3600_000;
  const again = await school.run();
  assert.ok(!again.asked.some((path) => path.includes('deleted')));
});

test('a missing scope fails the stream after one call, loudly, and the others are read', async () => {
  await using school = await rig(new World().fill(3, 3, 4));
  school.world.fault = refuse('/quiz', 400, { code: 77, message: 'needs scope [quiz]' });
  const report = await school.run();
  assert.equal(report.outcome, 'failed');
  const { state, error } = byStream(report)['quizzes'] ?? {};
  assert.equal(state, 'failed');
  assert.equal(error?.kind, 'scope');
  assert.equal(error?.hint, 'Add the scope quiz.');
  assert.equal(school.rows('pupils').length, count(school.world));
  school.world.fault = () => false;
  assert.equal((await school.run()).outcome, 'done', 'once the scope is there, the same command goes on');
  assert.ok(school.rows('quizzes').length > 0);
});

test('a firewall that answers HTML for one address does not wedge the run', async () => {
  await using school = await rig(new World().fill(2, 3, 4));
  const poisoned = school.world.lessons[2]?.uuid ?? '';
  school.world.fault = (seen, response) => {
    if (!pathOf(seen).includes(`${poisoned}/pupils`)) return false;
    response.writeHead(403, { 'content-type': 'text/html' });
    response.end('<html><title>Attention</title></html>');
    return true;
  };
  const report = await school.run();
  assert.equal(report.outcome, 'done');
  assert.equal(byStream(report)['pupils']?.skips[0]?.retry, 'after a week');
  assert.equal(school.rows('pupils').length, count(school.world) - 4);
});

test('a page token that expires begins its list again, and no row comes twice', async () => {
  await using school = await rig(new World().fill(1, 1, 20));
  school.world.lost = new Set(['pupils@6', 'pupils@12']);
  const report = await school.run();
  assert.equal(report.outcome, 'done');
  assert.equal(school.rows('pupils').length, 20);
  assert.ok(report.asked.filter((path) => path.includes('pupils')).length > 7);
});

test('an answer that is not JSON fails its part only, and the next run reads it', async () => {
  await using school = await rig(new World().fill(2, 2, 4));
  const broken = school.world.lessons[1]?.uuid ?? '';
  school.world.fault = (seen, response) => {
    if (!pathOf(seen).includes(`${broken}/pupils`)) return false;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"pupils": [');
    return true;
  };
  const report = await school.run();
  assert.equal(report.outcome, 'failed');
  assert.equal(byStream(report)['pupils']?.slices.failed, 1);
  assert.match(byStream(report)['pupils']?.error?.message ?? '', /not JSON/);
  school.world.fault = () => false;
  const again = await school.run();
  assert.equal(again.outcome, 'done');
  assert.equal(again.resumed, true);
  assert.equal(school.rows('pupils').length, count(school.world));
});

test('a revoked token ends the run at once, and the next one goes on where it stopped', async () => {
  await using school = await rig(new World().fill(4, 6, 4));
  let calls = 0;
  school.world.fault = (seen, response) => {
    if (!pathOf(seen).includes('/pupils') || ++calls < 6) return false;
    json(response, 401, { code: 124, message: 'revoked' });
    return true;
  };
  const report = await school.run();
  assert.equal(report.outcome, 'failed');
  assert.equal(report.error?.kind, 'auth');
  const there = school.rows('pupils').length;
  assert.ok(there > 0 && there < count(school.world));
  school.world.fault = () => false;
  const again = await school.run();
  assert.equal(again.outcome, 'done');
  assert.ok(
    !again.asked.includes('/teachers'),
    'the listings of the run that had not ended are not repeated',
  );
  assert.equal(school.rows('pupils').length, count(school.world));
});

test('being stopped lands what is under way, and the next run goes on', async () => {
  await using school = await rig(new World().fill(4, 6, 10));
  const stop = new AbortController();
  let calls = 0;
  school.world.fault = (seen) => {
    if (pathOf(seen).includes('/pupils') && ++calls === 5) stop.abort();
    return false;
  };
  const report = await school.run(ALL, { signal: stop.signal });
  assert.equal(report.outcome, 'stopped');
  const landed = school.rows('pupils').length;
  assert.ok(landed > 0 && landed < count(school.world));
  assert.equal(landed, byStream(report)['pupils']?.rows, 'every page that was read is there');
  assert.equal((await school.run()).outcome, 'done');
  assert.equal(school.rows('pupils').length, count(school.world));
});

test('rows without their key are quarantined with the reason, once, and counted', async () => {
  await using school = await rig(new World().fill(1, 1, 4));
  school.world.lessons[0]?.pupils.push({ user: '', joined: '2026-11-20T10:00:00Z', name: 'Nobody' });
  const report = await school.run();
  assert.equal(byStream(report)['pupils']?.rows, 4);
  assert.equal(byStream(report)['pupils']?.quarantined, 1);
  const [row] = school.rows('_trunkline_quarantine', 'target, reason, row');
  assert.equal(row?.['reason'], 'user: is part of the key and empty');
  assert.deepEqual(JSON.parse(String(row?.['row'])), {
    user: '',
    joined: '2026-11-20T10:00:00Z',
    name: 'Nobody',
  });
});

test('unknown members are kept and offered; added as columns when that was chosen', async () => {
  await using school = await rig(new World().fill(4, 0, 0));
  Object.assign(school.world.teachers[0] as object, { shoe: 42, tags: ['a'], __proto__x: 1 });
  const kept = await school.run([choose('teachers')]);
  assert.deepEqual(byStream(kept)['teachers']?.newFields.toSorted(), ['__proto__x', 'shoe', 'tags']);
  assert.deepEqual(
    JSON.parse(
      String(school.rows('teachers', '_trunkline_extra', `WHERE id = 't0'`)[0]?.['_trunkline_extra']),
    ),
    { shoe: 42, tags: ['a'], __proto__x: 1 },
  );
  const added = await school.run([choose('teachers', { newColumns: 'add' })]);
  assert.deepEqual(
    byStream(added)['teachers']?.changes.map(({ change, column, to }) => [change, column, to]),
    [
      ['column added', 'shoe', 'integer'],
      ['column added', 'tags', 'json'],
      ['column added', '__proto__x', 'integer'],
    ],
  );
  assert.deepEqual(school.rows('teachers', 'shoe, tags', `WHERE id = 't0'`), [{ shoe: 42, tags: '["a"]' }]);
});

test('a value of another type makes its column wider, and no value is lost', async () => {
  await using school = await rig(new World().fill(4, 0, 0));
  await school.run([choose('teachers')]);
  (school.world.teachers[1] as Record<string, unknown>)['age'] = 'about forty';
  (school.world.teachers[2] as Record<string, unknown>)['age'] = 2.5;
  const report = await school.run([choose('teachers')]);
  assert.equal(report.outcome, 'done');
  assert.deepEqual(
    byStream(report)['teachers']?.changes.map(({ change, column, to }) => [change, column, to]),
    [['type widened', 'age', 'text']],
  );
  assert.deepEqual(
    school.rows('teachers', 'id, age', 'ORDER BY id').map(({ age }) => age),
    ['30', 'about forty', '2.5', '33'],
  );
  assert.equal(byStream(await school.run([choose('teachers')]))['teachers']?.written, 0, 'it stays so');
});

test('secrets that an answer has are not kept', async () => {
  await using school = await rig(new World().fill(1, 0, 0));
  const report = await school.run([choose('teachers', { newColumns: 'add' })]);
  assert.deepEqual(byStream(report)['teachers']?.newFields, []);
  assert.ok(!JSON.stringify(school.rows('teachers')).includes('password'));
});
