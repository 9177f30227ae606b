/** Roles and divisions with their members (Accounts and Users documents). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, decode, list, param } from './call.ts';
import { zoomError } from './errors.ts';
import { known } from './groups-api.ts';
import { opaqueId } from './ids.ts';
import { divisions, roles } from './organisation.ts';

/** All roles in one answer; those of Zoom IQ are another list. */
export function listRoles(call: Call): SandboxAnswer {
  const type = choice(call, 'type', ['common', 'iq'], 'common');
  if (typeof type !== 'string') return type;
  const own =
    type === 'common'
      ? roles(call.world).map((role) => ({
          id: role.id,
          name: role.name,
          description: role.description,
          type,
          total_members: known(call).filter((user) => role.has(user)).length,
        }))
      : [
          {
            id: opaqueId(call.world.ground.seed, 'role', 'iq'),
            name: 'IQ User',
            description: '',
            type,
            total_members: 0,
          },
        ];
  return { status: 200, json: { roles: own, total_records: own.length } };
}

/** Who has one role. */
export function listRoleMembers(call: Call): SandboxAnswer {
  const id = decode(param(call, 'roleId'));
  const role = roles(call.world).find((one) => one.id === id);
  if (role === undefined) return zoomError(400, 1034, 'Provided `role_id` does not exist.');
  const members = known(call).filter((user) => role.has(user));
  return list(call, { key: 'members', counts: 'always' }, members, (user) => ({
    id: user.id,
    email: user.email,
    first_name: user.first,
    last_name: user.last,
    department: user.dept,
    type: user.type,
  }));
}

/** The divisions of the account. */
export function listDivisions(call: Call): SandboxAnswer {
  const all = divisions(call.world);
  return list(call, { key: 'divisions', counts: 'total only' }, all, (division) => ({
    division_id: division.id,
    division_name: division.name,
    division_description: division.description,
    is_main_division: division.main,
    total_members: known(call).filter((user) => division.has(user)).length,
  }));
}

/** Who is in one division. */
export function listDivisionUsers(call: Call): SandboxAnswer {
  const id = decode(param(call, 'divisionId'));
  const division = divisions(call.world).find((one) => one.id === id);
  // The document has no code for it; the status stands in for one.
  if (division === undefined) return zoomError(404, 404, 'Division not found.');
  const members = known(call).filter((user) => division.has(user));
  return list(call, { key: 'users', counts: 'total only' }, members, (user) => ({
    user_id: user.id,
    user_display_name: user.name,
    user_email: user.email,
  }));
}
