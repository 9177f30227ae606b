/** What belongs to a planned webinar. */
import { defineStream, type StreamParent } from '../../../core/stream.ts';
import { panelists, registrants, trackingSources } from '../webinar-people.ts';
import { registrantsOf } from '../pushed/people.ts';
import { formQuestions } from './answers.ts';
import { flag, id, integer, json, moment, row, text } from './columns.ts';
import { takesRegistrations } from './held.ts';
import { registrantColumns, registrationPasses } from './people-columns.ts';

const PLAN = 'Pro or higher with the webinar add-on for the host';
const ofWebinar = { params: { webinarId: 'id' }, carry: { webinar_id: 'id' } };
const planned: readonly StreamParent[] = [{ stream: 'webinars', ...ofWebinar }];

/** The list does not say whether people register; the details do, for one light call instead of several medium ones. */
const registered: readonly StreamParent[] = [
  { stream: 'webinar_details', ...ofWebinar, when: takesRegistrations },
  { stream: 'webinars', ...ofWebinar },
];

export const webinarRegistrants = defineStream({
  name: 'webinar_registrants',
  title: 'People who registered for a webinar',
  docs: registrants.docs,
  path: '/webinars/{webinarId}/registrants',
  budget: registrants.budget,
  scopes: registrants.scopes,
  plan: PLAN,
  kind: 'state',
  row: row({ webinar_id: id, ...registrantColumns, create_time: moment, join_url: text }),
  primaryKey: ['webinar_id', 'id'],
  pages: registrants.pages,
  passes: registrationPasses,
  parents: registered,
  pushes: registrantsOf('webinar'),
});

export const webinarRegistrationQuestions = defineStream({
  name: 'webinar_registration_questions',
  title: 'What people are asked who register for a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}/registrants/questions',
  path: '/webinars/{webinarId}/registrants/questions',
  budget: 'light',
  scopes: ['webinar:read:list_registration_questions:admin', 'webinar:read:list_registration_questions'],
  plan: PLAN,
  kind: 'state',
  row: row({
    webinar_id: id,
    row_key: text,
    question: text,
    custom: flag,
    required: flag,
    type: text,
    answers: json,
  }),
  primaryKey: ['webinar_id', 'row_key'],
  pages: { kind: 'none', items: '' },
  rows: formQuestions,
  parents: registered,
});

export const webinarPanelists = defineStream({
  name: 'webinar_panelists',
  title: 'Panelists of a webinar',
  docs: panelists.docs,
  path: '/webinars/{webinarId}/panelists',
  budget: panelists.budget,
  scopes: panelists.scopes,
  plan: PLAN,
  kind: 'state',
  row: row({
    webinar_id: id,
    id: text,
    email: text,
    name: text,
    join_url: text,
    virtual_background_id: text,
    name_tag_id: text,
    name_tag_name: text,
    name_tag_pronouns: text,
    name_tag_description: text,
  }),
  primaryKey: ['webinar_id', 'id'],
  pages: panelists.pages,
  parents: planned,
});

export const webinarPolls = defineStream({
  name: 'webinar_polls',
  title: 'Polls that were prepared for a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}/polls',
  path: '/webinars/{webinarId}/polls',
  budget: 'light',
  scopes: ['webinar:read:list_polls:admin', 'webinar:read:list_polls'],
  plan: `${PLAN}; polls switched on`,
  kind: 'state',
  row: row({
    webinar_id: id,
    id: text,
    title: text,
    status: text,
    anonymous: flag,
    poll_type: integer,
    questions: json,
  }),
  primaryKey: ['webinar_id', 'id'],
  pages: { kind: 'none', items: 'polls' },
  parents: planned,
});

export const webinarSurveys = defineStream({
  name: 'webinar_surveys',
  title: 'Surveys that were prepared for a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}/survey',
  path: '/webinars/{webinarId}/survey',
  budget: 'light',
  scopes: ['webinar:read:survey:admin', 'webinar:read:survey'],
  plan: `${PLAN}; surveys switched on`,
  kind: 'state',
  row: row({
    webinar_id: id,
    custom_survey: json,
    show_in_the_browser: flag,
    show_in_the_follow_up_email: flag,
    third_party_survey: text,
  }),
  primaryKey: ['webinar_id'],
  pages: { kind: 'none', items: '' },
  parents: planned,
});

/** Links by which people came to the registration; there are none without one. */
export const webinarTrackingSources = defineStream({
  name: 'webinar_tracking_sources',
  title: 'Where the registrants of a webinar came from',
  docs: trackingSources.docs,
  path: '/webinars/{webinarId}/tracking_sources',
  budget: trackingSources.budget,
  scopes: trackingSources.scopes,
  plan: PLAN,
  kind: 'state',
  row: row({
    webinar_id: id,
    id: text,
    source_name: text,
    tracking_url: text,
    registration_count: integer,
    visitor_count: integer,
  }),
  primaryKey: ['webinar_id', 'id'],
  pages: trackingSources.pages,
  parents: registered,
});
