/** Polls and surveys as planned, and what people answered (FACTS G, items 13 and 23). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, findInstance, isAnswer } from './call.ts';
import { zoomError } from './errors.ts';
import {
  type Form,
  type Reply,
  pollReplies,
  pollsOf,
  pollsOff,
  surveyOf,
  surveyReplies,
  surveysOff,
} from './forms.ts';
import type { Kind } from './ids.ts';
import { findMeeting } from './meetings-api.ts';
import { findReported } from './reports-api.ts';
import type { Instance, Series } from './schedule.ts';
import { iso } from './time.ts';
import { findWebinar } from './webinars-api.ts';
import { ended } from './world.ts';

/** Not paged. The host may have polls turned off: 4400. */
export const listMeetingPolls = (call: Call): SandboxAnswer => polls(call, findMeeting(call));
/** The same for a webinar. */
export const listWebinarPolls = (call: Call): SandboxAnswer => polls(call, findWebinar(call, false));
/** The survey of a meeting. */
export const getMeetingSurvey = (call: Call): SandboxAnswer => survey(call, findMeeting(call));
/** The same for a webinar. */
export const getWebinarSurvey = (call: Call): SandboxAnswer => survey(call, findWebinar(call, false));

function polls(call: Call, series: Series | SandboxAnswer): SandboxAnswer {
  if (isAnswer(series)) return series;
  if (pollsOff(series.host)) {
    const message =
      series.kind === 'meeting'
        ? 'Meeting polls disabled. To enable this feature, enable the "Meeting Polls/Quizzes" setting in the Zoom web portal\'s "Settings" interface.'
        : "Webinar polls disabled. To enable this feature, enable the **Webinar Polls/Quizzes** setting in the Zoom web portal's **Settings** interface.";
    return zoomError(400, 4400, message);
  }
  const wanted = choice(call, 'anonymous', ['true', 'false', 'any'], 'any');
  if (typeof wanted !== 'string') return wanted;
  const over = ended(series, call.now).length > 0;
  const found = pollsOf(call.world, series)
    .filter((poll) => wanted === 'any' || String(poll.anonymous) === wanted)
    .map((poll) => ({
      id: poll.id,
      title: poll.title,
      poll_type: 1,
      anonymous: poll.anonymous,
      status: over ? 'ended' : 'notstart',
      questions: questions(poll),
    }));
  return { status: 200, json: { total_records: found.length, polls: found } };
}

function survey(call: Call, series: Series | SandboxAnswer): SandboxAnswer {
  if (isAnswer(series)) return series;
  if (surveysOff(series.host)) {
    const message =
      series.kind === 'meeting'
        ? 'Meeting survey disabled. To enable this feature, enable the "Meeting Survey" setting in the Zoom web portal\'s "Settings" interface.'
        : "Webinar survey disabled. To enable this feature, enable the **Webinar Survey** setting in the Zoom web portal's **Settings** interface.";
    return zoomError(400, 3000, message);
  }
  const form = surveyOf(call.world, series);
  // What Zoom answers without a survey is not published; here it is the object without one.
  if (form === undefined) return { status: 200, json: { show_in_the_browser: false } };
  const custom_survey = {
    title: form.title,
    anonymous: form.anonymous,
    numbered_questions: true,
    show_question_type: false,
    feedback: 'Thank you!',
    questions: questions(form),
  };
  const mail = series.kind === 'webinar' ? { show_in_the_follow_up_email: true } : {};
  return { status: 200, json: { custom_survey, show_in_the_browser: true, ...mail } };
}

function questions({ questions: all }: Form): Record<string, unknown>[] {
  return all.map(({ name, type, answers }) => ({
    name,
    type,
    answer_required: false,
    ...(answers.length > 0 ? { answers } : {}),
    ...(type === 'single' ? { show_as_dropdown: false } : {}),
    ...(type === 'short_answer' ? { answer_min_character: 1, answer_max_character: 200 } : {}),
    ...(type === 'rating_scale'
      ? { rating_min_value: 1, rating_max_value: 5, rating_min_label: 'Not at all', rating_max_label: 'Very' }
      : {}),
  }));
}

