/** Questions that people asked in an instance, and who answered them. */
import { random } from '../random.ts';
import type { Row } from './cast.ts';
import { opaqueId } from './ids.ts';
import type { Instance } from './schedule.ts';
import { MINUTE } from './time.ts';
import type { World } from './world.ts';

/** One question. */
export interface Asked {
  id: string;
  /** A row of the one who asked. */
  by: Row;
  question: string;
  at: number;
  /** Undefined while the question is open. */
  answer: string | undefined;
}

const QUESTIONS = [
  'How long is the trial?',
  'Will there be a recording?',
  'Чи буде запис?',
  'Does it work with "SSO"?',
];

/** In every webinar, and in a meeting here and there. */
export function hasQuestions(world: World, { series, uuid, alone }: Instance): boolean {
  if (alone || series.kind === 'webinar') return !alone;
  return series.type !== 1 && random(world.ground.seed, 'meeting qa', uuid).chance(0.25);
}

/** In order of time; who asks was in the room. */
export function questionsAsked(world: World, instance: Instance): Asked[] {
  if (!hasQuestions(world, instance)) return [];
  const { uuid, start } = instance;
  const stream = random(world.ground.seed, 'qa', uuid);
  const people = new Map(world.cast(instance).rows.map((row) => [row.person, row]));
  const askers = [...people.values()].filter((row) => row.status === 'in_meeting').slice(0, stream.int(1, 4));
  return askers.map((by, i) => {
    const answered = stream.chance(0.7);
    return {
      id: opaqueId('question', uuid, i).slice(0, 11),
      by,
      question: stream.pick(QUESTIONS),
      at: start + (i + 1) * 4 * MINUTE,
      answer: answered ? 'Yes; we will send a mail about it.' : undefined,
    };
  });
}
