import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAction } from '../../src/core/connector.ts';
import { sharedPostgres } from '../contracts/backings.ts';
import { connectDesk, connectStage } from './connect-stage.ts';

const postgres = sharedPostgres();

test('what one process changes, another calls by within seconds, with the session that it has', async (t) => {
  let moment = Date.now();
  const stage = await connectStage(t, { databaseUrl: postgres.address(), world: { now: () => moment } });
  const { connect } = stage;
  const desk = await connectDesk(stage);
  const other = stage.again();
  const title = async (): Promise<string | undefined> => {
    const { connector } = await other.session('desk');
    return findAction(connector, 'projects.listProjects')?.title;
  };
  assert.equal(await title(), 'List projects');
  const session = await other.session('desk');
  moment += 3000;
  assert.equal(await other.session('desk'), session, 'nothing changed: the session stays');
  await connect.edit(desk, [
    { do: 'set', action: 'projects.listProjects', pointer: '/title', value: 'All projects' },
  ]);
  moment += 3000;
  assert.equal(await title(), 'All projects');
  await connect.edit(desk, [{ do: 'hide', action: 'projects.listProjects' }]);
  moment += 3000;
  assert.equal(await title(), undefined);
});
