import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import {
  day,
  dayWindow,
  id,
  integer,
  json,
  moment,
  monthWindow,
  number,
  row,
  SIX_MONTHS,
  text,
} from './columns.ts';
import { listed, withFingerprint } from './rows.ts';

const PLAN = 'Pro or higher; role permission Usage Reports';

/**
 * Use of the account, day by day. Zoom serves whole months, and only those of the last six: the first days of the month
 * that lies 150 days back are at most 180 days old.
 */
export const report_daily = defineStream({
  name: 'report_daily',
  title: 'Daily usage',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/daily',
  path: '/report/daily',
  budget: 'heavy',
  scopes: ['report:read:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    date: day,
    meeting_minutes: integer,
    meetings: integer,
    new_users: integer,
    participants: integer,
  }),
  primaryKey: ['date'],
  cursor: 'date',
  pages: { kind: 'none', items: 'dates' },
  window: { ...monthWindow, reach: 150 },
});

/**
 * Who hosted, and how much. Zoom adds up whatever span it is asked for, so that only spans that never overlap can be
 * added up again: one day each.
 */
export const report_active_users = defineStream({
  name: 'report_active_users',
  title: 'Active hosts by day',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/users',
  path: '/report/users',
  budget: 'heavy',
  scopes: ['report:read:list_users:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    date: day,
    custom_attributes: json,
    dept: text,
    email: text,
    id: text,
    meeting_minutes: integer,
    meetings: integer,
    participants: integer,
    type: integer,
    user_name: text,
  }),
  primaryKey: ['date', 'id'],
  cursor: 'date',
  query: { type: 'active' },
  pages: tokenPages('', 300),
  rows: (answer) => listed(answer, 'users', ['from']).map(({ from, ...user }) => ({ date: from, ...user })),
  window: dayWindow(SIX_MONTHS, 1),
});

/** Who hosted nothing in the last 28 days, today included: each run asks anew, as it is about now. */
export const report_inactive_users = defineStream({
  name: 'report_inactive_users',
  title: 'Inactive hosts',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/users',
  path: '/report/users',
  budget: 'heavy',
  scopes: ['report:read:list_users:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    from: day,
    to: day,
    custom_attributes: json,
    dept: text,
    email: text,
    id: text,
    meeting_minutes: integer,
    meetings: integer,
    participants: integer,
    type: integer,
    user_name: text,
  }),
  primaryKey: ['id'],
  query: { type: 'inactive' },
  pages: tokenPages('', 300),
  rows: (answer) => listed(answer, 'users', ['from', 'to']),
  window: dayWindow(27),
});

/** Storage that recordings took, day by day. Amounts are texts with a unit, such as `3 MB`. */
export const report_cloud_recording = defineStream({
  name: 'report_cloud_recording',
  title: 'Cloud recording usage',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/cloud_recording',
  path: '/report/cloud_recording',
  budget: 'heavy',
  scopes: ['report:read:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    date: day,
    free_usage: text,
    plan_usage: text,
    usage: text,
  }),
  primaryKey: ['date'],
  cursor: 'date',
  pages: { kind: 'none', items: 'cloud_recording_storage' },
  window: dayWindow(SIX_MONTHS),
});

/**
 * Legs of telephone calls into and out of meetings, by the time at which they were over, so that none is read before it
 * is complete. They have no id: who called which number in which meeting, and since when, tells them apart.
 */
export const report_telephone = defineStream({
  name: 'report_telephone',
  title: 'Telephone report',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/telephone',
  path: '/report/telephone',
  budget: 'heavy',
  scopes: ['report:read:telephone:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    leg_id: text,
    nth: integer,
    audio_type: text,
    call_in_number: text,
    country_name: text,
    dept: text,
    duration: integer,
    end_time: moment,
    host_email: text,
    host_id: text,
    host_name: text,
    meeting_id: id,
    meeting_type: text,
    phone_number: text,
    rate: number,
    signaled_number: text,
    start_time: moment,
    total: number,
    type: text,
    uuid: text,
  }),
  primaryKey: ['leg_id', 'nth'],
  repeats: 'nth',
  cursor: 'end_time',
  query: { query_date_type: 'end_time' },
  pages: tokenPages('telephony_usage', 300),
  rows: withFingerprint('leg_id', [
    'uuid',
    'meeting_id',
    'type',
    'call_in_number',
    'phone_number',
    'signaled_number',
    'start_time',
    'end_time',
  ]),
  passes: { param: 'type', values: ['1', '2', '3'], carry: 'audio_type' },
  window: dayWindow(SIX_MONTHS),
});
