/** Reports on the account (Meetings and Team Chat documents). All of them are for paid accounts. */
import {
  reportActivities,
  reportDaily,
  reportOperations,
  reportRecordings,
  reportTelephone,
  reportUsers,
} from './account-reports-api.ts';
import { type Handler, unpaid } from './call.ts';
import { reportSessionMessages, reportSessions } from './chat-sessions-api.ts';
import { type Route, route } from './route.ts';
import { reportBilling, reportInvoices, reportMeetingActivities, reportRemoteSupport } from './trails-api.ts';

function report(path: string, scope: string, handler: Handler, weight: 'heavy' | 'medium' = 'heavy'): Route {
  return route(`GET /report/${path}`, weight, scope, (call) => unpaid(call) ?? handler(call));
}

/** A new report is a new line here and its handler. Two have no granular scope in the document. */
export const REPORT_ROUTES: readonly Route[] = [
  report('daily', 'report:read:admin', reportDaily),
  report('users', 'report:read:list_users:admin', reportUsers),
  report('activities', 'report:read:user_activities:admin', reportActivities),
  report('operationlogs', 'report:read:operation_logs:admin', reportOperations),
  report('cloud_recording', 'report:read:admin', reportRecordings),
  report('telephone', 'report:read:telephone:admin', reportTelephone),
  report('billing', 'report:read:billing:admin', reportBilling),
  report('billing/invoices', 'report:read:billing_invoice:admin', reportInvoices),
  report('meeting_activities', 'report:read:meeting_activity_log:admin', reportMeetingActivities),
  report('remote_support', 'report:read:remote_support:admin', reportRemoteSupport),
  report('chat/sessions', 'report:read:list_chat_sessions:admin', reportSessions, 'medium'),
  report('chat/sessions/{sessionId}', 'report:read:chat_session:admin', reportSessionMessages, 'medium'),
];
