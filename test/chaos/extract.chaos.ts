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

const KILLS = Number(process.env['KILLS'] ?? 100);
/** Of one account, so that each run gets somewhere between two of them. */
const AT_ONCE = 12;

describe('extractions that are disturbed', () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  for (const kind of ['sqlite', 'postgres', 'duckdb', 'parquet', 'csv', 'jsonl']) {
    test(`${KILLS} times kill -9 while it loads into ${kind}: nothing lost, nothing twice, little repeated`, async (t) => {
      let kills = 0;
      for (let seed = 1; kills < KILLS; seed++) {
        await using arena = await openArena({ seed, users: 6, meetings: 6 });
        kills += await killedRound(
          arena,
          placeOf(kind, arena, () => server),
          Math.min(AT_ONCE, KILLS - kills),
          seed,
        );
      }
      t.diagnostic(`${kills} kills`);
    });
  }

  for (const [how, disturb] of [
    ['restarted', () => server.restart()],
    ['killed with -9', () => server.kill9().then(() => server.restart())],
  ] as const) {
    test(`a PostgreSQL that is ${how} ten times in the middle loses nothing`, async () => {
      await using arena: Arena = await openArena({ seed: 50 });
      for (let i = 1; i <= 10; i++) {
        const said = await disturbed(
          arena,
          placeOf('postgres', arena, () => server),
          i * 12,
          disturb,
        );
        assert.match(said, /^$|PostgreSQL|connection/);
      }
    });
  }

  // As little as the place needs to be made.
  for (const [kind, least] of Object.entries({ sqlite: 400, duckdb: 200, parquet: 400 })) {
    test(`a disk that is full under ${kind} again and again ends runs with the reason, and loses nothing`, async (t) => {
      const disk = smallDisk(t, `${least}k`);
      if (!disk) return;
      await using arena = await openArena({ seed: 51 });
      const path = join(disk.path, 'zoom');
      const to = kind === 'parquet' ? `file:${path}?format=parquet` : `${kind}:${path}.db`;
      let full = 0;
      for (let size = Math.ceil(1.3 * least); ; size = Math.ceil(size * 1.3)) {
        const run = await arena.run(to);
        if (run.code !== 1) {
          mustBeDone(run);
          break;
        }
        assert.match(run.stdout + run.stderr, /full|space/);
        full++;
        disk.grow(`${size}k`);
      }
      t.diagnostic(`${full} times full`);
      assert.ok(full > 0);
      await sameAsWhole(arena, to);
    });
  }
});
