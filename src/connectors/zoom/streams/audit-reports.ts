import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { dayWindow, id, integer, moment, row, SIX_MONTHS, text } from './columns.ts';
import { withFingerprint } from './rows.ts';

// Logs have no id. All that a line says tells it apart; lines that say the same of the same second are counted.

const PLAN = 'Pro or higher; role permission Usage Reports';

/** Who signed in and out, where and with what. */
export const report_activities = defineStream({
  name: 'report_activities',
  title: 'Sign-ins and sign-outs',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/activities',
  path: '/report/activities',
  budget: 'heavy',
  scopes: ['report:read:user_activities:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    log_id: text,
    nth: integer,
    client_type: text,
    email: text,
    ip_address: text,
    time: moment,
    type: text,
    version: text,
  }),
  primaryKey: ['log_id', 'nth'],
  repeats: 'nth',
  cursor: 'time',
  // The document gives no largest size; 300 is that of lists in general (Zoom FACTS A).
  pages: tokenPages('activity_logs', 300),
  rows: withFingerprint('log_id', ['time', 'email', 'type', 'client_type', 'ip_address', 'version']),
  window: dayWindow(SIX_MONTHS),
});

/** What administrators and users changed. */
export const report_operation_logs = defineStream({
  name: 'report_operation_logs',
  title: 'Operation logs',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/operationlogs',
  path: '/report/operationlogs',
  budget: 'heavy',
  scopes: ['report:read:operation_logs:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    log_id: text,
    nth: integer,
    action: text,
    category_type: text,
    operation_detail: text,
    operator: text,
    time: moment,
  }),
  primaryKey: ['log_id', 'nth'],
  repeats: 'nth',
  cursor: 'time',
  pages: tokenPages('operation_logs', 300),
  rows: withFingerprint('log_id', ['time', 'operator', 'category_type', 'action', 'operation_detail']),
  window: dayWindow(SIX_MONTHS),
});

/**
 * What happened in meetings: who joined, chatted, took control. Its times are written `2026-11-21 07:09:03:216`, in no
 * zone that the document names, so that they stay text.
 */
export const report_meeting_activities = defineStream({
  name: 'report_meeting_activities',
  title: 'Meeting activities',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/meeting_activities',
  path: '/report/meeting_activities',
  budget: 'heavy',
  scopes: ['report:read:meeting_activity_log:admin'],
  plan: 'Meeting audit trail, which Zoom Support switches on',
  kind: 'history',
  row: row({
    log_id: text,
    nth: integer,
    meeting_number: text,
    activity_time: text,
    operator: text,
    operator_email: text,
    activity_category: text,
    activity_detail: text,
  }),
  primaryKey: ['log_id', 'nth'],
  repeats: 'nth',
  // It must be given.
  query: { activity_type: 'All Activities' },
  pages: tokenPages('meeting_activity_logs', 300),
  rows: withFingerprint('log_id', [
    'meeting_number',
    'activity_time',
    'operator',
    'operator_email',
    'activity_category',
    'activity_detail',
  ]),
  window: dayWindow(SIX_MONTHS),
});

/** Who took over whose screen in a meeting to help; durations are written `mm:ss` or `hh:mm:ss`. */
export const report_remote_support = defineStream({
  name: 'report_remote_support',
  title: 'Remote support',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/remote_support',
  path: '/report/remote_support',
  budget: 'heavy',
  scopes: ['report:read:remote_support:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    log_id: text,
    nth: integer,
    meeting_start_time: moment,
    meeting_uuid: text,
    meeting_number: id,
    topic: text,
    meeting_host_id: text,
    supporter_name: text,
    supporter_email: text,
    supportee_name: text,
    supportee_email: text,
    request_time: moment,
    wait_time: text,
    start_time: moment,
    end_time: moment,
    duration: text,
  }),
  primaryKey: ['log_id', 'nth'],
  repeats: 'nth',
  cursor: 'start_time',
  // The document gives no largest size; 300 is that of lists in general (Zoom FACTS A).
  pages: tokenPages('remote_support_logs', 300),
  // When it ended and how long it took is known later, and no part of what it is.
  rows: withFingerprint('log_id', [
    'meeting_uuid',
    'request_time',
    'supporter_name',
    'supporter_email',
    'supportee_name',
    'supportee_email',
  ]),
  window: dayWindow(SIX_MONTHS),
});
