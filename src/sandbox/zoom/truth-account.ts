/**
 * The truth about the account, its users and its chat: tables beyond those of `truth.ts`, by the names of the lists.
 *
 * Lists with an end in time tell what a client can still get: half a year. Keys and main values only; what an answer
 * makes of them is for the client to read.
 */
import { MANAGED_DOMAINS, TRUSTED_DOMAINS, barriers, dataRequests, trackingFields } from './account-facts.ts';
import { userSettings } from './account-settings.ts';
import { channels, conversations, messagesOf } from './chat.ts';
import { sipPhoneId } from './devices-api.ts';
import { contactGroups, divisions, groupAdmins, groups, imGroups, roleOf, roles } from './organisation.ts';
import type { WorldUser } from './people.ts';
import { oldest } from './ranges.ts';
import { collaborationDevices, deviceGroups, devices, endPoints, sipPhoneUsers } from './rooms.ts';
import { submissions, surveyInstances, surveys } from './surveys.ts';
import { iso } from './time.ts';
import { PHONE_TRUTH } from './truth-phone.ts';
import { REPORT_TRUTH } from './truth-reports.ts';
import { assists, pacAccounts, tspAccounts } from './user-extras-api.ts';
import type { World } from './world.ts';

type Row = Readonly<Record<string, unknown>>;
type Table = (world: World, now: number) => Iterable<Row>;

const PEOPLE: Readonly<Record<string, Table>> = {
  user_details: (world) =>
    world.colleagues.map((user) => ({
      id: user.id,
      email: user.email,
      role_id: roleOf(world, user).id,
      group_ids: idsOf(groups(world), user),
      im_group_ids: idsOf(imGroups(world), user),
      division_ids: idsOf(divisions(world), user),
    })),
  user_settings: (world) =>
    world.colleagues.map((user) => {
      const { feature, recording } = userSettings(world, user, user.webinars);
      const { meeting_capacity, webinar } = feature ?? {};
      return { user_id: user.id, meeting_capacity, webinar, auto_recording: recording?.['auto_recording'] };
    }),
  user_permissions: (world) =>
    world.colleagues.flatMap((user) => {
      const role = roles(world).find((one) => one.has(user));
      return (role?.permissions ?? []).map((permission) => ({ user_id: user.id, permission }));
    }),
  user_assistants: (world) =>
    pairs(world, (user, other) => assists(other, user)).map(([user, other]) => ({
      user_id: user.id,
      id: other.id,
      email: other.email,
    })),
  user_schedulers: (world) =>
    pairs(world, assists).map(([user, other]) => ({ user_id: user.id, id: other.id, email: other.email })),
  collaboration_devices: (world) =>
    world.colleagues.flatMap((user) =>
      collaborationDevices(world, user).map(({ id, name }) => ({ user_id: user.id, id, device_name: name })),
    ),
  tsp_accounts: (world) =>
    world.colleagues.flatMap((user) =>
      tspAccounts(world.ground.seed, user).map((one) => ({ user_id: user.id, ...one })),
    ),
  pac_accounts: (world) =>
    world.colleagues.flatMap((user) =>
      (pacAccounts(world.ground.seed, user) ?? []).map((one) => ({ user_id: user.id, ...one })),
    ),
  groups: (world) =>
    groups(world).map((one) => ({ id: one.id, name: one.name, total_members: inside(world, one).length })),
  group_members: (world) =>
    groups(world).flatMap((group) =>
      inside(world, group).map(({ id, email }) => ({ group_id: group.id, id, email })),
    ),
  group_admins: (world) =>
    groups(world).flatMap((group) =>
      groupAdmins(group, world.users).map(({ email, name }) => ({ group_id: group.id, email, name })),
    ),
  roles: (world) =>
    roles(world).map((one) => ({ id: one.id, name: one.name, total_members: inside(world, one).length })),
  role_members: (world) =>
    roles(world).flatMap((role) =>
      inside(world, role).map(({ id, email }) => ({ role_id: role.id, id, email })),
    ),
  divisions: (world) =>
    divisions(world).map((one) => ({
      division_id: one.id,
      division_name: one.name,
      is_main_division: one.main,
      total_members: inside(world, one).length,
    })),
  division_users: (world) =>
    divisions(world).flatMap((division) =>
      inside(world, division).map(({ id, email }) => ({
        division_id: division.id,
        user_id: id,
        user_email: email,
      })),
    ),
  contact_groups: (world) =>
    contactGroups(world).map(({ id, name, privacy }) => ({
      group_id: id,
      group_name: name,
      group_privacy: privacy,
    })),
  contact_group_members: (world) =>
    contactGroups(world).flatMap((group) => [
      ...inside(world, group).map(({ id, name }) => ({ group_id: group.id, type: 1, id, name })),
      ...group.groups.map(({ id, name }) => ({ group_id: group.id, type: 2, id, name })),
    ]),
  im_groups: (world) =>
    imGroups(world).map((one) => ({
      id: one.id,
      name: one.name,
      type: one.type,
      total_members: inside(world, one).length,
    })),
  im_group_members: (world) =>
    imGroups(world).flatMap((group) =>
      inside(world, group).map(({ id, email }) => ({ group_id: group.id, id, email })),
    ),
  contacts: (world) => world.colleagues.map(({ id, email, status }) => ({ id, email, user_status: status })),
};

