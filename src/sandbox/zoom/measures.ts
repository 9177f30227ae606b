/** Numbers that several lists and the truth tell of one instance. */
import type { Cast } from './cast.ts';
import type { Instance } from './schedule.ts';
import { MINUTE } from './time.ts';

/** How many were there and for how long; small enough to be kept where a cast is not. */
export interface Counts {
  /** Different people that were let in. */
  present: number;
  /** Of them, those of the account. */
  internal: number;
  /** All rows added up, in minutes, as the reports do it. */
  totalMinutes: number;
}

/** Whole minutes, the last one begun. */
export function minutes(instance: Instance): number {
  return Math.ceil((instance.end - instance.start) / MINUTE);
}

/** The numbers of one instance. */
export function countsOf(cast: Cast): Counts {
  const { present, internal, attended } = cast;
  return { present, internal, totalMinutes: Math.ceil(attended / MINUTE) };
}

/** Most joins in the room at one time. */
export function peakOf({ rows }: Cast): number {
  const turns: number[] = [];
  // The sign goes with the time: who leaves in the second in which another comes was not there with him.
  for (const row of rows) if (row.status === 'in_meeting') turns.push(row.join * 2 + 1, row.leave * 2);
  turns.sort((a, b) => a - b);
  let inside = 0;
  let peak = 0;
  for (const turn of turns) {
    inside += turn % 2 === 1 ? 1 : -1;
    peak = Math.max(peak, inside);
  }
  return peak;
}
