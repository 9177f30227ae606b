/** What all of Phone's answers share. */
import { isRecord } from '../record.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, type Handler, type ListShape, decode, findUser, isAnswer, list, param } from './call.ts';
import { noUser, zoomError } from './errors.ts';
import type { WorldUser } from './people.ts';
import { type Extension, hasPhone, userExtension } from './phone.ts';

/** An account without Phone gets 403 everywhere below /phone (FACTS G, item 30). */
export function licensed(handler: Handler): Handler {
  return (call) => (call.plan === 'free' ? zoomError(403, 403, 'No permission.') : handler(call));
}

/** Here a bad page token is mostly 400 with code 400, and not 300 as elsewhere (FACTS A). */
export function phoneList<T>(
  call: Call,
  shape: ListShape,
  all: readonly T[],
  row: (item: T) => unknown,
): SandboxAnswer {
  const answer = list(call, { counts: 'total only', ...shape }, all, row);
  // The other refusal of a list names the field that is wrong.
  if (answer.status === 200 || isFieldError(answer)) return answer;
  return zoomError(400, 400, 'The next page token is invalid or expired.');
}

function isFieldError({ json }: SandboxAnswer): boolean {
  return isRecord(json) && 'errors' in json;
}

/** The extension of the user in the path; a user without Phone has none. */
export function findPhoneUser(call: Call): Extension | SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user.status === 404 ? noUser(decode(param(call, 'userId'))) : user;
  if (!hasPhone(user)) return zoomError(400, 300, 'Invalid user id.');
  return userExtension(call.world, user);
}

/** Whether a filter of the query, if there is one, lets a site pass. */
export function atSite(call: Call, one: { site: { id: string } }): boolean {
  const asked = call.query.get('site_id') ?? '';
  return asked === '' || asked === one.site.id;
}

/** Department and cost centre of whoever an extension belongs to. */
export function departmentOf(user: WorldUser | undefined): { department: string; cost_center: string } {
  return { department: user?.dept ?? '', cost_center: '' };
}