const OFFICE: Readonly<Record<string, Table>> = {
  managed_domains: () => MANAGED_DOMAINS,
  trusted_domains: () => TRUSTED_DOMAINS.map((domain) => ({ domain })),
  tracking_fields: (world) =>
    trackingFields(world).map(({ id, field, required }) => ({ id, field, required })),
  data_requests: (world) =>
    dataRequests(world).map(({ id, type, state, created }) => ({
      request_id: id,
      request_type: type,
      state,
      created_at: iso(created),
    })),
  information_barriers: (world) =>
    barriers(world).map(({ id, name, one, other }) => ({
      id,
      policy_name: name,
      assigned_group_id: one,
      to_group_id: other,
    })),
  // `enrolled_in_zdm` and type 5 tell which of them the list shows only when it is asked.
  devices: (world) =>
    devices(world).map((one) => ({
      device_id: one.id,
      device_name: one.name,
      device_type: one.type,
      enrolled_in_zdm: one.enrolled,
    })),
  device_groups: (world) => deviceGroups(world).map(({ id, name }) => ({ zdm_group_id: id, name })),
  h323_devices: (world) => endPoints(world).map(({ id, name, ip }) => ({ id, name, ip })),
  sip_phones: (world) =>
    sipPhoneUsers(world.users).map((user) => ({
      phone_id: sipPhoneId(world.ground.seed, user.index),
      user_email: user.email,
    })),
  surveys: (world) => surveys(world).map(({ form }) => ({ survey_id: form.id, survey_name: form.title })),
  survey_instances: (world, now) =>
    surveys(world).flatMap((survey) =>
      surveyInstances(survey, now).map(({ uuid }) => ({ survey_id: survey.form.id, instance_id: uuid })),
    ),
  survey_answers: (world, now) =>
    surveys(world).flatMap((survey) =>
      submissions(world, survey, now).map(({ instance, at, replies }) => ({
        survey_id: survey.form.id,
        instance_id: instance.uuid,
        submit_time: new Date(at).toISOString(),
        anonymous: survey.form.anonymous,
        email: survey.form.anonymous ? '' : (replies[0]?.email ?? ''),
        answers: replies.map((reply) => reply.answer),
      })),
    ),
};

const CHAT: Readonly<Record<string, Table>> = {
  // `public` ones are in the list of the account, the others in those of their members.
  channels: (world) => channels(world).map(({ id, name, type }) => ({ id, name, type, public: type === 3 })),
  user_channels: (world) =>
    world.colleagues.flatMap((user) =>
      channels(world)
        .filter((channel) => channel.has(user))
        .map(({ id, name }) => ({ user_id: user.id, id, name })),
    ),
  channel_members: (world) =>
    channels(world).flatMap((channel) =>
      inside(world, channel).map(({ id, email }) => ({ channel_id: channel.id, id, email })),
    ),
  chat_sessions: (world, now) =>
    conversations(world).flatMap(({ session, place, channel, people }) => {
      const last = messagesOf(world, place, people, oldest(now), now).at(-1);
      if (last === undefined) return [];
      const id = channel === undefined ? {} : { channel_id: channel.id };
      return [
        {
          id: session,
          type: channel === undefined ? '1:1' : 'Group',
          last_message_sent_time: iso(last.at),
          ...id,
        },
      ];
    }),
  chat_messages: messageRows,
};

/** Each message once, though each of two people can list it; deleted ones are marked and have no text. */
function* messageRows(world: World, now: number): Generator<Row> {
  for (const { session, place, channel, people } of conversations(world)) {
    for (const one of messagesOf(world, place, people, oldest(now), now)) {
      yield {
        session_id: session,
        channel_id: channel?.id ?? null,
        people: channel === undefined ? people.map(({ id }) => id) : null,
        id: one.id,
        sender: one.sender.email,
        message: one.text,
        date_time: iso(one.at),
        status: one.status,
        file_id: one.file?.id ?? null,
      };
    }
  }
}

/** A new table is a new line in one of the parts and its rows. */
export const ACCOUNT_TRUTH: Readonly<Record<string, Table>> = {
  ...PEOPLE,
  ...OFFICE,
  ...CHAT,
  ...REPORT_TRUTH,
  ...PHONE_TRUTH,
};

function inside(world: World, circle: { has(user: WorldUser): boolean }): WorldUser[] {
  return world.colleagues.filter((user) => circle.has(user));
}

function idsOf(circles: readonly { id: string; has(user: WorldUser): boolean }[], user: WorldUser): string[] {
  return circles.filter((circle) => circle.has(user)).map((circle) => circle.id);
}

function pairs(
  world: World,
  test: (user: WorldUser, other: WorldUser) => boolean,
): [user: WorldUser, other: WorldUser][] {
  return world.colleagues.flatMap((user) =>
    world.colleagues
      .filter((other) => test(user, other))
      .map((other): [WorldUser, WorldUser] => [user, other]),
  );
}
