/** Every simulated operation: what it is called, what it costs, which scopes open it, who answers (FACTS G). */
import type { Label } from './budgets.ts';
import type { Handler } from './call.ts';
import {
  getMeeting,
  getPastMeeting,
  listMeetingRegistrants,
  listMeetings,
  listPastInstances,
  listPastParticipants,
} from './meetings-api.ts';
import { getRecordings, listUserRecordings } from './recordings-api.ts';
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
  route('GET /users/{userId}', 'light', 'user:read:user', getUser),
  route('GET /users/{userId}/settings', 'medium', 'user:read:settings', getUserSettings),
  route('GET /users/{userId}/meetings', 'medium', 'meeting:read:list_meetings', listMeetings),
  route('GET /users/{userId}/webinars', 'medium', 'webinar:read:list_webinars', listWebinars),
  route(
    'GET /users/{userId}/recordings',
    'medium',
    'cloud_recording:read:list_user_recordings',
    listUserRecordings,
  ),
  route('GET /meetings/{meetingId}', 'light', 'meeting:read:meeting', getMeeting),
  route(
    'GET /meetings/{meetingId}/registrants',
    'medium',
    'meeting:read:list_registrants',
    listMeetingRegistrants,
  ),
  route(
    'GET /meetings/{meetingId}/recordings',
    'light',
    'cloud_recording:read:list_recording_files',
    getRecordings,
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
  route(
    'GET /webinars/{webinarId}/registrants',
    'medium',
    'webinar:read:list_registrants',
    listWebinarRegistrants,
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
];

/** What an admin-managed app with every scope holds. */
export const ALL_SCOPES: readonly string[] = [
  ...new Set(ROUTES.map((one) => one.scopes.at(-1)).filter((scope) => scope !== undefined)),
];

interface Template {
  route: Route;
  method: string;
  parts: readonly string[];
}

const TEMPLATES: readonly Template[] = ROUTES.map((one): Template => {
  const [method = '', path = ''] = one.operation.split(' ');
  return { route: one, method, parts: path.slice(1).split('/') };
}).toSorted((a, b) => b.parts.length - a.parts.length);

/** An operation and what its path names. */
export interface Match {
  route: Route;
  /** Still percent-encoded. */
  params: Record<string, string>;
}

/** The operation of a request. A UUID whose inner slashes came raw fills its place alone (FACTS C). */
export function match(method: string, rawPath: string): Match | undefined {
  const parts = rawPath.slice(1).split('/');
  for (const template of TEMPLATES) {
    const extra = parts.length - template.parts.length;
    if (template.method !== method || extra < 0) continue;
    const params = fit(template.parts, parts, extra);
    if (params !== undefined) return { route: template.route, params };
  }
  return undefined;
}

function fit(
  wanted: readonly string[],
  parts: readonly string[],
  extra: number,
): Match['params'] | undefined {
  const params: Match['params'] = {};
  let at = 0;
  let spare = extra;
  for (const want of wanted) {
    if (want.startsWith('{')) {
      const value = parts.slice(at, at + 1 + spare).join('/');
      // Only a UUID goes over several parts, and every UUID ends in `==`.
      if (spare > 0 && !/(=|%3D)$/i.test(value)) return undefined;
      params[want.slice(1, -1)] = value;
      at += 1 + spare;
      spare = 0;
    } else if (parts[at++] !== want) return undefined;
  }
  return at === parts.length ? params : undefined;
}
