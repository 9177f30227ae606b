import { z } from 'zod';
import { defineStream } from '../../core/stream.ts';
import { list } from './users.ts';

/** Every user of the account. Zoom lists one status at a time, so each is a slice of its own (Zoom FACTS G 1). */
export const users = defineStream({
  name: 'users',
  title: 'Users',
  docs: list.docs,
  path: '/users',
  budget: list.budget,
  scopes: list.scopes,
  row: z.looseObject({
    email: z.string(),
    id: z.string().optional(),
    type: z.number(),
    status: z.string().optional(),
  }),
  // Pending users have no id yet; the address is theirs from the start.
  primaryKey: ['email'],
  async *slices() {
    for (const status of ['active', 'inactive', 'pending']) yield { key: status, at: { status } };
  },
  async *read(reader, slice) {
    const status = slice.at['status'] as 'active' | 'inactive' | 'pending';
    for await (const { rows, refused } of reader.pages(list, { status })) yield { rows, refused };
  },
});
