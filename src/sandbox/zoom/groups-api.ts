/** Groups of users, contact groups and directory groups: who is in them (Users and Team Chat documents). */
import type { SandboxAnswer } from '../types.ts';
import { bareList } from './bare-list.ts';
import { type Call, decode, isAnswer, list, param, unpaid } from './call.ts';
import { zoomError } from './errors.ts';
import { type Circle, contactGroups, groupAdmins, groups, imGroups } from './organisation.ts';
import type { WorldUser } from './people.ts';

/** The groups of users. */
export function listGroups(call: Call): SandboxAnswer {
  const refusal = paidGroups(call);
  if (refusal !== undefined) return refusal;
  return bareList(call, { key: 'groups', counts: 'total only' }, groups(call.world), (group) => ({
    id: group.id,
    name: group.name,
    total_members: membersOf(call, group).length,
  }));
}

/** The members of one group; the one list of members with pages of 2,000. */
export function listGroupMembers(call: Call): SandboxAnswer {
  const group = findGroup(call);
  if (isAnswer(group)) return group;
  return list(call, { key: 'members', max: 2000, counts: 'always' }, membersOf(call, group), groupMemberRow);
}

/** Who looks after one group. */
export function listGroupAdmins(call: Call): SandboxAnswer {
  const group = findGroup(call);
  if (isAnswer(group)) return group;
  const admins = groupAdmins(group, call.account.users);
  return list(call, { key: 'admins', counts: 'total only' }, admins, ({ email, name }) => ({ email, name }));
}

/** Contact groups, ten at a time. */
export function listContactGroups(call: Call): SandboxAnswer {
  const refusal = unpaid(call);
  if (refusal !== undefined) return refusal;
  const all = contactGroups(call.world);
  return list(call, { key: 'groups', max: 50, size: 10, counts: 'none' }, all, (group) => ({
    group_id: group.id,
    group_name: group.name,
    group_privacy: group.privacy,
    description: group.description,
  }));
}

/** Users, and after them groups of users. */
export function listContactGroupMembers(call: Call): SandboxAnswer {
  const refusal = unpaid(call);
  if (refusal !== undefined) return refusal;
  const id = decode(param(call, 'groupId'));
  const group = contactGroups(call.world).find((one) => one.id === id);
  if (group === undefined) return zoomError(400, 300, `A group with this groupId: ${id} does not exist.`);
  const users = known(call).filter((user) => group.has(user));
  const members = [
    ...users.map((user) => ({ type: 1, id: user.id, name: user.name })),
    ...group.groups.map((inner) => ({ type: 2, id: inner.id, name: inner.name })),
  ];
  const shape = { key: 'group_members', max: 50, size: 10, counts: 'none' } as const;
  return list(call, shape, members, (member) => member);
}

/** Directory groups: all of them in one answer. */
export function listImGroups(call: Call): SandboxAnswer {
  const refusal = paidGroups(call);
  if (refusal !== undefined) return refusal;
  const all = imGroups(call.world).map((group) => ({
    id: group.id,
    name: group.name,
    total_members: membersOf(call, group).length,
    search_by_account: group.type !== 'restricted',
    search_by_domain: true,
    search_by_ma_account: false,
    type: group.type,
  }));
  return { status: 200, json: { total_records: all.length, groups: all } };
}

/** The members of a directory group. */
export function listImGroupMembers(call: Call): SandboxAnswer {
  const refusal = paidGroups(call);
  if (refusal !== undefined) return refusal;
  const id = decode(param(call, 'groupId'));
  const group = imGroups(call.world).find((one) => one.id === id);
  if (group === undefined) return zoomError(404, 4130, `IM group does not exist: ${id}.`);
  return list(call, { key: 'members', counts: 'always' }, membersOf(call, group), groupMemberRow);
}

/** Of the account as it is now; who is still invited has no id to be listed by. */
export function known(call: Call): WorldUser[] {
  return call.account.users.filter((user) => user.status !== 'pending');
}

function membersOf(call: Call, group: Circle): WorldUser[] {
  return known(call).filter((user) => group.has(user));
}

function findGroup(call: Call): Circle | SandboxAnswer {
  const refusal = paidGroups(call);
  if (refusal !== undefined) return refusal;
  const id = decode(param(call, 'groupId'));
  const group = groups(call.world).find((one) => one.id === id);
  return group ?? zoomError(404, 4130, `A group with this ${id} does not exist.`);
}

function paidGroups(call: Call): SandboxAnswer | undefined {
  if (call.plan !== 'free') return undefined;
  // Documented on HTTP 200 as well (FACTS D, trap 1).
  return zoomError(call.switches.http200Errors ? 200 : 400, 200, 'Only available for Paid account.');
}

function groupMemberRow({ id, email, first, last, type }: WorldUser): Record<string, unknown> {
  return { id, email, first_name: first, last_name: last, type };
}
