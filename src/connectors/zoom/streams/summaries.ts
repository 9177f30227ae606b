/** Summaries by AI Companion. */
import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { get } from '../summaries.ts';
import * as pushed from '../pushed/held.ts';
import { id, json, moment, momentWindow, row, text } from './columns.ts';

const PLAN = 'Pro or higher with AI Companion summaries switched on; role permission for meeting summaries';

const summarized = {
  meeting_uuid: text,
  meeting_id: id,
  meeting_host_id: text,
  meeting_host_email: text,
  meeting_topic: text,
  meeting_start_time: moment,
  meeting_end_time: moment,
  summary_start_time: moment,
  summary_end_time: moment,
  summary_created_time: moment,
  summary_last_modified_time: moment,
};

/** By when a summary was made and not by when it starts: one that took long would come to a time that has been read. */
export const meetingSummaries = defineStream({
  name: 'meeting_summaries',
  title: 'Meetings and webinars that have a summary',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/summaries/GET/meetings/meeting_summaries',
  path: '/meetings/meeting_summaries',
  budget: 'medium',
  scopes: ['meeting:read:list_summaries:admin'],
  plan: PLAN,
  kind: 'history',
  row: row(summarized),
  // Who stops it and starts it again has two summaries of one meeting.
  primaryKey: ['meeting_uuid', 'summary_start_time'],
  cursor: 'summary_created_time',
  query: { time_filter_field: 'summary_created_time' },
  pages: tokenPages('summaries', 300),
  window: momentWindow(undefined),
  pushes: pushed.summaries,
});

export const meetingSummaryDetails = defineStream({
  name: 'meeting_summary_details',
  title: 'Texts of summaries',
  docs: get.docs,
  path: '/meetings/{meetingId}/meeting_summary',
  budget: get.budget,
  scopes: get.scopes,
  plan: PLAN,
  kind: 'history',
  row: row({
    ...summarized,
    summary_title: text,
    summary_overview: text,
    summary_details: json,
    next_steps: json,
    edited_summary: json,
    summary_content: text,
    summary_doc_url: text,
    summary_last_modified_user_id: text,
    summary_last_modified_user_email: text,
  }),
  primaryKey: ['meeting_uuid'],
  cursor: 'summary_created_time',
  pages: { kind: 'none', items: '' },
  parents: [
    {
      stream: 'meeting_summaries',
      params: { meetingId: 'meeting_uuid' },
      carry: { meeting_uuid: 'meeting_uuid' },
      endedAt: 'summary_created_time',
    },
  ],
});
