/** `GET /users` and its like (FACTS G, items 1 and 2). */
import { MEETING_SECURITY, authenticationOptions, onlyFields, userSettings } from './account-settings.ts';
import { type Call, choice, findInvited, isAnswer, list } from './call.ts';
import { notAccepted } from './errors.ts';
import { divisions, groups, imGroups, roleOf } from './organisation.ts';
import type { SandboxAnswer } from '../types.ts';
import type { WorldUser } from './people.ts';
import { iso } from './time.ts';
import type { World } from './world.ts';

/** One status per call, `active` unless said otherwise. */
export function listUsers(call: Call): SandboxAnswer {
  const status = choice(call, 'status', ['active', 'inactive', 'pending'], 'active');
  if (typeof status !== 'string') return status;
  const users = call.account.users.filter((user) => user.status === status);
  return list(call, { key: 'users', max: 2000, counts: 'always' }, users, (user) => common(call.world, user));
}

/** One user; pending ones answer an error (FACTS G, item 2). */
export function getUser(call: Call): SandboxAnswer {
  const user = findInvited(call);
  if (isAnswer(user)) return user;
  if (user.status === 'pending' && user.made === undefined) return notAccepted();
  // Empty strings and lists stand where nothing was entered (FACTS G, item 2).
  return {
    status: 200,
    json: {
      ...common(call.world, user),
      role_name: roleOf(call.world, user).name,
      use_pmi: false,
      personal_meeting_url: `https://acme.zoom.example/j/${user.pmi}`,
      dept: user.dept,
      cms_user_id: '',
      jid: `${user.id.toLowerCase()}@xmpp.zoom.example`,
      group_ids: idsOf(groups(call.world), user),
      im_group_ids: idsOf(imGroups(call.world), user),
      division_ids: idsOf(divisions(call.world), user),
      account_id: call.world.accountId,
      account_number: 10_009_239,
      phone_country: '',
      job_title: '',
      cost_center: '',
      company: '',
      location: '',
      cluster: 'us05',
      // An invited one has an id here, though lists leave it out.
      id: user.id,
      ...user.profile,
    },
  };
}

/** All settings, or a special set; the one place where a webinar licence can be read without provoking an error. */
export function getUserSettings(call: Call): SandboxAnswer {
  const user = findInvited(call);
  if (isAnswer(user)) return user;
  if (user.status === 'pending') return notAccepted();
  const option = choice(
    call,
    'option',
    ['meeting_authentication', 'recording_authentication', 'meeting_security'],
    '',
  );
  if (typeof option !== 'string') return option;
  if (option === 'meeting_security') return { status: 200, json: { meeting_security: MEETING_SECURITY } };
  if (option !== '') {
    const kind = option === 'meeting_authentication' ? 'meeting' : 'recording';
    return { status: 200, json: authenticationOptions(call.world, kind) };
  }
  const settings = userSettings(call.world, user, user.webinars && call.plan !== 'free');
  return { status: 200, json: onlyFields(settings, call.query.get('custom_query_fields')) };
}

function idsOf(circles: readonly { id: string; has(user: WorldUser): boolean }[], user: WorldUser): string[] {
  return circles.filter((circle) => circle.has(user)).map((circle) => circle.id);
}

function common(world: World, user: WorldUser): Record<string, unknown> {
  const { first, last, name, email, type, pmi, timezone, status, dept } = user;
  const row = {
    first_name: first,
    last_name: last,
    display_name: name,
    email,
    type,
    pmi,
    timezone,
    verified: 1,
    created_at: iso(user.created),
    user_created_at: iso(user.created),
    language: 'en-US',
    phone_number: '',
    login_types: [100],
    status,
    role_id: roleOf(world, user).id,
  };
  // A pending user has no id, and never signed in.
  if (status === 'pending') return row;
  const login = { last_login_time: iso(user.lastLogin), last_client_version: '6.4.3.2(mac)' };
  return { id: user.id, ...row, ...login, ...(dept === '' ? {} : { dept }) };
}
