import { defineStream, type StreamWindow } from '../../../core/stream.ts';
import { flag, id, integer, json, moment, momentWindow, row, text } from './columns.ts';
import { withFingerprint } from './rows.ts';

// The document gives no largest page: pages are as large as Zoom makes them by itself.

const tokens = <const Items extends string>(items: Items) =>
  ({ kind: 'token', items, token: 'next_page_token', param: 'next_page_token' }) as const;

const PLAN = 'Survey Management; role permission View Surveys';

const belowSurvey = {
  stream: 'surveys',
  params: { surveyId: 'survey_id' },
  carry: { survey_id: 'survey_id' },
};

/** Polls, quizzes and surveys of the account's library. */
export const surveys = defineStream({
  name: 'surveys',
  title: 'Surveys',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/survey-management/GET/surveys',
  path: '/surveys',
  budget: 'medium',
  scopes: ['survey_management:read:list_surveys:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    survey_id: text,
    survey_name: text,
    survey_type: text,
  }),
  primaryKey: ['survey_id'],
  pages: tokens('surveys'),
});

/** Each use of a survey: in a meeting, webinar, chat or by a link. */
export const survey_instances = defineStream({
  name: 'survey_instances',
  title: 'Survey instances',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/survey-management/GET/surveys/{surveyId}/instances',
  path: '/surveys/{surveyId}/instances',
  budget: 'medium',
  scopes: ['survey_management:read:list_survey_instances:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    instance_name: text,
    instance_id: text,
    product_type: text,
    has_response: flag,
    survey_id: text,
    survey_name: text,
    survey_type: text,
    anonymous: flag,
    survey_questions: json,
    meeting_id: text,
  }),
  primaryKey: ['survey_id', 'instance_id'],
  pages: tokens('survey_instances'),
  parents: [belowSurvey],
});

/** Zoom names no limit for the span; a month at a time is what its reports allow. */
const byMonth = momentWindow(undefined);
const submitted: StreamWindow = {
  ...byMonth,
  params: (span) => {
    const { from = '', to = '' } = byMonth.params(span);
    return { submit_time_start: from, submit_time_end: to };
  },
};

/**
 * What people answered. An answer has no id, and anonymous ones no person: all that it says tells it apart, and those
 * that say the same are counted.
 */
export const survey_answers = defineStream({
  name: 'survey_answers',
  title: 'Survey answers',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/survey-management/GET/surveys/{surveyId}/answers',
  path: '/surveys/{surveyId}/answers',
  budget: 'medium',
  scopes: ['survey_management:read:list_survey_answers:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    survey_id: id,
    answer_id: text,
    nth: integer,
    email: text,
    name: text,
    instance_id: text,
    submit_time: moment,
    anonymous: flag,
    questions: json,
  }),
  primaryKey: ['survey_id', 'answer_id', 'nth'],
  repeats: 'nth',
  cursor: 'submit_time',
  pages: tokens('survey_answers'),
  rows: withFingerprint('answer_id', ['instance_id', 'submit_time', 'email', 'name', 'questions']),
  parents: [belowSurvey],
  window: submitted,
});
