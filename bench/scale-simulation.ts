/** 10,000 accounts and 5,000 events a second, on as many databases as it takes. */
import { random } from '../src/sandbox/random.ts';
import { round } from './processes.ts';
import {
  partitionOf,
  sharesOf,
  simulate,
  type Costs,
  type PartitionResult,
  type Plan,
} from './scale-model.ts';

/**
 * Milliseconds of a processor for each event, measured by `npm run bench -- live-cost` (docs/scale.md says where), and
 * of a commit on a disk that keeps what it says. Twice what was measured: nobody should plan with the best case.
 */
const COSTS: Costs = { receive: 0.2, handle: 3.4, receiveInDatabase: 0.08, handleInDatabase: 4, commit: 4 };

const PLAN: Plan = {
  accounts: 10_000,
  perSecond: 5000,
  peak: 4,
  skew: 0.6,
  partitions: 16,
  databaseCores: 8,
  processes: 12,
  // From the first minute of a half hour on: the worst of it is in there.
  seconds: 180,
};

const OUTAGE = { at: 90, seconds: 30 };
const BOUNDS = { answeredP99: 1000, handledP99: 3000 };

/** Several sizes, each by its fullest partition: the others are like it with less to do, and share nothing with it. */
export async function benchScaleSimulation(): Promise<Record<string, unknown> & { holds: boolean }> {
  const sizes = [8, 16, 32].map((partitions) => runOf({ ...PLAN, partitions }));
  const { partitions, ...outage } = runOf({ ...PLAN, outage: OUTAGE });
  const chosen = sizes.find((size) => size.partitions === partitions);
  return Promise.resolve({
    bench: 'scale-simulation',
    costs: COSTS,
    plan: PLAN,
    sizes,
    outage: { ...OUTAGE, ...outage },
    bound: BOUNDS,
    holds:
      (chosen?.answered.p99 ?? Infinity) < BOUNDS.answeredP99 &&
      (chosen?.handled.p99 ?? Infinity) < BOUNDS.handledP99,
  });
}

function runOf(plan: Plan) {
  const shares = sharesOf(plan);
  const all = Array.from({ length: plan.partitions }, () => ({ share: 0, accounts: 0 }));
  for (const [account, share] of shares.entries()) {
    const home = all[partitionOf(account, plan.partitions)];
    if (!home) continue;
    home.share += share;
    home.accounts++;
  }
  const [fullest = { share: 0, accounts: 0 }] = all.toSorted((a, b) => b.share - a.share);
  const dice = random(1, 'scale');
  const next = () => dice.int(0, 2 ** 30) / 2 ** 30;
  const result = simulate(plan, COSTS, plan.perSecond * fullest.share, fullest.accounts, next);
  const { answered, handled, database, node, drainedAfter, ...rest } = result;
  return {
    partitions: plan.partitions,
    databaseCores: plan.databaseCores * plan.partitions,
    processes: plan.processes * plan.partitions,
    /** Of the largest account, which lives in one place. */
    largestAccountPerSecond: round((shares[0] ?? 0) * plan.perSecond),
    /** Beside the mean of all partitions. */
    fullest: round(fullest.share * plan.partitions),
    ...rest,
    busy: { database: round(database), node: round(node) },
    answered: rounded(answered),
    handled: rounded(handled),
    ...(drainedAfter === undefined ? {} : { drainedAfterSeconds: round(drainedAfter) }),
  };
}

function rounded({ p50, p99, max }: PartitionResult['answered']): PartitionResult['answered'] {
  return { p50: round(p50), p99: round(p99), max: round(max) };
}
