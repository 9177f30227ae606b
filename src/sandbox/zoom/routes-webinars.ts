/** Operations of webinars and what came of them (FACTS G). */
import { listPastWebinarQuestions, reportWebinarQuestions } from './asked-api.ts';
import {
  getWebinarSurvey,
  listPastWebinarPolls,
  listWebinarPolls,
  reportWebinarPolls,
  reportWebinarSurvey,
} from './forms-api.ts';
import { listWebinarTemplates } from './meeting-extras.ts';
import { listMetricsWebinarParticipants, listMetricsWebinars } from './metrics-api.ts';
import { addWebinarRegistrant } from './registrant-writes.ts';
import { listWebinarQuestions, setWebinarRegistrants } from './registrant-decisions.ts';
import { createWebinar, deleteWebinar, updateWebinar } from './series-writes.ts';
import { reportWebinar, reportWebinarParticipants } from './reports-api.ts';
import {
  getWebinar,
  listAbsentees,
  listPanelists,
  listTrackingSources,
  listWebinarInstances,
  listWebinarParticipants,
  listWebinarRegistrants,
  listWebinars,
} from './webinars-api.ts';
import { type Route, route } from './route.ts';

/** A new operation is a new line here and its handler. */
export const WEBINAR_ROUTES: readonly Route[] = [
  route('GET /users/{userId}/webinars', 'medium', 'webinar:read:list_webinars', listWebinars),
  route('POST /users/{userId}/webinars', 'light', 'webinar:write:webinar', createWebinar),
  route('GET /webinars/{webinarId}', 'light', 'webinar:read:webinar', getWebinar),
  route('PATCH /webinars/{webinarId}', 'light', 'webinar:update:webinar', updateWebinar),
  route('DELETE /webinars/{webinarId}', 'light', 'webinar:delete:webinar', deleteWebinar),
  route(
    'GET /webinars/{webinarId}/registrants',
    'medium',
    'webinar:read:list_registrants',
    listWebinarRegistrants,
  ),
  route('POST /webinars/{webinarId}/registrants', 'light', 'webinar:write:registrant', addWebinarRegistrant),
  route(
    'PUT /webinars/{webinarId}/registrants/status',
    'medium',
    'webinar:update:registrant_status',
    setWebinarRegistrants,
  ),
  route('GET /webinars/{webinarId}/panelists', 'medium', 'webinar:read:list_panelists', listPanelists),
  route(
    'GET /webinars/{webinarId}/tracking_sources',
    'medium',
    'webinar:read:list_tracking_sources',
    listTrackingSources,
  ),
  route(
    'GET /past_webinars/{webinarId}/instances',
    'light',
    'webinar:read:list_past_instances',
    listWebinarInstances,
  ),
  route(
    'GET /past_webinars/{webinarId}/participants',
    'medium',
    'webinar:read:list_past_participants',
    listWebinarParticipants,
  ),
  route('GET /past_webinars/{webinarId}/absentees', 'heavy', 'webinar:read:list_absentees', listAbsentees),
  route('GET /report/webinars/{webinarId}', 'heavy', 'report:read:webinar:admin', reportWebinar),
  route(
    'GET /report/webinars/{webinarId}/participants',
    'heavy',
    'report:read:list_webinar_participants:admin',
    reportWebinarParticipants,
  ),
  route(
    'GET /report/webinars/{webinarId}/qa',
    'heavy',
    'report:read:webinar_qna:admin',
    reportWebinarQuestions,
  ),
  route('GET /webinars/{webinarId}/polls', 'light', 'webinar:read:list_polls', listWebinarPolls),
  route('GET /webinars/{webinarId}/survey', 'light', 'webinar:read:survey', getWebinarSurvey),
  route(
    'GET /webinars/{webinarId}/registrants/questions',
    'light',
    'webinar:read:list_registration_questions',
    listWebinarQuestions,
  ),
  route(
    'GET /past_webinars/{webinarId}/polls',
    'medium',
    'webinar:read:list_past_polls',
    listPastWebinarPolls,
  ),
  route('GET /past_webinars/{webinarId}/qa', 'medium', 'webinar:read:past_qa', listPastWebinarQuestions),
  // No label is published for this one.
  route(
    'GET /users/{userId}/webinar_templates',
    'medium',
    'webinar:read:list_templates',
    listWebinarTemplates,
  ),
  route(
    'GET /report/webinars/{webinarId}/polls',
    'heavy',
    'report:read:list_webinar_polls:admin',
    reportWebinarPolls,
  ),
  route(
    'GET /report/webinars/{webinarId}/survey',
    'heavy',
    'report:read:webinar_survey:admin',
    reportWebinarSurvey,
  ),
  route(
    'GET /metrics/webinars',
    'resource-intensive',
    'dashboard:read:list_webinars:admin',
    listMetricsWebinars,
  ),
  route(
    'GET /metrics/webinars/{webinarId}/participants',
    'heavy',
    'dashboard:read:list_webinar_participants:admin',
    listMetricsWebinarParticipants,
  ),
];
