/**
 * Reads Zoom into a database: what is new since the last time. The same call goes on where it was interrupted.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline();

const wanted = { streams: ['users', 'meetings', 'past_meetings'], to: 'sqlite:./example.db' };
const plan = await trunkline.plan(wanted);
console.log(`about ${plan.labels.reduce((sum, { calls }) => sum + calls, 0)} calls`);

const report = await trunkline.extract(wanted);
for (const { stream, written, rows } of report.streams)
  console.log(`${stream}: ${written} of ${rows} rows written`);
assert.equal(report.outcome, 'done');

// What did not change is left alone.
const again = await trunkline.extract(wanted);
assert.equal(
  again.streams.reduce((sum, { written }) => sum + written, 0),
  0,
);

using database = new DatabaseSync('example.db', { readOnly: true });
const [found] = database
  .prepare('SELECT count(*) AS users FROM users WHERE _trunkline_deleted_at IS NULL')
  .all();
assert.ok(Number(found?.['users']) > 0);
