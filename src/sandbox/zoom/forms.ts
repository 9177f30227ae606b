/** Polls and surveys: which series have them, and what people answered in an instance. */
import { type Random, random } from '../random.ts';
import type { Appearance } from './cast.ts';
import { opaqueId } from './ids.ts';
import type { WorldUser } from './people.ts';
import type { Instance, Series } from './schedule.ts';
import { MINUTE, SECOND } from './time.ts';
import type { World } from './world.ts';

/** One question of a poll or a survey. */
export interface Question {
  name: string;
  type: 'single' | 'multiple' | 'rating_scale' | 'short_answer';
  /** Choices; empty where people write or rate. */
  answers: readonly string[];
}

/** One poll or survey of a series. */
export interface Form {
  id: string;
  title: string;
  anonymous: boolean;
  questions: readonly Question[];
}

/** One answer of one person. */
export interface Reply {
  /** For the truth alone. */
  person: string;
  /** Empty for guests and where answers are anonymous. */
  email: string;
  name: string;
  form: Form;
  question: Question;
  answer: string;
  at: number;
}

const POLL_QUESTIONS: readonly Question[] = [
  {
    name: 'How do you like the pace?',
    type: 'single',
    answers: ['Too slow', 'Just right', 'Too fast; more, please'],
  },
  {
    name: 'Which of these do you use?',
    type: 'multiple',
    answers: ['Mail', 'Chat, voice', 'Электронная почта'],
  },
  { name: 'How likely are you to come again?', type: 'rating_scale', answers: [] },
  { name: 'What is missing?', type: 'short_answer', answers: [] },
];
const SURVEY_QUESTIONS: readonly Question[] = [
  { name: 'How useful was it?', type: 'rating_scale', answers: [] },
  { name: 'Would you tell a colleague?', type: 'single', answers: ['Yes', 'No', '多分'] },
  { name: 'What shall we do better?', type: 'short_answer', answers: [] },
];
const WRITTEN = ['Nothing', 'Less "marketing", more demos', 'Más ejemplos', 'Line one\nline two', '100 %'];

/** Whether the host has polls turned off in the settings: every fifth. */
export function pollsOff(host: WorldUser): boolean {
  return host.index % 5 === 4;
}

/** Whether the host has surveys turned off in the settings: every seventh. */
export function surveysOff(host: WorldUser): boolean {
  return host.index % 7 === 5;
}

/** Some series have polls. Instant meetings have none, and neither has what clients made. */
export function pollsOf(world: World, series: Series): readonly Form[] {
  if (series.type === 1 || series.plan?.made === true || pollsOff(series.host)) return [];
  const stream = formStream(world, 'polls', series);
  if (!stream.chance(series.kind === 'webinar' ? 0.7 : 0.45)) return [];
  return Array.from({ length: stream.int(1, 2) }, (_, i) => ({
    id: opaqueId(world.ground.seed, 'poll', series.id, i),
    title: i === 0 ? 'Warm-up' : 'Before we go…',
    anonymous: stream.chance(0.25),
    questions: someOf(POLL_QUESTIONS, stream),
  }));
}

/** Some series have a survey of their own. */
export function surveyOf(world: World, series: Series): Form | undefined {
  if (series.type === 1 || series.plan?.made === true || surveysOff(series.host)) return undefined;
  const stream = formStream(world, 'survey', series);
  if (!stream.chance(series.kind === 'webinar' ? 0.5 : 0.25)) return undefined;
  return {
    id: opaqueId(world.ground.seed, 'survey', series.id),
    title: `What did you think of “${series.topic}”?`,
    anonymous: stream.chance(0.3),
    questions: someOf(SURVEY_QUESTIONS, stream),
  };
}

/** What the people of one instance answered in its polls, poll by poll. */
export function pollReplies(world: World, instance: Instance): Reply[] {
  const polls = instance.alone ? [] : pollsOf(world, instance.series);
  const length = instance.end - instance.start;
  return polls.flatMap((poll, i) => {
    const opened = instance.start + Math.floor((length * (i + 1)) / 3 / MINUTE) * MINUTE;
    return replies(world, instance, poll, opened, 0.7);
  });
}

/** What they answered afterwards in the survey. */
export function surveyReplies(world: World, instance: Instance): Reply[] {
  const survey = instance.alone ? undefined : surveyOf(world, instance.series);
  return survey === undefined ? [] : replies(world, instance, survey, instance.end, 0.4);
}

function replies(world: World, instance: Instance, form: Form, opened: number, share: number): Reply[] {
  const stream = random(world.ground.seed, 'replies', instance.uuid, form.id);
  const people = world.cast(instance).appearances.filter((one) => inMeeting(one) && stream.chance(share));
  return people.flatMap((one, turn) => {
    const { name, email } = form.anonymous ? { name: 'Anonymous Attendee', email: '' } : shown(one);
    return form.questions.map((question, i): Reply => {
      // A second for each: no two answers of a poll are given at the same time.
      const at = opened + (turn * form.questions.length + i) * SECOND;
      return { person: one.person, email, name, form, question, answer: answerTo(question, stream), at };
    });
  });
}

/** Whether somebody was let in. */
export function inMeeting(one: Appearance): boolean {
  return one.rows.some((row) => row.status === 'in_meeting');
}

/** The name and address that the participant lists show of a person. */
function shown(one: Appearance): { name: string; email: string } {
  return { name: one.name, email: one.rows[0]?.email ?? '' };
}

function answerTo({ type, answers }: Question, stream: Random): string {
  if (type === 'rating_scale') return String(stream.int(1, 5));
  if (type === 'short_answer') return stream.pick(WRITTEN);
  if (type === 'single') return stream.pick(answers);
  return answers.filter((_, i) => i === 0 || stream.chance(0.5)).join(';');
}

function someOf(all: readonly Question[], stream: Random): Question[] {
  const count = stream.int(1, all.length);
  const first = stream.int(0, all.length - 1);
  return Array.from({ length: count }, (_, i) => all[(first + i) % all.length] as (typeof all)[number]);
}

function formStream(world: World, what: string, { kind, owner, index }: Series): Random {
  return random(world.ground.seed, what, kind, owner, index);
}
