/** What is to come. */
import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { dayWindow, moment, row, text } from './columns.ts';

const DAY = 24 * 3600_000;
/** Days to come; one call covers a month. */
const AHEAD = 28;
const days = dayWindow(AHEAD, AHEAD);

/** The report looks ahead, so the window of the past weeks stands for as many weeks to come. */
export const upcomingEvents = defineStream({
  name: 'upcoming_events',
  title: 'Meetings and webinars of the whole account in the next four weeks',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/upcoming_events',
  path: '/report/upcoming_events',
  budget: 'heavy',
  scopes: ['report:read:upcoming_meetings_webinars:admin'],
  plan: 'Pro or higher; role permission Usage Reports',
  kind: 'state',
  row: row({ id: text, topic: text, start_time: moment, host_id: text, host_name: text, dept: text }),
  // A recurring one may be there several times.
  primaryKey: ['id', 'start_time'],
  cursor: 'start_time',
  query: { type: 'all' },
  pages: tokenPages('upcoming_events', 300),
  window: {
    ...days,
    params: ({ from, until }) => days.params({ from: from + AHEAD * DAY, until: until + AHEAD * DAY }),
  },
});
