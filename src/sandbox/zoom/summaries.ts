/** What the AI Companion wrote of an instance. */
import { random } from '../random.ts';
import type { Instance } from './schedule.ts';
import { MINUTE } from './time.ts';
import type { World } from './world.ts';

/** Of most instances, where the host was not alone. */
export function hasSummary(world: World, { uuid, alone }: Instance): boolean {
  return !alone && random(world.ground.seed, 'has summary', uuid).chance(0.8);
}

/** How long after the end it is made, in milliseconds. */
export const LAG = 5 * MINUTE;

/** When it was made. */
export function summarized({ end }: Instance): number {
  return end + LAG;
}

/** What it says. */
export function summaryOf({ series, uuid }: Instance): { overview: string; steps: string[] } {
  const stream = random('summary', uuid);
  const next = [`Send the notes of “${series.topic}”.`, 'Plan the next date.', 'Answer the open questions.'];
  const overview = `${series.host.name} led “${series.topic}”; the participants agreed on what comes next.`;
  return { overview, steps: next.slice(0, stream.int(1, next.length)) };
}
