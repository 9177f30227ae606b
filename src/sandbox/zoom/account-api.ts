/** The account as a whole: settings, domains, tracking fields, data requests, barriers (Accounts and Meetings documents). */
import type { SandboxAnswer } from '../types.ts';
import {
  BARRIER_SETTINGS,
  MANAGED_DOMAINS,
  TRUSTED_DOMAINS,
  barriers,
  dataRequests,
  trackingFields,
} from './account-facts.ts';
import {
  MEETING_SECURITY,
  type Settings,
  accountSettings,
  authenticationOptions,
  lockedSettings,
  onlyFields,
} from './account-settings.ts';
import { bareList } from './bare-list.ts';
import { type Call, choice, decode, param } from './call.ts';
import { paidOnly, zoomError } from './errors.ts';
import { iso } from './time.ts';

/** The settings, or one of the special sets that `option` asks for. */
export function getAccountSettings(call: Call): SandboxAnswer {
  const refusal = notMine(call) ?? paidSettings(call);
  if (refusal !== undefined) return refusal;
  const option = choice(
    call,
    'option',
    ['meeting_authentication', 'recording_authentication', 'security', 'meeting_security'],
    '',
  );
  if (typeof option !== 'string') return option;
  if (option === 'meeting_security') return { status: 200, json: { meeting_security: MEETING_SECURITY } };
  if (option === 'security') return { status: 200, json: { security: accountSettings()['security'] } };
  if (option !== '') {
    const kind = option === 'meeting_authentication' ? 'meeting' : 'recording';
    return { status: 200, json: authenticationOptions(call.world, kind) };
  }
  return answer(call, accountSettings());
}

/** Which settings the account has locked. */
export function getLockSettings(call: Call): SandboxAnswer {
  const refusal = notMine(call, 400) ?? paidSettings(call);
  if (refusal !== undefined) return refusal;
  const option = choice(call, 'option', ['meeting_security'], '');
  if (typeof option !== 'string') return option;
  if (option === '') return answer(call, lockedSettings());
  const names = Object.keys(MEETING_SECURITY);
  const meeting_security = Object.fromEntries(names.map((name, i) => [name, i % 2 === 0]));
  return { status: 200, json: { meeting_security } };
}

function answer(call: Call, settings: Settings): SandboxAnswer {
  return { status: 200, json: onlyFields(settings, call.query.get('custom_query_fields')) };
}

/** Domains with what became of their verification. */
export function listManagedDomains(call: Call): SandboxAnswer {
  const refusal = notMine(call) ?? paidSettings(call);
  if (refusal !== undefined) return refusal;
  return { status: 200, json: { domains: MANAGED_DOMAINS, total_records: MANAGED_DOMAINS.length } };
}

/** Plain names, not objects. */
export function listTrustedDomains(call: Call): SandboxAnswer {
  return notMine(call) ?? { status: 200, json: { trusted_domains: TRUSTED_DOMAINS } };
}

/** All of them in one answer. */
export function listTrackingFields(call: Call): SandboxAnswer {
  const all = trackingFields(call.world).map(({ id, field, values, required, visible }) => ({
    id,
    field,
    recommended_values: values,
    required,
    visible,
  }));
  return { status: 200, json: { total_records: all.length, tracking_fields: all } };
}

/** Newest first; ten to a page at most, and what is no size is ten as well (SPEC). */
export function listDataRequests(call: Call): SandboxAnswer {
  const query = new URLSearchParams(call.query);
  if (Number(query.get('page_size') ?? 0) <= 0) query.set('page_size', '10');
  const all = dataRequests(call.world);
  const shape = { key: 'records', max: 10, size: 10, counts: 'total only' } as const;
  return bareList({ ...call, query }, shape, all, (one) => ({
    request_id: one.id,
    request_type: one.type,
    created_at: iso(one.created),
    requestor_user_id: one.requestor.id,
    requestor_name: one.requestor.name,
    account_id: call.world.accountId,
    user_identifier: one.about,
    data_type: one.data,
    state: one.state,
    files_count: one.files,
    start_at: iso(one.start),
    end_at: iso(one.end),
    is_current_user: one.requestor.id === call.world.users[0]?.id,
    ...(one.state === 'Failed' ? { failed_reason: 'User does not belong to account' } : {}),
  }));
}

/** Policies between groups. */
export function listBarriers(call: Call): SandboxAnswer {
  if (call.plan === 'free') {
    return zoomError(400, 200, `Only available for Paid account: ${call.world.accountId}.`);
  }
  return bareList(call, { key: 'policies', counts: 'total only' }, barriers(call.world), (one) => ({
    id: one.id,
    policy_name: one.name,
    assigned_group_id: one.one,
    to_group_id: one.other,
    status: one.enabled ? 1 : 0,
    type: one.type,
    settings: Object.fromEntries(BARRIER_SETTINGS.map((name) => [name, one.blocked.includes(name)])),
  }));
}

/** `me` or the account's own id: there are no others here. */
function notMine(call: Call, status = 404): SandboxAnswer | undefined {
  const id = decode(param(call, 'accountId'));
  if (id === 'me' || id === call.world.accountId) return undefined;
  return zoomError(status, 2001, `Account does not exist: ${id}.`);
}

function paidSettings(call: Call): SandboxAnswer | undefined {
  if (call.plan !== 'free') return undefined;
  const refusal = paidOnly(call.world.accountId);
  // Documented on HTTP 200 (FACTS D, trap 1).
  return call.switches.http200Errors ? { ...refusal, status: 200 } : refusal;
}
