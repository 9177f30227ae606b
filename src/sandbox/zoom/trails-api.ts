/** Reports on money, on what people did in meetings, and on remote support (Meetings document, "Reports"). */
import type { SandboxAnswer } from '../types.ts';
import { type Invoice, periods } from './billing.ts';
import { type Call, choice, isAnswer, list } from './call.ts';
import { spanOf } from './account-reports-api.ts';
import { invalidField, zoomError } from './errors.ts';
import { reportRange } from './ranges.ts';
import { remembered } from './remembered.ts';
import { DAY, iso, isoDay } from './time.ts';
import { type Activity, CATEGORIES, counted, support, trail, trailed } from './usage.ts';

/** Billed months. */
export function reportBilling(call: Call): SandboxAnswer {
  const billing_reports = periods(call.world, call.now).map(({ id, start, end, type, invoices }) => ({
    id,
    start_date: isoDay(start),
    end_date: isoDay(end),
    type,
    total_amount: money(invoices, 'amount'),
    tax_amount: money(invoices, 'tax'),
  }));
  return { status: 200, json: { currency: 'USD', billing_reports } };
}

/** The lines of one of them. */
export function reportInvoices(call: Call): SandboxAnswer {
  const id = call.query.get('billing_id') ?? '';
  if (id === '') return zoomError(400, 300, 'Invalid parameter "billing_id"');
  const period = periods(call.world, call.now).find((one) => one.id === id);
  if (period === undefined) return zoomError(404, 5010, 'Report does not exist.');
  const invoices = period.invoices.map((one) => ({
    invoice_number: one.number,
    invoice_charge_name: one.charge,
    quantity: one.quantity,
    start_date: isoDay(period.start),
    end_date: isoDay(period.end),
    total_amount: money([one], 'amount'),
    tax_amount: money([one], 'tax'),
  }));
  return { status: 200, json: { currency: 'USD', invoices } };
}

/** `12.50`: amounts are texts. */
function money(invoices: readonly Invoice[], part: 'amount' | 'tax'): string {
  return (invoices.reduce((sum, one) => sum + one[part], 0) / 100).toFixed(2);
}

/** What people did in meetings, of one kind or all; the kind has to be said. */
export function reportMeetingActivities(call: Call): SandboxAnswer {
  const { world, query } = call;
  const kind = choice(call, 'activity_type', ['All Activities', ...CATEGORIES], '');
  if (typeof kind !== 'string') return kind;
  if (kind === '') return invalidField('activity_type');
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  const number = (query.get('meeting_number') ?? '').replaceAll(' ', '');
  const key = (query.get('search_key') ?? '').toLowerCase();
  const meetings = trailed(world, spanOf(call, range));
  const name = `trail ${kind} ${number} ${key} ${range.from} ${range.to} ${meetings.length}`;
  const found = remembered(world, name, () =>
    meetings
      .filter((one) => number === '' || String(one.series.id) === number)
      .flatMap((one) => trail(world, one))
      .filter((one) => one.at >= range.from && one.at < range.to)
      .filter((one) => kind === 'All Activities' || one.category === kind)
      .filter((one) => key === '' || `${one.operator} ${one.email}`.toLowerCase().includes(key))
      .toSorted((a, b) => a.at - b.at),
  );
  return list(call, { key: 'meeting_activity_logs', counts: 'none' }, found, activityRow);
}

/** Numbers are written in threes and fours here, and times to the thousandth. */
export function activityRow(one: Activity): Record<string, unknown> {
  return {
    meeting_number: String(one.number).replace(/^(\d{3})(\d{4})(\d+)$/, '$1 $2 $3'),
    activity_time: new Date(one.at).toISOString().replace('T', ' ').replace('.', ':').slice(0, 23),
    operator: one.operator,
    operator_email: one.email,
    activity_category: one.category,
    activity_detail: one.detail,
  };
}

/** Who helped whom at their screen. */
export function reportRemoteSupport(call: Call): SandboxAnswer {
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  const { world } = call;
  const found = counted(world, 'end', spanOf(call, { from: range.from, to: range.to + DAY }))
    .map((one) => support(world, one))
    .filter((one) => one !== undefined)
    .filter((one) => one.start >= range.from && one.start < range.to);
  return list(call, { key: 'remote_support_logs', counts: 'none' }, found, (one) => {
    const { instance, helped } = one;
    const { series } = instance;
    return {
      meeting_uuid: instance.uuid,
      meeting_number: series.id,
      meeting_start_time: iso(instance.start),
      topic: series.topic,
      meeting_host_id: series.host.id,
      supporter_name: series.host.name,
      supporter_email: series.host.email,
      supportee_name: helped.name,
      supportee_email: helped.email,
      request_time: iso(one.request),
      wait_time: span(one.start - one.request),
      start_time: iso(one.start),
      end_time: iso(one.end),
      duration: span(one.end - one.start),
    };
  });
}

/** `01:28`; hours only where there are some. */
function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part) => String(part).padStart(2, '0')).join(':');
}
