import { createHash } from 'node:crypto';

/** Wake-ups of runs: by the id of a run, or by its lane. */
export const RUN_QUEUE = 'flow-runs';

const LANE = 'lane:';

/** What wakes a run up. */
export function wakeKeyOf({ id, lane }: { id: string; lane: string | null }): string {
  return lane === null ? id : `${LANE}${lane}`;
}

/** The lane that a wake-up is for; undefined when it is for one run. */
export function laneOfKey(key: string): string | undefined {
  return key.startsWith(LANE) ? key.slice(LANE.length) : undefined;
}

/** The lane of the runs of a flow that have the same key: not readable, as a key may be an address. */
export function laneOf(flow: string, key: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([flow, key]))
    .digest('hex')
    .slice(0, 32);
}

/** Makes ids that are in the order in which they were made, in this process and, by the clock, over all. */
export function idMaker(now: () => number, random: () => number): () => string {
  let last = 0;
  return () => {
    // Two of one millisecond must not change places.
    last = Math.max(now() * 1000, last + 1);
    const chance = Array.from({ length: 10 }, () => Math.floor(random() * 36).toString(36)).join('');
    return `${last.toString(36).padStart(11, '0')}${chance}`;
  };
}
