import assert from 'node:assert/strict';
import { test } from 'node:test';
import { json } from '../http/server.ts';
import { ALL, byStream, choose, rig, World } from './school.ts';

const HOUR = 3600_000;
const count = (world: World) => world.lessons.reduce((sum, { pupils }) => sum + pupils.length, 0);

test('a full refresh puts the new rows in the place of the old ones', async () => {
  await using school = await rig(new World().fill(4, 3, 4));
  await school.run();
  school.world.teachers.splice(0, 1);
  const refresh = ALL.map((one) => ({ ...one, mode: 'full-refresh' as const }));
  const report = await school.run(refresh);
  assert.equal(report.outcome, 'done');
  assert.deepEqual(
    school.rows('teachers', 'id', 'ORDER BY id').map(({ id }) => id),
    ['t1', 't2', 't3'],
  );
  assert.equal(new Set(school.rows('lessons', '_trunkline_run').map((row) => row['_trunkline_run'])).size, 1);
});

test('a full refresh that does not come to its end leaves the old table, and goes on next time', async () => {
  await using school = await rig(new World().fill(3, 3, 4));
  await school.run();
  const before = school.rows('pupils');
  const refresh = [choose('pupils', { mode: 'full-refresh' })];
  school.world.fault = (seen, response) => {
    if (!seen.url.includes('/t1/')) return false;
    json(response, 400, { code: 9, message: 'no' });
    return true;
  };
  assert.equal((await school.run(refresh)).outcome, 'failed');
  assert.deepEqual(school.rows('pupils'), before);
  school.world.fault = () => false;
  const again = await school.run(refresh);
  assert.equal(again.resumed, true);
  assert.equal(again.outcome, 'done');
  assert.equal(school.rows('pupils').length, count(school.world));
  assert.ok(again.asked.length < 12, 'only what was missing is asked for');
});

test('appending adds what each run read', async () => {
  await using school = await rig(new World().fill(3, 0, 0));
  const append = [choose('teachers', { mode: 'append' })];
  await school.run(append);
  await school.run(append);
  assert.equal(school.rows('teachers').length, 6);
  assert.equal(school.rows('teachers', 'DISTINCT _trunkline_run').length, 2);
});

test('a range is read again, and the mark of what is new stays where it was', async () => {
  await using school = await rig(new World().fill(2, 8, 4));
  await school.run();
  const old = school.world.lessons.at(-1);
  old?.pupils.push({ user: 'found later', joined: '2026-10-30T10:00:00Z' });
  const since = (old?.end ?? 0) - 24 * HOUR;
  const until = (old?.end ?? 0) + 24 * HOUR;
  const report = await school.run(ALL, { since, until });
  assert.equal(byStream(report)['pupils']?.written, 1);
  const asked = report.asked.filter((path) => path.startsWith('/lessons'));
  assert.ok(asked.length < school.world.lessons.length, 'the others are not read');
  const next = await school.run();
  assert.equal(byStream(next)['pupils']?.calls, 0);
  assert.equal(byStream(next)['lessons']?.calls, 2);
});

test('the first reading begins at the anchor', async () => {
  await using school = await rig(new World().fill(1, 10, 2));
  await school.run(ALL, { anchor: school.world.now - 10 * 24 * HOUR });
  const expected = school.world.lessons.filter(
    ({ end }) => end >= Math.floor((school.world.now - 10 * 24 * HOUR) / (24 * HOUR)) * 24 * HOUR,
  );
  assert.equal(school.rows('lessons').length, expected.length);
});

test('only the chosen columns are kept, with those of the key', async () => {
  await using school = await rig(new World().fill(2, 2, 3));
  await school.run([choose('pupils', { select: ['name'] })]);
  const columns = Object.keys(school.rows('pupils')[0] ?? {}).filter((name) => !name.startsWith('_'));
  assert.deepEqual(columns.toSorted(), ['joined', 'lesson', 'name', 'user']);
  await school.run([choose('pupils')]);
  assert.ok(school.rows('pupils').every(({ name }) => name !== null));
});

test('another key for the same table is refused, and says what to do', async () => {
  await using school = await rig(new World().fill(1, 1, 2));
  await school.run([choose('teachers')]);
  await assert.rejects(school.run([choose('teachers', { primaryKey: ['name'] })]), {
    message: "the table 'teachers' was filled with rows that are told apart by id, and now by name",
  });
});

test('a stream goes by both of its ways, the one that only it can use first', async () => {
  await using school = await rig(new World().fill(4, 10, 3), { plan: 'limited' });
  const report = await school.run();
  assert.equal(report.outcome, 'done');
  assert.equal(school.rows('pupils').length, count(school.world));
  assert.ok(report.asked.some((path) => path.startsWith('/fast/')));
  assert.ok(report.asked.some((path) => path.endsWith('/pupils') && path.startsWith('/lessons/')));
});

test('a way whose scope is missing is left alone', async () => {
  await using school = await rig(new World().fill(2, 4, 3), { plan: 'limited' });
  const report = await school.run(ALL, { scopes: ['pupils:fast', 'quiz'] });
  assert.equal(report.outcome, 'done');
  assert.ok(!report.asked.some((path) => path.endsWith('/pupils') && path.startsWith('/lessons/')));
});
