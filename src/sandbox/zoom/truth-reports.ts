/** The truth behind the account's reports: half a year of it, and for the daily one the whole month in which that began. */
import { periods } from './billing.ts';
import { operations, signIns } from './logs.ts';
import { oldest } from './ranges.ts';
import { DAY, addMonths, iso, isoDay, startOfDay } from './time.ts';
import { type Span, counted, daily, legs, storage, support, trail, trailed, usageOf } from './usage.ts';
import type { World } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

/** By the names of the lists. `report_active_users` is over the half year; a client gets it by the month. */
export const REPORT_TRUTH: Readonly<Record<string, (world: World, now: number) => Iterable<Row>>> = {
  report_daily: (world, now) => {
    const date = new Date(oldest(now));
    const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    return daily(world, world.colleagues, now, { from: first, to: now, over: now }).map((day) => ({
      date: day.date,
      meetings: day.meetings,
      participants: day.participants,
      meeting_minutes: day.minutes,
      new_users: day.newUsers,
    }));
  },
  report_active_users: (world, now) => hosts(world, now).filter((row) => row['meetings'] !== 0),
  report_inactive_users: (world, now) => hosts(world, now).filter((row) => row['meetings'] === 0),
  report_activities: (world, now) =>
    signIns(world, oldest(now), now + 1).map(({ user, at, type }) => ({
      email: user.email,
      time: iso(at),
      type,
    })),
  report_operation_logs: (world, now) =>
    operations(world, oldest(now), now + 1).map(({ at, operator, category, action, detail }) => ({
      time: iso(at),
      operator,
      category_type: category,
      action,
      operation_detail: detail,
    })),
  // Of yesterday and before, as the report has it; with the sizes of files as they are by default.
  report_cloud_recording: (world, now) =>
    storage(world, world.colleagues, null, { from: oldest(now), to: startOfDay(now), over: now }),
  report_telephone: (world, now) =>
    counted(world, 'start', halfYear(now)).flatMap((instance) =>
      legs(world, instance).map((leg) => ({
        uuid: instance.uuid,
        meeting_id: instance.series.id,
        category: leg.category,
        type: leg.type,
        phone_number: leg.number,
        start_time: iso(leg.start),
        end_time: iso(leg.end),
        duration: leg.minutes,
      })),
    ),
  report_billing: (world, now) =>
    periods(world, now).map(({ id, start, end, type }) => ({
      id,
      start_date: isoDay(start),
      end_date: isoDay(end),
      type,
    })),
  report_invoices: (world, now) =>
    periods(world, now).flatMap(({ id, invoices }) =>
      invoices.map(({ number, charge, quantity, amount }) => ({
        billing_id: id,
        invoice_number: number,
        invoice_charge_name: charge,
        quantity,
        total_amount: (amount / 100).toFixed(2),
      })),
    ),
  report_meeting_activities: meetingActivities,
  report_remote_support: (world, now) => {
    const span = { ...halfYear(now), to: now + DAY };
    return counted(world, 'end', span).flatMap((instance) => {
      const one = support(world, instance);
      return one === undefined || one.start < span.from
        ? []
        : [
            {
              meeting_uuid: instance.uuid,
              meeting_number: instance.series.id,
              supportee_name: one.helped.name,
              request_time: iso(one.request),
              start_time: iso(one.start),
            },
          ];
    });
  },
};

/** Meeting by meeting, and only what was done within the half year. */
function* meetingActivities(world: World, now: number): Generator<Row> {
  const span = { from: oldest(now), to: startOfDay(now) + DAY, over: now };
  for (const instance of trailed(world, span)) {
    for (const one of trail(world, instance)) {
      if (one.at < span.from) continue;
      yield {
        meeting_number: String(one.number),
        activity_time: new Date(one.at).toISOString(),
        operator: one.operator,
        operator_email: one.email,
        activity_category: one.category,
      };
    }
  }
}

function hosts(world: World, now: number): Row[] {
  const byHost = Map.groupBy(counted(world, 'start', halfYear(now)), (one) => one.series.host.index);
  return world.colleagues.map((user) => ({
    id: user.id,
    email: user.email,
    ...usageOf(world, byHost.get(user.index) ?? []),
  }));
}

function halfYear(now: number): Span {
  return { from: startOfDay(addMonths(now, -6)), to: now, over: now };
}
