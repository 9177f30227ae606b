/** How one person was there: the shapes of joins that attendance has to be computed from (FACTS F, gotcha 7). */
import type { Random } from '../random.ts';
import type { Instance } from './schedule.ts';
import { SECOND } from './time.ts';

/** One uninterrupted time in the room, or before its door. */
export interface Stay {
  join: number;
  leave: number;
  status: 'in_meeting' | 'in_waiting_room';
  /** Id of the breakout room, or empty. */
  breakout: string;
  /** Name of the second device, or empty. */
  device: string;
}

/** The stays of one person; `whole` for the host, who opens and closes the room. */
export function stays(stream: Random, instance: Instance, whole: boolean): Stay[] {
  const { start, end } = instance;
  if (whole) return [stay(start, end)];
  const length = Math.floor((end - start) / SECOND);
  const at = (share: number): number => start + Math.floor(share * length) * SECOND;
  const early = stream.next() * 0.2;
  const late = 0.75 + stream.next() * 0.25;
  const roll = stream.next();
  if (roll < 0.55) return [stay(at(early), at(late))];
  if (roll < 0.7) return [stay(at(early), at(0.4)), stay(at(0.45), at(late))];
  if (roll < 0.76) return [stay(at(early), at(0.3)), stay(at(0.3), at(0.5)), stay(at(0.6), at(late))];
  if (roll < 0.83) return [stay(at(early), at(0.7)), { ...stay(at(0.4), at(late)), device: 'iPad' }];
  if (roll < 0.88) {
    // Came in and fell out in the same second, then again.
    return [stay(at(early), at(early)), stay(at(early) + 5 * SECOND, at(late))];
  }
  if (instance.series.kind === 'webinar') return [stay(at(early), at(late))];
  if (roll < 0.94) {
    const waiting: Stay = { ...stay(at(early * 0.5), at(early)), status: 'in_waiting_room' };
    return [waiting, stay(at(early), at(late))];
  }
  const breakout = `bo-${instance.position}-${stream.int(1, 4)}`;
  const inside: Stay = { ...stay(at(0.35), at(0.6)), breakout };
  // Either the main room keeps its row meanwhile, or it is left and entered again.
  return stream.chance(0.5)
    ? [stay(at(early), at(late)), inside]
    : [stay(at(early), at(0.35)), inside, stay(at(0.6), at(late))];
}

function stay(join: number, leave: number): Stay {
  return { join, leave, status: 'in_meeting', breakout: '', device: '' };
}
