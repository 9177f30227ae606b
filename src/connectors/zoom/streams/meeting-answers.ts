/** What people answered and asked in a meeting. */
import { defineStream } from '../../../core/stream.ts';
import {
  askedQuestions,
  pollAnswers,
  pollColumns,
  questionColumns,
  surveyAnswers,
  surveyColumns,
} from './answers.ts';
import { json, moment, row, text } from './columns.ts';
import { belowMeetings } from './held.ts';
import { ofMeeting } from './people-columns.ts';

const PLAN = 'Pro or higher; role permission Usage Reports';
const NESTED = { kind: 'none', items: '' } as const;

export const meetingPollResults = defineStream({
  name: 'meeting_poll_results',
  title: 'Answers to the polls of a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/polls/GET/past_meetings/{meetingId}/polls',
  path: '/past_meetings/{meetingId}/polls',
  budget: 'medium',
  scopes: ['meeting:read:list_poll_results:admin', 'meeting:read:list_poll_results'],
  plan: 'Pro or higher',
  kind: 'history',
  row: row({ ...ofMeeting, ...pollColumns }),
  primaryKey: ['meeting_uuid', 'row_key'],
  cursor: 'date_time',
  pages: NESTED,
  rows: pollAnswers,
  parents: belowMeetings({ feature: 'poll' }),
});

export const reportMeetingPolls = defineStream({
  name: 'report_meeting_polls',
  title: 'Report of the answers to the polls of a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/meetings/{meetingId}/polls',
  path: '/report/meetings/{meetingId}/polls',
  budget: 'heavy',
  scopes: ['report:read:list_meeting_polls:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({ ...ofMeeting, ...pollColumns, first_name: text, last_name: text }),
  primaryKey: ['meeting_uuid', 'row_key'],
  cursor: 'date_time',
  pages: NESTED,
  rows: pollAnswers,
  parents: belowMeetings({ feature: 'poll' }),
});

/** One row for each question; the history does not say where Q&A was used. */
export const meetingQa = defineStream({
  name: 'meeting_qa',
  title: 'Questions and answers of a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/qa',
  path: '/past_meetings/{meetingId}/qa',
  budget: 'medium',
  scopes: ['meeting:read:past_qa:admin', 'meeting:read:past_qa'],
  plan: 'Q&A switched on for the meeting',
  kind: 'history',
  row: row({ ...ofMeeting, ...questionColumns }),
  primaryKey: ['meeting_uuid', 'row_key'],
  cursor: 'start_time',
  pages: NESTED,
  rows: askedQuestions,
  parents: belowMeetings(),
});

export const reportMeetingQa = defineStream({
  name: 'report_meeting_qa',
  title: 'Report of the questions and answers of a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/meetings/{meetingId}/qa',
  path: '/report/meetings/{meetingId}/qa',
  budget: 'heavy',
  scopes: ['report:read:meeting_qna:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    ...ofMeeting,
    ...questionColumns,
    user_id: text,
    question_id: text,
    question_status: text,
    create_time: moment,
    answer_details: json,
  }),
  primaryKey: ['meeting_uuid', 'row_key'],
  cursor: 'create_time',
  pages: NESTED,
  rows: askedQuestions,
  parents: belowMeetings(),
});

export const reportMeetingSurveys = defineStream({
  name: 'report_meeting_surveys',
  title: 'Report of the answers to the survey of a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/meetings/{meetingId}/survey',
  path: '/report/meetings/{meetingId}/survey',
  budget: 'heavy',
  scopes: ['report:read:meeting_survey:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({ ...ofMeeting, ...surveyColumns }),
  primaryKey: ['meeting_uuid', 'row_key'],
  cursor: 'date_time',
  pages: NESTED,
  rows: surveyAnswers,
  parents: belowMeetings(),
});
