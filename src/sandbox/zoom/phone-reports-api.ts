/** Zoom Phone: what calls cost, and who changed the system (Phone document, "Reports"). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, isAnswer } from './call.ts';
import { invalidField, zoomError } from './errors.ts';
import { phoneOperations } from './logs.ts';
import { accountCalls } from './phone-api.ts';
import type { PhoneCall } from './phone-calls.ts';
import { departmentOf, phoneList } from './phone-list.ts';
import { phoneRange } from './ranges.ts';
import { addMonths, iso, startOfDay } from './time.ts';

/** What calls cost, by the line; thirteen months back. */
export function reportCallCharges(call: Call): SandboxAnswer {
  const { query, now } = call;
  const from = query.get('from') ?? '';
  if (from !== '' && Date.parse(from.slice(0, 10)) < startOfDay(addMonths(now, -13))) {
    return zoomError(400, 400, 'Invalid start date. Report is provided only for recent 13 months.');
  }
  if ((query.get('billing_account_id') ?? '') !== '') {
    return zoomError(400, 400, 'The billing_account_id is invalid.');
  }
  const only = choice(call, 'show_charges_only', ['true', 'false'], 'false');
  if (typeof only !== 'string') return only;
  const span = phoneRange(call, { fallback: 30 });
  if (isAnswer(span)) return span;
  const found = accountCalls(call, span).filter(
    (one) => one.answer !== undefined && (only === 'false' || charge(one).total > 0),
  );
  return phoneList(call, { key: 'call_charges', head: span.head }, found, chargeRow);
}

/** Dollars: calls abroad by the minute, others from outside little, those inside nothing. */
export function charge(one: PhoneCall): {
  type: 'voip' | 'local' | 'international';
  rate: number;
  total: number;
} {
  const type = one.other.extension !== undefined ? 'voip' : one.international ? 'international' : 'local';
  const rate = one.inbound || type === 'voip' ? 0 : type === 'international' ? 0.12 : 0.0318;
  return { type, rate, total: Math.round(rate * Math.ceil(one.seconds / 60) * 10_000) / 10_000 };
}

function chargeRow(one: PhoneCall): Record<string, unknown> {
  const { type, rate, total } = charge(one);
  const own = { number: String(one.owner.extension), billing: one.owner.numbers[0]?.number ?? '' };
  const other = {
    number: one.other.number,
    billing: one.other.extension?.numbers[0]?.number ?? one.other.number,
  };
  const [caller, callee] = one.inbound ? [other, own] : [own, other];
  return {
    call_log_id: one.uuid.slice(9),
    caller_number: caller.number,
    caller_billing_number: caller.billing,
    callee_number: callee.number,
    callee_billing_number: callee.billing,
    call_type: type,
    service_type: 'call',
    calling_party_name: one.inbound ? one.other.name : one.owner.name,
    ...departmentOf(one.owner.user),
    employee_id: '',
    end_time: iso(one.end),
    duration: one.seconds,
    charge_mode: 'per_min',
    rate: String(rate),
    currency: 'USD',
    total_charge: String(total),
    billing_number: own.billing,
  };
}

/** Changes to the telephone system; the last day when nothing is said. */
export function reportPhoneOperations(call: Call): SandboxAnswer {
  const span = phoneRange(call, { fallback: 1 });
  if (isAnswer(span)) return span;
  const category = call.query.get('category_type') ?? 'all';
  if (category.length > 64) return invalidField('category_type');
  const found = phoneOperations(call.world, span.from, Math.min(span.to, call.now + 1)).filter(
    (one) => category === 'all' || one.category === category,
  );
  return phoneList(call, { key: 'operation_logs', head: span.head }, found, (one) => ({
    time: iso(one.at),
    operator: one.operator,
    category_type: one.category,
    action: one.action,
    operation_detail: one.detail,
  }));
}
