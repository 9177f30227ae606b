/** Operations of meetings, what came of them, and recordings (FACTS G). */
import { listArchivedFiles } from './archive-api.ts';
import { listPastQuestions, reportMeetingQuestions } from './asked-api.ts';
import {
  getMeetingSurvey,
  listMeetingPolls,
  listPastPolls,
  reportMeetingPolls,
  reportMeetingSurvey,
} from './forms-api.ts';
import { listHistory, listUpcomingEvents } from './history-api.ts';
import { getInvitation, listMeetingTemplates } from './meeting-extras.ts';
import {
  getMeeting,
  getPastMeeting,
  listMeetingRegistrants,
  listMeetings,
  listPastInstances,
  listPastParticipants,
} from './meetings-api.ts';
import { listMetricsMeetings, listMetricsParticipants, listMetricsQuality } from './metrics-api.ts';
import {
  getRecordingSettings,
  listRecordingRegistrants,
  listRecordingViews,
} from './recording-extras-api.ts';
import {
  deleteRecordingFile,
  deleteRecordings,
  getRecordings,
  getTranscript,
  listUserRecordings,
} from './recordings-api.ts';
import {
  deleteMeetingRegistrant,
  getMeetingRegistrant,
  listQuestions,
  setMeetingRegistrants,
} from './registrant-decisions.ts';
import { addMeetingRegistrant } from './registrant-writes.ts';
import { reportMeeting, reportMeetingParticipants, reportUserMeetings } from './reports-api.ts';
import { type Route, route } from './route.ts';
import { createMeeting, deleteMeeting, setMeetingStatus, updateMeeting } from './series-writes.ts';
import { getSummary, listSummaries } from './summaries-api.ts';

