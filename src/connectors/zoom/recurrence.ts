import { z } from 'zod';
import { utcTime } from './times.ts';

/** Longest interval in days, weeks, months (in this order), and the fewest times. */
interface Bounds {
  what: 'meeting' | 'webinar';
  intervals: readonly [number, number, number];
  fewestTimes: number;
}

const UNITS = ['days', 'weeks', 'months'];

/** How a series repeats. */
function recurrence({ what, intervals, fewestTimes }: Bounds) {
  const limits = intervals.map((most, i) => `${most} ${UNITS[i]}`).join(', ');
  return z
    .strictObject({
      type: z.literal([1, 2, 3]).describe('1 every day, 2 every week, 3 every month.'),
      repeat_interval: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe(`Days, weeks or months from one ${what} to the next, such as 2; at most ${limits}.`),
      weekly_days: z
        .string()
        .regex(/^[1-7](,[1-7])*$/, 'expected days from 1 (Sunday) to 7 with commas between them, such as 1,3')
        .optional()
        .describe('Days of the week, 1 Sunday to 7 Saturday, with commas between them, such as 1,3.'),
      monthly_day: z.number().int().min(1).max(31).optional().describe('Day of the month, such as 23.'),
      monthly_week: z
        .literal([-1, 1, 2, 3, 4])
        .optional()
        .describe('Week of the month, -1 for the last; goes with `monthly_week_day`.'),
      monthly_week_day: z
        .literal([1, 2, 3, 4, 5, 6, 7])
        .optional()
        .describe('Day in that week, 1 Sunday to 7 Saturday; goes with `monthly_week`.'),
      end_times: z
        .number()
        .int()
        .min(fewestTimes)
        .max(60)
        .optional()
        .describe(
          `How many times, at most 60${fewestTimes === 0 ? ', 0 for no end' : ''}; not with \`end_date_time\`. Zoom takes 1 when neither is given.`,
        ),
      end_date_time: utcTime
        .optional()
        .describe('Last moment, in UTC, such as 2026-12-24T12:00:00Z; not with `end_times`.'),
    })
    .refine((it) => it.end_times === undefined || it.end_date_time === undefined, {
      path: ['end_date_time'],
      error: '`end_times` and `end_date_time` exclude each other: give one of them',
    })
    .refine((it) => it.type !== 2 || it.weekly_days !== undefined, {
      path: ['weekly_days'],
      error: '`weekly_days` is needed when `type` is 2',
    })
    .refine((it) => (it.monthly_week === undefined) === (it.monthly_week_day === undefined), {
      path: ['monthly_week_day'],
      error: '`monthly_week` and `monthly_week_day` go together: give both or neither',
    })
    .refine((it) => it.type !== 3 || it.monthly_day !== undefined || it.monthly_week !== undefined, {
      path: ['monthly_day'],
      error: '`monthly_day`, or `monthly_week` with `monthly_week_day`, is needed when `type` is 3',
    })
    .refine((it) => (it.repeat_interval ?? 1) <= (intervals[it.type - 1] ?? 1), {
      path: ['repeat_interval'],
      error: `at most ${limits}, by \`type\``,
    })
    .optional();
}

export const meetingRecurrence = recurrence({ what: 'meeting', intervals: [99, 50, 10], fewestTimes: 0 });
export const webinarRecurrence = recurrence({ what: 'webinar', intervals: [90, 12, 3], fewestTimes: 1 });
