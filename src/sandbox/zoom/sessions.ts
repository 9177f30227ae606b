/** How one person was there: the shapes of joins that attendance has to be computed from (FACTS F, gotcha 7). */
import type { Random } from '../random.ts';
import type { Instance } from './schedule.ts';
import { SECOND } from './time.ts';

export interface Session {
  join: number;
  leave: number;
  status: 'in_meeting' | 'in_waiting_room';
  /** Id of the breakout room, or empty. */
  breakout: string;
  /** Name of the second device, or empty. */
  device: string;
}

/** The sessions of one person; `whole` for the host, who opens and closes the room. */
export function sessions(stream: Random, instance: Instance, whole: boolean): Session[] {
  const { start, end } = instance;
  if (whole) return [session(start, end)];
  const length = Math.floor((end - start) / SECOND);
  const at = (share: number): number => start + Math.floor(share * length) * SECOND;
  const early = stream.next() * 0.2;
  const late = 0.75 + stream.next() * 0.25;
  const roll = stream.next();
  if (roll < 0.55) return [session(at(early), at(late))];
  if (roll < 0.7) return [session(at(early), at(0.4)), session(at(0.45), at(late))];
  if (roll < 0.76)
    return [session(at(early), at(0.3)), session(at(0.3), at(0.5)), session(at(0.6), at(late))];
  if (roll < 0.83) return [session(at(early), at(0.7)), { ...session(at(0.4), at(late)), device: 'iPad' }];
  if (roll < 0.88) {
    // Came in and fell out in the same second, then again.
    return [session(at(early), at(early)), session(at(early) + 5 * SECOND, at(late))];
  }
  if (instance.series.kind === 'webinar') return [session(at(early), at(late))];
  if (roll < 0.94) {
    const waiting: Session = { ...session(at(early * 0.5), at(early)), status: 'in_waiting_room' };
    return [waiting, session(at(early), at(late))];
  }
  const breakout = `bo-${instance.position}-${stream.int(1, 4)}`;
  const inside: Session = { ...session(at(0.35), at(0.6)), breakout };
  // Either the main room keeps its row meanwhile, or it is left and entered again.
  return stream.chance(0.5)
    ? [session(at(early), at(late)), inside]
    : [session(at(early), at(0.35)), inside, session(at(0.6), at(late))];
}

function session(join: number, leave: number): Session {
  return { join, leave, status: 'in_meeting', breakout: '', device: '' };
}