/** A new operation is a new line here and its handler. */
export const MEETING_ROUTES: readonly Route[] = [
  route('GET /users/{userId}/meetings', 'medium', 'meeting:read:list_meetings', listMeetings),
  route('POST /users/{userId}/meetings', 'light', 'meeting:write:meeting', createMeeting),
  route(
    'GET /users/{userId}/recordings',
    'medium',
    'cloud_recording:read:list_user_recordings',
    listUserRecordings,
  ),
  route('GET /meetings/{meetingId}', 'light', 'meeting:read:meeting', getMeeting),
  route('PATCH /meetings/{meetingId}', 'light', 'meeting:update:meeting', updateMeeting),
  route('DELETE /meetings/{meetingId}', 'light', 'meeting:delete:meeting', deleteMeeting),
  route('PUT /meetings/{meetingId}/status', 'light', 'meeting:update:status', setMeetingStatus),
  route('GET /meetings/{meetingId}/invitation', 'light', 'meeting:read:invitation', getInvitation),
  route('GET /meetings/{meetingId}/meeting_summary', 'light', 'meeting:read:summary', getSummary),
  route(
    'GET /meetings/{meetingId}/registrants',
    'medium',
    'meeting:read:list_registrants',
    listMeetingRegistrants,
  ),
  route('POST /meetings/{meetingId}/registrants', 'light', 'meeting:write:registrant', addMeetingRegistrant),
  route(
    'GET /meetings/{meetingId}/registrants/questions',
    'light',
    'meeting:read:list_registration_questions',
    listQuestions,
  ),
  route(
    'PUT /meetings/{meetingId}/registrants/status',
    'medium',
    'meeting:update:registrant_status',
    setMeetingRegistrants,
  ),
  route(
    'GET /meetings/{meetingId}/registrants/{registrantId}',
    'light',
    'meeting:read:registrant',
    getMeetingRegistrant,
  ),
  route(
    'DELETE /meetings/{meetingId}/registrants/{registrantId}',
    'light',
    'meeting:delete:registrant',
    deleteMeetingRegistrant,
  ),
  route(
    'GET /meetings/{meetingId}/recordings',
    'light',
    'cloud_recording:read:list_recording_files',
    getRecordings,
  ),
  route(
    'DELETE /meetings/{meetingId}/recordings',
    'light',
    'cloud_recording:delete:meeting_recording',
    deleteRecordings,
  ),
  route(
    'DELETE /meetings/{meetingId}/recordings/{recordingId}',
    'light',
    'cloud_recording:delete:recording_file',
    deleteRecordingFile,
  ),
  route(
    'GET /meetings/{meetingId}/transcript',
    'medium',
    'cloud_recording:read:meeting_transcript',
    getTranscript,
  ),
  route('GET /past_meetings/{meetingId}', 'light', 'meeting:read:past_meeting', getPastMeeting),
  route(
    'GET /past_meetings/{meetingId}/participants',
    'medium',
    'meeting:read:list_past_participants',
    listPastParticipants,
  ),
  route(
    'GET /past_meetings/{meetingId}/instances',
    'medium',
    'meeting:read:list_past_instances',
    listPastInstances,
  ),
  route('GET /report/users/{userId}/meetings', 'heavy', 'report:read:user:admin', reportUserMeetings),
  route('GET /report/meetings/{meetingId}', 'heavy', 'report:read:meeting:admin', reportMeeting),
  route(
    'GET /report/meetings/{meetingId}/participants',
    'heavy',
    'report:read:list_meeting_participants:admin',
    reportMeetingParticipants,
  ),
  route('GET /meetings/{meetingId}/polls', 'light', 'meeting:read:list_polls', listMeetingPolls),
  route('GET /meetings/{meetingId}/survey', 'light', 'meeting:read:survey', getMeetingSurvey),
  route('GET /past_meetings/{meetingId}/polls', 'medium', 'meeting:read:list_poll_results', listPastPolls),
  route('GET /past_meetings/{meetingId}/qa', 'medium', 'meeting:read:past_qa', listPastQuestions),
  route('GET /meetings/meeting_summaries', 'medium', 'meeting:read:list_summaries:admin', listSummaries),
  route(
    'GET /users/{userId}/meeting_templates',
    'medium',
    'meeting:read:list_templates',
    listMeetingTemplates,
  ),
  route(
    'GET /meetings/{meetingId}/recordings/registrants',
    'medium',
    'cloud_recording:read:list_recording_registrants',
    listRecordingRegistrants,
  ),
  route(
    'GET /meetings/{meetingId}/recordings/settings',
    'light',
    'cloud_recording:read:recording_settings',
    getRecordingSettings,
  ),
  // No label is published for this one.
  route(
    'GET /meetings/{meetingId}/recordings/analytics_details',
    'medium',
    'cloud_recording:read:recording_analytics_details',
    listRecordingViews,
  ),
  route('GET /archive_files', 'medium', 'archiving:read:list_archived_files:admin', listArchivedFiles),
  route('GET /report/history_meetings', 'heavy', 'report:read:list_history_meetings:admin', listHistory),
  route(
    'GET /report/upcoming_events',
    'heavy',
    'report:read:upcoming_meetings_webinars:admin',
    listUpcomingEvents,
  ),
  route(
    'GET /report/meetings/{meetingId}/polls',
    'heavy',
    'report:read:list_meeting_polls:admin',
    reportMeetingPolls,
  ),
  route(
    'GET /report/meetings/{meetingId}/qa',
    'heavy',
    'report:read:meeting_qna:admin',
    reportMeetingQuestions,
  ),
  route(
    'GET /report/meetings/{meetingId}/survey',
    'heavy',
    'report:read:meeting_survey:admin',
    reportMeetingSurvey,
  ),
  route(
    'GET /metrics/meetings',
    'resource-intensive',
    'dashboard:read:list_meetings:admin',
    listMetricsMeetings,
  ),
  route(
    'GET /metrics/meetings/{meetingId}/participants',
    'heavy',
    'dashboard:read:list_meeting_participants:admin',
    listMetricsParticipants,
  ),
  route(
    'GET /metrics/meetings/{meetingId}/participants/qos',
    'heavy',
    'dashboard:read:list_meeting_participants_qos:admin',
    listMetricsQuality,
  ),
];