/** What people answered in the polls of a past meeting; light beside its report. */
export const listPastPolls = (call: Call): SandboxAnswer =>
  pastPolls(call, findInstance(call, 'meetingId', 'meeting'));

/** The same for a webinar. */
export function listPastWebinarPolls(call: Call): SandboxAnswer {
  const instance = findInstance(call, 'webinarId', 'webinar');
  if (!isAnswer(instance) || instance.status !== 404) return pastPolls(call, instance);
  return zoomError(404, 3001, 'Webinar ID is invalid or not end.');
}

function pastPolls(call: Call, instance: Instance | SandboxAnswer): SandboxAnswer {
  if (isAnswer(instance)) return instance;
  return { status: 200, json: pollResults(instance, pollReplies(call.world, instance), false) };
}

/** The same as a report, with first and last names. */
export const reportMeetingPolls = (call: Call): SandboxAnswer => reportPolls(call, 'meetingId', 'meeting');
/** The same for a webinar. */
export const reportWebinarPolls = (call: Call): SandboxAnswer => reportPolls(call, 'webinarId', 'webinar');

function reportPolls(call: Call, name: string, kind: Kind): SandboxAnswer {
  const instance = findReported(call, name, kind);
  if (isAnswer(instance)) return instance;
  return { status: 200, json: pollResults(instance, pollReplies(call.world, instance), true) };
}

function pollResults(instance: Instance, all: readonly Reply[], named: boolean): Record<string, unknown> {
  const { uuid, series, start } = instance;
  const people = byPerson(all).map((replies) => ({
    ...personOf(replies, named),
    question_details: replies.map(({ question, answer, form, at }) => ({
      question: question.name,
      answer,
      polling_id: form.id,
      date_time: iso(at),
    })),
  }));
  return { id: series.id, uuid, start_time: iso(start), questions: people };
}

/** What people answered in the survey of a past meeting. */
export const reportMeetingSurvey = (call: Call): SandboxAnswer => reportSurvey(call, 'meetingId', 'meeting');
/** The same for a webinar. */
export const reportWebinarSurvey = (call: Call): SandboxAnswer => reportSurvey(call, 'webinarId', 'webinar');

function reportSurvey(call: Call, name: string, kind: Kind): SandboxAnswer {
  const instance = findReported(call, name, kind);
  if (isAnswer(instance)) return instance;
  const { series, uuid, start } = instance;
  const form = surveyOf(call.world, series);
  const survey_answers = byPerson(surveyReplies(call.world, instance)).map((replies) => ({
    ...personOf(replies, true),
    answer_details: replies.map(({ question, answer, at }, i) => ({
      question: question.name,
      question_id: `${form?.id ?? ''}-${i + 1}`,
      answer,
      date_time: iso(at),
    })),
  }));
  const json = {
    [`${kind}_id`]: series.id,
    [`${kind}_uuid`]: uuid,
    start_time: iso(start),
    survey_id: form?.id ?? '',
    survey_name: form?.title ?? '',
    survey_answers,
  };
  return { status: 200, json };
}

function personOf([first]: readonly Reply[], named: boolean): Record<string, unknown> {
  const { name = '', email = '' } = first ?? {};
  const at = name.lastIndexOf(' ');
  const names = {
    first_name: at < 0 ? name : name.slice(0, at),
    last_name: at < 0 ? '' : name.slice(at + 1),
  };
  return { email, name, ...(named ? names : {}) };
}

/** One entry for each person of each poll that hides who answered, and for each person of the others. */
function byPerson(all: readonly Reply[]): Reply[][] {
  const people = new Map<string, Reply[]>();
  for (const reply of all) {
    const key = reply.form.anonymous ? `${reply.form.id} ${reply.person}` : reply.person;
    const own = people.get(key);
    if (own === undefined) people.set(key, [reply]);
    else own.push(reply);
  }
  return [...people.values()];
}
