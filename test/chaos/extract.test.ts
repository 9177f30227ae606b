import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { smallDisk } from '../destinations/disks.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import {
  disturbed,
  killedRound,
  mustBeDone,
  openArena,
  placeOf,
  sameAsWhole,
  type Arena,
} from './extract.ts';

// A short share of `npm run chaos`, which kills a hundred times for each destination.

describe('an extraction that is disturbed', () => {
  let arena: Arena;
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
    arena = await openArena({ seed: 21 });
  });
  after(async () => {
    await server.stop();
    await arena[Symbol.asyncDispose]();
  });

  for (const [kind, kills] of Object.entries({ sqlite: 3, postgres: 2, duckdb: 2, parquet: 2 })) {
    test(`to ${kind}, killed with -9 at random moments: nothing lost, nothing twice, little repeated`, async () => {
      const killed = await killedRound(
        arena,
        placeOf(kind, arena, () => server),
        kills,
        31,
      );
      assert.ok(killed >= 2, `${killed} kills`);
    });
  }

  test('Ctrl-C lands what is under way and exits with 130; the next run repeats no call', async () => {
    const to = placeOf('sqlite', arena, () => server);
    let calls = 0;
    for (const nth of [15, 40]) {
      const stopped = await arena.run(to, (n, child) => void (n === nth && child.kill('SIGINT')));
      assert.equal(stopped.code, 130, stopped.stderr);
      calls += stopped.calls;
    }
    const rest = await arena.run(to);
    mustBeDone(rest);
    assert.equal(calls + rest.calls, arena.whole.calls, 'as many calls as in one piece');
    await sameAsWhole(arena, to);
  });

  test('a PostgreSQL that is killed with -9 and comes back loses nothing', async () => {
    const said = await disturbed(
      arena,
      placeOf('postgres', arena, () => server),
      50,
      async () => {
        await server.kill9();
        await server.restart();
      },
    );
    // Either it waited until the database was back, or it said what went wrong.
    assert.match(said, /^$|PostgreSQL|connection/);
  });

  test('a disk that is full ends the run with the reason; with room it goes on', async (t) => {
    const disk = smallDisk(t, '600k');
    if (!disk) return;
    const to = `sqlite:${join(disk.path, 'zoom.db')}`;
    const full = await arena.run(to);
    assert.equal(full.code, 1, full.stderr);
    assert.match(full.stdout + full.stderr, /full|space/);
    disk.grow('20m');
    mustBeDone(await arena.run(to));
    await sameAsWhole(arena, to);
  });
});
