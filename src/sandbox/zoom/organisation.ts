/**
 * How the account's people are arranged: groups, roles, divisions and contact groups.
 *
 * Membership is a rule over a user and never a list, so that a user whom a client adds belongs somewhere at once.
 */
import { opaqueId } from './ids.ts';
import type { WorldUser } from './people.ts';
import type { World } from './world.ts';

/** A set of users with a name. */
export interface Circle {
  id: string;
  name: string;
  has(user: WorldUser): boolean;
}

/** A role; the first three are Zoom's own and have short ids. */
export interface Role extends Circle {
  description: string;
  permissions: readonly string[];
}

/** A division; everybody is in one, those without a department in the main one. */
export interface Division extends Circle {
  description: string;
  main: boolean;
}

/** Who may find whom in the directory. */
export interface ImGroup extends Circle {
  type: 'normal' | 'shared' | 'restricted';
}

/** A list that an administrator keeps: of users, and of whole groups. */
export interface ContactGroup {
  id: string;
  name: string;
  /** 1 anyone, 2 members see it and anyone finds it, 3 members only. */
  privacy: 1 | 2 | 3;
  description: string;
  groups: readonly Circle[];
  has(user: WorldUser): boolean;
}

const DEPARTMENTS = ['Sales', 'Marketing', 'Engineering'] as const;
const PLACES = ['Europe/Vienna', 'America/Los_Angeles', 'Asia/Tokyo', 'UTC', 'Africa/Nairobi'];
const TEAM = 10;
const CONTACT_GROUP = 4;

/** Groups by department and place, teams of ten, one with everybody and one that is still empty. */
export function groups(world: World): Circle[] {
  const { seed } = world.ground;
  const teams = Math.ceil(world.users.length / TEAM);
  return [
    circle(seed, 'group', 'Everybody', () => true),
    ...DEPARTMENTS.map((name) => circle(seed, 'group', name, (user) => user.dept === name)),
    ...PLACES.map((place) => circle(seed, 'group', place, (user) => user.timezone === place)),
    ...Array.from({ length: teams }, (_, i) =>
      circle(seed, 'group', `Team ${i + 1}`, (user) => Math.floor(user.index / TEAM) === i),
    ),
    circle(seed, 'group', 'Newcomers (nobody yet)', () => false),
  ];
}

/** The two longest-serving active members look after a group. */
export function groupAdmins(group: Circle, users: readonly WorldUser[]): WorldUser[] {
  return users.filter((user) => user.status === 'active' && group.has(user)).slice(0, 2);
}

const MEMBER_RIGHTS = ['Branding:Read', 'Meeting:Read', 'Meeting:Edit', 'Recording:Read', 'UserSetting:Read'];
const ADMIN_RIGHTS = [
  ...MEMBER_RIGHTS,
  'AccountSetting:Read',
  'AccountSetting:Edit',
  'Branding:Edit',
  'Group:Read',
  'Group:Edit',
  'Recording:Edit',
  'Report:Read',
  'Role:Read',
  'User:Read',
  'User:Edit',
  'UserSetting:Edit',
];

/** Zoom's own roles and two that the account made. */
export function roles(world: World): Role[] {
  const { seed } = world.ground;
  const role = (id: string, name: string, description: string, permissions: readonly string[]): Role => ({
    id,
    name,
    description,
    permissions,
    has: (user) => roleOf(world, user).id === id,
  });
  return [
    role('0', 'Owner', 'Account owner', [...ADMIN_RIGHTS, 'Billing:Read', 'Billing:Edit', 'Role:Edit']),
    role('1', 'Admin', 'Account administrator', ADMIN_RIGHTS),
    role('2', 'Member', 'Account member', MEMBER_RIGHTS),
    role(opaqueId(seed, 'role', 'reports'), 'Report viewer', 'Sees reports & dashboards', [
      ...MEMBER_RIGHTS,
      'Dashboard:Read',
      'Report:Read',
    ]),
    role(opaqueId(seed, 'role', 'phone'), 'Phone manager', 'Looks after Zoom Phone', [
      ...MEMBER_RIGHTS,
      'Phone:Read',
      'Phone:Edit',
    ]),
  ];
}

/** The first user owns the account; of those who follow, few have more than a member's rights. */
export function roleOf({ ground: { seed } }: World, { index }: WorldUser): { id: string; name: string } {
  if (index === 0) return { id: '0', name: 'Owner' };
  if (index % 12 === 1) return { id: '1', name: 'Admin' };
  if (index % 12 === 4) return { id: opaqueId(seed, 'role', 'reports'), name: 'Report viewer' };
  if (index % 12 === 6) return { id: opaqueId(seed, 'role', 'phone'), name: 'Phone manager' };
  return { id: '2', name: 'Member' };
}

/** The main division and one of each department. */
export function divisions(world: World): Division[] {
  const { seed } = world.ground;
  return [
    {
      ...circle(seed, 'division', 'Main division', (user) => user.dept === ''),
      description: 'Where everybody begins',
      main: true,
    },
    ...DEPARTMENTS.map((name) => ({
      ...circle(seed, 'division', name, (user) => user.dept === name),
      description: '',
      main: false,
    })),
  ];
}

/** Every user is in exactly one. */
export function imGroups(world: World): ImGroup[] {
  const { seed } = world.ground;
  const types = ['normal', 'shared', 'restricted'] as const;
  return types.map((type, i) => ({
    ...circle(seed, 'im-group', `Directory ${i + 1}`, (user) => user.index % types.length === i),
    type,
  }));
}

/** More than one page of ten in any account of some size. */
export function contactGroups(world: World): ContactGroup[] {
  const { seed } = world.ground;
  const all = groups(world);
  const count = 3 + Math.floor(world.users.length / CONTACT_GROUP);
  return Array.from({ length: count }, (_, i) => ({
    id: `dir.${opaqueId(seed, 'contact-group', i)}`,
    name: i === 0 ? 'On call' : `Contacts ${i}`,
    privacy: ([1, 2, 3] as const)[i % 3] ?? 1,
    description: i % 2 === 0 ? `Kept by the office, list ${i}` : '',
    groups: all.filter((_group, n) => n % count === i),
    has: (user) => (user.index + i) % count < 2,
  }));
}

function circle(seed: number, kind: string, name: string, has: Circle['has']): Circle {
  return { id: opaqueId(seed, kind, name), name, has };
}
