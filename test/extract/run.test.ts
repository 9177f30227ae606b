import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byStream, choose, rig, World } from './school.ts';

const count = (world: World) => world.lessons.reduce((sum, { pupils }) => sum + pupils.length, 0);

test('everything lands: parents, windows, children by instance, rows that are one list deeper', async () => {
  await using school = await rig(new World().fill(9, 8, 4));
  const report = await school.run();
  assert.equal(
    report.outcome,
    'done',
    JSON.stringify(report.error ?? report.streams.map(({ error }) => error)),
  );
  assert.equal(school.rows('teachers').length, 9);
  assert.equal(school.rows('lessons').length, 72);
  assert.equal(school.rows('pupils').length, count(school.world));
  assert.equal(
    school.rows('quizzes').length,
    2 * school.world.lessons.filter(({ questions }) => questions).length,
  );
  const [first] = school.rows('teachers', '*', `WHERE id = 't3'`);
  assert.deepEqual(
    { ...first, _trunkline_loaded_at: '' },
    {
      id: 't3',
      name: 'Teacher 3',
      age: 33,
      status: 'retired',
      _trunkline_extra: null,
      _trunkline_loaded_at: '',
      _trunkline_run: 'run-1',
      _trunkline_source: 'api',
      _trunkline_slice: 'school/retired',
      _trunkline_deleted_at: null,
    },
  );
});

test('the second run asks for listings only, and changes nothing', async () => {
  await using school = await rig(new World().fill(5, 4, 4));
  await school.run();
  const before = ['teachers', 'lessons', 'pupils', 'quizzes'].map((table) => school.rows(table));
  const report = await school.run();
  assert.equal(report.outcome, 'done');
  assert.deepEqual(
    report.streams.map(({ written }) => written),
    [0, 0, 0, 0],
  );
  assert.ok(
    report.asked.every((path) => /^\/teachers(\/t\d\/lessons)?$/.test(path)),
    report.asked.join(' '),
  );
  assert.deepEqual(
    ['teachers', 'lessons', 'pupils', 'quizzes'].map((table) => school.rows(table)),
    before,
  );
});

test('what happened since is all that is asked for below the listings', async () => {
  await using school = await rig(new World().fill(3, 3, 4));
  await school.run();
  school.world.now += 24 * 3600_000;
  const { uuid } = school.world.add('t1', 5, 4);
  const report = await school.run();
  assert.equal(byStream(report)['lessons']?.written, 1);
  assert.equal(byStream(report)['pupils']?.written, 4);
  const below = report.asked.filter((path) => !path.startsWith('/teachers'));
  assert.deepEqual([...new Set(below.map((path) => decodeURIComponent(path.split('/')[2] ?? '')))], [uuid]);
});

test('people who are reported late are found, as long as it was over a short while ago', async () => {
  await using school = await rig(new World().fill(1, 2, 3));
  const late = school.world.add('t0', 1, 3);
  await school.run();
  late.pupils.push({ user: 'late', joined: '2026-11-21T11:30:00.000Z' });
  school.world.now += 2 * 3600_000 + 1000;
  const again = await school.run();
  assert.equal(byStream(again)['pupils']?.written, 1);
  school.world.now += 24 * 3600_000;
  assert.equal(byStream(await school.run())['pupils']?.calls, 0, 'now it is final');
});

test('rows that are no longer there are marked, and come back unmarked', async () => {
  await using school = await rig(new World().fill(5, 0, 0));
  await school.run([choose('teachers')]);
  const [gone] = school.world.teachers.splice(1, 1);
  const report = await school.run([choose('teachers')]);
  assert.equal(byStream(report)['teachers']?.deleted, 1);
  assert.deepEqual(school.rows('teachers', 'id', 'WHERE _trunkline_deleted_at IS NOT NULL'), [{ id: 't1' }]);
  school.world.teachers.push(gone as never);
  await school.run([choose('teachers')]);
  assert.deepEqual(school.rows('teachers', 'id', 'WHERE _trunkline_deleted_at IS NOT NULL'), []);
});

test('a scan that did not run whole marks nothing', async () => {
  await using school = await rig(new World().fill(8, 0, 0));
  await school.run([choose('teachers')]);
  school.world.teachers = school.world.teachers.slice(0, 3);
  school.world.fault = (seen, response) => {
    if (!seen.url.includes('status=active')) return false;
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end('{"code":9,"message":"no"}');
    return true;
  };
  const report = await school.run([choose('teachers')]);
  assert.equal(report.outcome, 'failed');
  assert.deepEqual(
    school.rows('teachers', 'id', 'WHERE _trunkline_deleted_at IS NOT NULL ORDER BY id'),
    [{ id: 't3' }, { id: 't7' }],
    'of the slice that ran whole only',
  );
});

test('parents that were not asked for are read and not kept', async () => {
  await using school = await rig(new World().fill(3, 3, 4));
  const report = await school.run([choose('pupils')]);
  assert.deepEqual(
    report.streams.map(({ stream, hidden }) => [stream, hidden]),
    [
      ['teachers', true],
      ['lessons', true],
      ['pupils', false],
    ],
  );
  assert.equal(school.rows('pupils').length, count(school.world));
  assert.throws(() => school.rows('lessons'), /no such table/);
  const again = await school.run([choose('pupils')]);
  assert.ok(again.asked.every((path) => path.startsWith('/teachers')));
});

test('a stream that is added later gets its slices of the listings that were read before', async () => {
  await using school = await rig(new World().fill(3, 6, 4));
  await school.run([choose('teachers'), choose('lessons')]);
  const report = await school.run();
  assert.equal(school.rows('pupils').length, count(school.world));
  assert.equal(byStream(report)['lessons']?.written, 0);
  await school.run([choose('teachers'), choose('lessons')]);
  const third = await school.run();
  assert.equal(byStream(third)['lessons']?.calls, 3, 'listed once for each teacher, not from the beginning');
});

test('a table that somebody removed is filled anew', async () => {
  await using school = await rig(new World().fill(2, 2, 4));
  await school.run();
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(school.path);
  db.exec('DROP TABLE pupils');
  db.close();
  await school.run();
  assert.equal(school.rows('pupils').length, count(school.world));
});
