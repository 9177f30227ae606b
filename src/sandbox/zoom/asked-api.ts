/** Questions and answers of past meetings and webinars: the short list and the report. */
import type { SandboxAnswer } from '../types.ts';
import { type Asked, questionsAsked } from './asked.ts';
import { type Call, findInstance, isAnswer } from './call.ts';
import { zoomError } from './errors.ts';
import type { Kind } from './ids.ts';
import { findReported } from './reports-api.ts';
import type { Instance } from './schedule.ts';
import { MINUTE, iso } from './time.ts';

/** Questions of a past meeting, without times. */
export const listPastQuestions = (call: Call): SandboxAnswer =>
  pastQuestions(call, 'meetingId', 'meeting', 'Meeting ID is invalid or not end.');
/** Questions of a past webinar, without times. */
export const listPastWebinarQuestions = (call: Call): SandboxAnswer =>
  pastQuestions(call, 'webinarId', 'webinar', 'Webinar ID is invalid or not end.');

function pastQuestions(call: Call, name: string, kind: Kind, missing: string): SandboxAnswer {
  const instance = findInstance(call, name, kind);
  if (isAnswer(instance)) return instance.status === 404 ? zoomError(404, 3001, missing) : instance;
  return answer(instance, questionsAsked(call.world, instance).map(shortRow));
}

function shortRow({ by, question, answer: given = '' }: Asked): Record<string, unknown> {
  return { name: by.name, email: by.email, question_details: [{ question, answer: given }] };
}

/** Heavy. Who asked, what, and who answered; some questions stay open. */
export const reportMeetingQuestions = (call: Call): SandboxAnswer =>
  reportQuestions(call, 'meetingId', 'meeting');
/** The same for a webinar. */
export const reportWebinarQuestions = (call: Call): SandboxAnswer =>
  reportQuestions(call, 'webinarId', 'webinar');

function reportQuestions(call: Call, name: string, kind: Kind): SandboxAnswer {
  const instance = findReported(call, name, kind);
  if (isAnswer(instance)) return instance;
  const rows = questionsAsked(call.world, instance).map((one) => longRow(one, instance));
  return answer(instance, rows);
}

function longRow(
  { id, by, question, at, answer: given }: Asked,
  { series }: Instance,
): Record<string, unknown> {
  const { host } = series;
  const reply = {
    user_id: host.id,
    name: host.name,
    email: host.email,
    content: given,
    create_time: iso(at + MINUTE),
    type: 'host_answered_publicly',
  };
  const details = {
    question_id: id,
    question,
    answer: given ?? '',
    create_time: iso(at),
    question_status: given === undefined ? 'open' : 'answered',
    answer_details: given === undefined ? [] : [reply],
  };
  // People outside the account show no id here either (FACTS F).
  return { user_id: by.internal ? by.id : '', name: by.name, email: by.email, question_details: [details] };
}

function answer({ series, uuid, start }: Instance, questions: readonly unknown[]): SandboxAnswer {
  return { status: 200, json: { id: series.id, uuid, start_time: iso(start), questions } };
}
