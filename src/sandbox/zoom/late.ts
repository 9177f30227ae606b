/** What is told of an instance while Zoom still counts: "attendance data takes some time to be generated" (SPEC). */
import type { Call } from './call.ts';
import type { Row } from './cast.ts';
import type { Instance } from './schedule.ts';
import { SECOND } from './time.ts';

/** The rows that are known by now; durations are 0 until all is settled (FACTS F, gotcha 8). */
export function knownRows(call: Call, instance: Instance): { rows: readonly Row[]; settled: boolean } {
  const { rows } = call.world.cast(instance);
  const settled = call.now >= instance.end + call.switches.participantLagSeconds * SECOND;
  return { rows: settled ? rows : rows.slice(0, Math.ceil(rows.length / 2)), settled };
}
