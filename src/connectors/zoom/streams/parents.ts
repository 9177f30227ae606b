import type { JsonObject, StreamParent } from '../../../core/stream.ts';

/** Pending users have no id yet, and what Zoom says of them is made up on the spot (Zoom FACTS G 1 and 2). */
export const joined = (user: JsonObject): boolean => user['status'] !== 'pending';

export const active = (user: JsonObject): boolean => user['status'] === 'active';

/** One call for each user who has accepted the invitation. */
export const eachUser: StreamParent = {
  stream: 'users',
  params: { userId: 'id' },
  carry: { user_id: 'id' },
  when: joined,
};
