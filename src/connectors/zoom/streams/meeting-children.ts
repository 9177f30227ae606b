/** What belongs to a planned meeting. */
import { defineStream, type StreamParent } from '../../../core/stream.ts';
import { registrants, registrationQuestions } from '../meeting-registrants.ts';
import { invitation } from '../meetings.ts';
import { registrantsOf } from '../pushed/people.ts';
import { formQuestions } from './answers.ts';
import { flag, id, integer, json, moment, row, text } from './columns.ts';
import { takesRegistrations } from './held.ts';
import { registrantColumns, registrationPasses } from './people-columns.ts';

const ofMeeting = { params: { meetingId: 'id' }, carry: { meeting_id: 'id' } };

/** Instant meetings have neither polls nor surveys. */
const scheduled: readonly StreamParent[] = [
  { stream: 'meetings', ...ofMeeting, when: ({ type }) => type !== 1 },
];

/**
 * The list does not say whether people register. To ask for the details of each meeting is one light call; to ask each
 * meeting for its registrants is three medium ones, which most meetings answer with an error. So the details come first,
 * and the list is for those who may not read them.
 */
const registered: readonly StreamParent[] = [
  { stream: 'meeting_details', ...ofMeeting, when: takesRegistrations },
  { stream: 'meetings', ...ofMeeting, when: ({ type }) => type !== 1 },
];

export const meetingRegistrants = defineStream({
  name: 'meeting_registrants',
  title: 'People who registered for a meeting',
  docs: registrants.docs,
  path: '/meetings/{meetingId}/registrants',
  budget: registrants.budget,
  scopes: registrants.scopes,
  plan: 'Licensed host with registration switched on',
  kind: 'state',
  row: row({ meeting_id: id, ...registrantColumns, create_time: moment, join_url: text }),
  omit: ['participant_pin_code'],
  primaryKey: ['meeting_id', 'id'],
  pages: registrants.pages,
  passes: registrationPasses,
  parents: registered,
  pushes: registrantsOf('meeting'),
});

export const meetingRegistrationQuestions = defineStream({
  name: 'meeting_registration_questions',
  title: 'What people are asked who register for a meeting',
  docs: registrationQuestions.docs,
  path: '/meetings/{meetingId}/registrants/questions',
  budget: registrationQuestions.budget,
  scopes: registrationQuestions.scopes,
  plan: 'Licensed host with registration switched on',
  kind: 'state',
  row: row({
    meeting_id: id,
    row_key: text,
    question: text,
    custom: flag,
    required: flag,
    type: text,
    answers: json,
  }),
  primaryKey: ['meeting_id', 'row_key'],
  pages: { kind: 'none', items: '' },
  rows: formQuestions,
  parents: registered,
});

export const meetingPolls = defineStream({
  name: 'meeting_polls',
  title: 'Polls that were prepared for a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/polls/GET/meetings/{meetingId}/polls',
  path: '/meetings/{meetingId}/polls',
  budget: 'light',
  scopes: ['meeting:read:list_polls:admin', 'meeting:read:list_polls'],
  plan: 'Pro or higher with polls switched on',
  kind: 'state',
  row: row({
    meeting_id: id,
    id: text,
    title: text,
    status: text,
    anonymous: flag,
    poll_type: integer,
    questions: json,
  }),
  primaryKey: ['meeting_id', 'id'],
  pages: { kind: 'none', items: 'polls' },
  parents: scheduled,
});

export const meetingSurveys = defineStream({
  name: 'meeting_surveys',
  title: 'Surveys that were prepared for a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/surveys/GET/meetings/{meetingId}/survey',
  path: '/meetings/{meetingId}/survey',
  budget: 'light',
  scopes: ['meeting:read:survey:admin', 'meeting:read:survey'],
  plan: 'Pro or higher with surveys switched on',
  kind: 'state',
  row: row({ meeting_id: id, custom_survey: json, show_in_the_browser: flag, third_party_survey: text }),
  primaryKey: ['meeting_id'],
  pages: { kind: 'none', items: '' },
  parents: scheduled,
});

export const meetingInvitations = defineStream({
  name: 'meeting_invitations',
  title: 'Invitation texts of meetings',
  docs: invitation.docs,
  path: '/meetings/{meetingId}/invitation',
  budget: invitation.budget,
  scopes: invitation.scopes,
  kind: 'state',
  row: row({ meeting_id: id, invitation: text, sip_links: json }),
  primaryKey: ['meeting_id'],
  pages: { kind: 'none', items: '' },
  parents: [{ stream: 'meetings', ...ofMeeting }],
});
