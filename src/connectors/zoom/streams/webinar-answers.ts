/** What people answered and asked in a webinar. */
import { defineStream } from '../../../core/stream.ts';
import { webinarQa as reportQa } from '../reports.ts';
import {
  askedQuestions,
  pollAnswers,
  pollColumns,
  questionColumns,
  surveyAnswers,
  surveyColumns,
} from './answers.ts';
import { json, moment, row, text } from './columns.ts';
import { belowWebinars } from './held.ts';
import { ofWebinar } from './people-columns.ts';

const PLAN = 'Pro or higher with the webinar add-on for the host';
const REPORT_PLAN = `${PLAN}; role permission Usage Reports`;
const REPORT = 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/webinars/{webinarId}';
const NESTED = { kind: 'none', items: '' } as const;

export const webinarPollResults = defineStream({
  name: 'webinar_poll_results',
  title: 'Answers to the polls of a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/past_webinars/{webinarId}/polls',
  path: '/past_webinars/{webinarId}/polls',
  budget: 'medium',
  scopes: ['webinar:read:list_past_polls:admin', 'webinar:read:list_past_polls'],
  plan: PLAN,
  kind: 'history',
  row: row({ ...ofWebinar, ...pollColumns }),
  primaryKey: ['webinar_uuid', 'row_key'],
  cursor: 'date_time',
  pages: NESTED,
  rows: pollAnswers,
  parents: belowWebinars({ feature: 'poll' }),
});

export const reportWebinarPolls = defineStream({
  name: 'report_webinar_polls',
  title: 'Report of the answers to the polls of a webinar',
  docs: `${REPORT}/polls`,
  path: '/report/webinars/{webinarId}/polls',
  budget: 'heavy',
  scopes: ['report:read:list_webinar_polls:admin'],
  plan: REPORT_PLAN,
  kind: 'history',
  row: row({ ...ofWebinar, ...pollColumns, first_name: text, last_name: text }),
  primaryKey: ['webinar_uuid', 'row_key'],
  cursor: 'date_time',
  pages: NESTED,
  rows: pollAnswers,
  parents: belowWebinars({ feature: 'poll' }),
});

/** One row for each question; the history does not say where Q&A was used. */
export const webinarQa = defineStream({
  name: 'webinar_qa',
  title: 'Questions and answers of a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/past_webinars/{webinarId}/qa',
  path: '/past_webinars/{webinarId}/qa',
  budget: 'medium',
  scopes: ['webinar:read:past_qa:admin', 'webinar:read:past_qa'],
  plan: PLAN,
  kind: 'history',
  row: row({ ...ofWebinar, ...questionColumns }),
  primaryKey: ['webinar_uuid', 'row_key'],
  cursor: 'start_time',
  pages: NESTED,
  rows: askedQuestions,
  parents: belowWebinars(),
});

export const reportWebinarQa = defineStream({
  name: 'report_webinar_qa',
  title: 'Report of the questions and answers of a webinar',
  docs: reportQa.docs,
  path: '/report/webinars/{webinarId}/qa',
  budget: reportQa.budget,
  scopes: reportQa.scopes,
  plan: REPORT_PLAN,
  kind: 'history',
  row: row({
    ...ofWebinar,
    ...questionColumns,
    user_id: text,
    question_id: text,
    question_status: text,
    create_time: moment,
    answer_details: json,
  }),
  primaryKey: ['webinar_uuid', 'row_key'],
  cursor: 'create_time',
  pages: NESTED,
  rows: askedQuestions,
  parents: belowWebinars(),
});

export const reportWebinarSurveys = defineStream({
  name: 'report_webinar_surveys',
  title: 'Report of the answers to the survey of a webinar',
  docs: `${REPORT}/survey`,
  path: '/report/webinars/{webinarId}/survey',
  budget: 'heavy',
  scopes: ['report:read:webinar_survey:admin'],
  plan: REPORT_PLAN,
  kind: 'history',
  row: row({ ...ofWebinar, ...surveyColumns }),
  primaryKey: ['webinar_uuid', 'row_key'],
  cursor: 'date_time',
  pages: NESTED,
  rows: surveyAnswers,
  parents: belowWebinars(),
});
