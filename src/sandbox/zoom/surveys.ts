/** The account's library of surveys: one for each series that asks its people afterwards. */
import { type Form, type Reply, surveyOf, surveyReplies } from './forms.ts';
import { opaqueId } from './ids.ts';
import type { Instance, Series } from './schedule.ts';
import { type World, ended } from './world.ts';

/** One survey and where it is used. */
export interface Survey {
  form: Form;
  series: Series;
}

/** All of them, in order of their series. */
export function surveys(world: World): Survey[] {
  return [...world.everySeries()].flatMap((series): Survey[] => {
    const form = surveyOf(world, series);
    return form === undefined ? [] : [{ form, series }];
  });
}

/** The times that a survey was put, each time by the instance's UUID. */
export function surveyInstances({ series }: Survey, now: number): Instance[] {
  return ended(series, now).filter((one) => !one.alone);
}

/** What one person answered once. */
export interface Submission {
  instance: Instance;
  at: number;
  replies: readonly Reply[];
}

/** All answers of a survey that were given by now, in order of time. */
export function submissions(world: World, survey: Survey, now: number): Submission[] {
  return surveyInstances(survey, now)
    .flatMap((instance) => {
      const people = Map.groupBy(surveyReplies(world, instance), (reply) => reply.person);
      return [...people.values()].map((replies) => ({
        instance,
        replies,
        at: Math.max(...replies.map((one) => one.at)),
      }));
    })
    .filter((one) => one.at <= now)
    .toSorted((a, b) => a.at - b.at);
}

/** The id of a question of a survey. */
export function questionId(form: Form, question: number): string {
  return `${form.id}-${question + 1}`;
}

/** The id of a choice; of the stars of a rating as well. */
export function optionId(form: Form, question: number, option: number): string {
  return opaqueId('option', form.id, question, option);
}
