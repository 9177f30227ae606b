/** Every simulated operation: what it is called, what it costs, which scopes open it, who answers (FACTS G). */
import type { Label } from './budgets.ts';
import type { Handler } from './call.ts';
import { listChannels, listMessages, sendMessage } from './chat-api.ts';
import { getInvitation, getSummary, reportQuestions } from './meeting-extras.ts';
import { listPhoneRecordings } from './phone-api.ts';
import { addMeetingRegistrant, addWebinarRegistrant } from './registrant-writes.ts';
import {
  deleteMeetingRegistrant,
  getMeetingRegistrant,
  listQuestions,
  setMeetingRegistrants,
  setWebinarRegistrants,
} from './registrant-decisions.ts';
import {
  createMeeting,
  createWebinar,
  deleteMeeting,
  deleteWebinar,
  setMeetingStatus,
  updateMeeting,
  updateWebinar,
} from './series-writes.ts';
import { createUser, deleteUser, updateUser } from './user-writes.ts';
import {
  getMeeting,
  getPastMeeting,
  listMeetingRegistrants,
  listMeetings,
  listPastInstances,
  listPastParticipants,
} from './meetings-api.ts';
import {
  deleteRecordingFile,
  deleteRecordings,
  getRecordings,
  getTranscript,
  listUserRecordings,
} from './recordings-api.ts';
import {
  reportMeeting,
  reportMeetingParticipants,
  reportUserMeetings,
  reportWebinar,
  reportWebinarParticipants,
} from './reports-api.ts';
import { getUser, getUserSettings, listUsers } from './users-api.ts';
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

/** One simulated operation. */
export interface Route {
  /** As published: `GET /users/{userId}`. */
  operation: string;
  label: Label;
  /** Granular scopes, any of which will do. */
  scopes: readonly string[];
  handler: Handler;
}

/** One line per operation; the path is in the operation. `scope` stands for itself and its `:admin` form. */
function route(operation: string, label: Label, scope: string, handler: Handler): Route {
  const scopes = scope.endsWith(':admin') ? [scope] : [scope, `${scope}:admin`];
  return { operation, label, scopes, handler };
}

/** The table; a new operation is a new line here and its handler. */
export const ROUTES: readonly Route[] = [
  route('GET /users', 'medium', 'user:read:list_users:admin', listUsers),
  route('POST /users', 'light', 'user:write:user:admin', createUser),
  route('GET /users/{userId}', 'light', 'user:read:user', getUser),
  route('PATCH /users/{userId}', 'light', 'user:update:user', updateUser),
  route('DELETE /users/{userId}', 'light', 'user:delete:user', deleteUser),
  route('GET /users/{userId}/settings', 'medium', 'user:read:settings', getUserSettings),
  route('GET /users/{userId}/meetings', 'medium', 'meeting:read:list_meetings', listMeetings),
  route('POST /users/{userId}/meetings', 'light', 'meeting:write:meeting', createMeeting),
  route('GET /users/{userId}/webinars', 'medium', 'webinar:read:list_webinars', listWebinars),
  route('POST /users/{userId}/webinars', 'light', 'webinar:write:webinar', createWebinar),
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
    'light',
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
  route('GET /report/users/{userId}/meetings', 'heavy', 'report:read:user:admin', reportUserMeetings),
  route('GET /report/meetings/{meetingId}', 'heavy', 'report:read:meeting:admin', reportMeeting),
  route(
    'GET /report/meetings/{meetingId}/participants',
    'heavy',
    'report:read:list_meeting_participants:admin',
    reportMeetingParticipants,
  ),
  route('GET /report/webinars/{webinarId}', 'heavy', 'report:read:webinar:admin', reportWebinar),
  route(
    'GET /report/webinars/{webinarId}/participants',
    'heavy',
    'report:read:list_webinar_participants:admin',
    reportWebinarParticipants,
  ),
  route('GET /report/webinars/{webinarId}/qa', 'heavy', 'report:read:webinar_qna:admin', reportQuestions),
  route('GET /phone/users/{userId}/recordings', 'medium', 'phone:read:list_recordings', listPhoneRecordings),
  route('GET /chat/users/{userId}/channels', 'medium', 'team_chat:read:list_user_channels', listChannels),
  route('GET /chat/users/{userId}/messages', 'medium', 'team_chat:read:list_user_messages', listMessages),
  route('POST /chat/users/{userId}/messages', 'medium', 'team_chat:write:user_message', sendMessage),
];

/** What an admin-managed app with every scope holds. */
export const ALL_SCOPES: readonly string[] = [
  ...new Set(ROUTES.map((one) => one.scopes.at(-1)).filter((scope) => scope !== undefined)),
];
