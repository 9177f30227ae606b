import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sharedPostgres } from '../contracts/backings.ts';
import { storm, type Outcome } from './live.ts';

/** Events come in about this number, of which a quarter come twice; a smaller storm for a first look. */
const EVENTS = Number(process.env['TRUNKLINE_CHAOS_EVENTS'] ?? 20_000);
const KILLS = Number(process.env['TRUNKLINE_CHAOS_KILLS'] ?? 100);
const RESTARTS = 3;

/** So many people to each of about 100 instances that their joins, leaves and registrations make the events. */
const CROWD = { users: 12, meetings: 10, webinars: 10, participants: Math.ceil(EVENTS / 370) };

const postgres = sharedPostgres({});

function judge(t: TestContext, outcome: Outcome): void {
  const { astray, differences, ...numbers } = outcome;
  t.diagnostic(JSON.stringify(numbers));
  assert.deepEqual([astray, differences], [[], []]);
  assert.ok(outcome.sent >= EVENTS, `${outcome.sent} events`);
}

test(`${EVENTS} events at a server that is killed ${KILLS} times, on the embedded database`, async (t) => {
  judge(t, await storm({ seed: 401, kills: KILLS, crowd: CROWD }));
});

test(`${EVENTS} events at two servers and two workers that are killed ${KILLS} times, while PostgreSQL restarts ${RESTARTS} times`, async (t) => {
  const { server } = postgres;
  let crash = false;
  const restart = async (): Promise<void> => {
    // By turns as an operator does it, and as a crash does.
    if ((crash = !crash)) await server.kill9();
    await server.restart();
  };
  const database = { url: postgres.address(), restart, restarts: RESTARTS };
  judge(t, await storm({ seed: 501, kills: KILLS, crowd: CROWD, servers: 2, workers: 2, database }));
});
