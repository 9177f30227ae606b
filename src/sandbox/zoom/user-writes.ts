/** Creating, changing and removing users (FACTS G, items 3 to 5). */
import { isRecord } from '../record.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, bodyOf, choice, findInvited, isAnswer, unpaid } from './call.ts';
import { noUser, notAccepted, zoomError } from './errors.ts';
import { faultsIn, refuse } from './fields.ts';
import { numberOf } from './json-body.ts';
import type { WorldUser } from './people.ts';
import { expired } from './series-rows.ts';
import { CHANGED_USER, NEW_USER } from './user-fields.ts';

const NO_CONTENT: SandboxAnswer = { status: 204 };

/** An invited user is pending until the mail is followed; the other three ways make active ones. */
export function createUser(call: Call): SandboxAnswer {
  const refusal = unpaid(call);
  if (refusal !== undefined) return refusal;
  const body = bodyOf(call);
  if (isAnswer(body)) return body;
  const wrong = refuse(faultsIn(body, NEW_USER, ['action', 'user_info']));
  if (wrong !== undefined) return wrong;
  const { account, now, world } = call;
  const info = isRecord(body['user_info']) ? body['user_info'] : {};
  const address = word(info, 'email', '');
  if (account.user(address) !== undefined) {
    return zoomError(409, 1005, `Email "${address}" has already been used.`);
  }
  const action = word(body, 'action', 'create');
  const capped =
    call.switches.dailyCaps && action === 'create' ? call.caps.userCreate(call.plan, now) : undefined;
  if (capped !== undefined) return capped;
  const [first, last] = [word(info, 'first_name', ''), word(info, 'last_name', '')];
  const user = account.addUser({
    email: address,
    first,
    last,
    name: word(info, 'display_name', '') || `${first} ${last}`.trim(),
    status: action === 'create' ? 'pending' : 'active',
    type: numberOf(info['type']) ?? 1,
    timezone: world.users[0]?.timezone ?? 'UTC',
    created: now,
    lastLogin: now,
    made: action,
    profile: profileOf(info, {}),
  });
  const json = { id: user.id, email: address, first_name: first, last_name: last, type: user.type };
  return { status: 201, json };
}

/** Only what is sent changes; the answer has no body. */
export function updateUser(call: Call): SandboxAnswer {
  const user = findInvited(call);
  if (isAnswer(user)) return user;
  if (user.status === 'pending' && user.made === undefined) return notAccepted();
  const body = bodyOf(call);
  if (isAnswer(body)) return body;
  const plans = ['type', 'plan_united_type', 'zoom_one_type'].filter((name) => body[name] !== undefined);
  if (plans.length > 1) {
    const message = 'You can\'t change the "type" or "plan_united_type" or "zoom_one_type" at the same time.';
    return zoomError(400, 300, message);
  }
  const wrong = refuse(faultsIn(body, CHANGED_USER)) ?? illegalText(body);
  if (wrong !== undefined) return wrong;
  const [first, last] = [word(body, 'first_name', user.first), word(body, 'last_name', user.last)];
  const renamed = first !== user.first || last !== user.last;
  const type = numberOf(body['type']) ?? user.type;
  call.account.changeUser({
    ...user,
    first,
    last,
    // "If display_name is empty, the API endpoint derives the display_name from the first_name and last_name values."
    name: word(body, 'display_name', '') || (renamed ? `${first} ${last}`.trim() : user.name),
    type,
    pmi: numberOf(body['pmi']) ?? user.pmi,
    dept: word(body, 'dept', user.dept),
    timezone: word(body, 'timezone', user.timezone),
    profile: profileOf(body, user.profile ?? {}),
  });
  return NO_CONTENT;
}

/** Unlinks unless told to delete: FACTS F, gotcha 14. */
export function deleteUser(call: Call): SandboxAnswer {
  const user = findInvited(call);
  if (isAnswer(user)) return user;
  const action = choice(call, 'action', ['disassociate', 'delete'], 'disassociate');
  if (typeof action !== 'string') return action;
  if (user.index === 0) return zoomError(400, 1117, 'You can not disassociate an Admin user.');
  // "To delete pending user in the account, use disassociate."
  if (user.status === 'pending' && action === 'delete') return notAccepted();
  if (user.made === 'custCreate' && action === 'disassociate') {
    return zoomError(400, 300, 'Unable to unlink API user(s).');
  }
  const refusal = transfer(call, user);
  if (refusal !== undefined) return refusal;
  call.account.removeUser(user);
  return NO_CONTENT;
}

/** What is still planned goes to the heir; what has happened stays where it was. */
function transfer(call: Call, user: WorldUser): SandboxAnswer | undefined {
  const { query, account, now } = call;
  const heirEmail = query.get('transfer_email') ?? '';
  if (heirEmail === '') return undefined;
  const heir = account.user(heirEmail);
  if (heir === undefined) return noUser(heirEmail);
  if (heir.index === user.index) {
    const message =
      "The transfer-to email address cannot be the same as the unlinked or deleted user's email address.";
    return zoomError(400, 300, message);
  }
  const planned = [
    ...(query.get('transfer_meeting') === 'true' ? account.meetings(user) : []),
    ...(query.get('transfer_webinar') === 'true' ? account.webinarsOf(user) : []),
  ];
  account.transfer(
    planned.filter((series) => series.type !== 1 && !expired(series, now)),
    heir,
  );
  return undefined;
}

/** Texts that pass by length and are refused by content, in the words of the document. */
function illegalText(body: Readonly<Record<string, unknown>>): SandboxAnswer | undefined {
  if (/https?:|www\.|<[a-z]/i.test(word(body, 'about_me', ''))) {
    return zoomError(400, 300, "The `about_me` field is illegal and can't contain hyperlinks or HTML code.");
  }
  const profile = word(body, 'linkedin_url', '');
  return profile === '' || profile.includes('linkedin.com')
    ? undefined
    : zoomError(400, 300, 'The `linkedin_url` field is illegal. The URL must contain `linkedin.com`.');
}

/** Members that come back under the name by which they were sent. */
const SAME = [
  'cms_user_id',
  'company',
  'custom_attributes',
  'cost_center',
  'division_ids',
  'job_title',
  'language',
  'license_info_list',
  'location',
  'manager',
  'phone_country',
  'phone_number',
  'plan_united_type',
  'pronouns',
  'pronouns_option',
  'use_pmi',
  'zoom_one_type',
] as const;

function profileOf(
  body: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const feature = isRecord(body['feature']) ? body['feature'] : {};
  // It stands in `feature` when a user is created, and beside it in every other place.
  const sent: Readonly<Record<string, unknown>> = { zoom_one_type: feature['zoom_one_type'], ...body };
  const profile: Record<string, unknown> = { ...before };
  for (const name of SAME) if (sent[name] !== undefined && sent[name] !== null) profile[name] = sent[name];
  if (profile['plan_united_type'] === 'none') delete profile['plan_united_type'];
  if (typeof sent['group_id'] === 'string') profile['group_ids'] = [sent['group_id']];
  if (typeof sent['vanity_name'] === 'string' && sent['vanity_name'] !== '') {
    profile['vanity_url'] = `https://acme.zoom.example/my/${encodeURIComponent(sent['vanity_name'])}`;
  }
  if (Array.isArray(sent['phone_numbers'])) {
    profile['phone_numbers'] = sent['phone_numbers'].map((one: unknown) => ({
      ...Object(one),
      verified: false,
    }));
  }
  return profile;
}

function word(body: Readonly<Record<string, unknown>>, name: string, otherwise: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : otherwise;
}
