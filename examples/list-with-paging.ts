/**
 * Reads a list in three ways: one page, page by page, and row by row. Page tokens and rate limits are looked after.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline();
// Without credentials they come from ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET.
const zoom = await trunkline.connectors.connect('zoom');

// One page, as Zoom answers it.
const first = await zoom.users.list({ status: 'active', page_size: 3 });
assert.equal(first.users.length, 3);
console.log(`3 of ${first.total_records} users`);

// Page by page. A row of an unknown shape stands in `refused`, with the reason, and costs nobody else.
const pages: number[] = [];
for await (const { rows, refused } of zoom.users.list.pages({ status: 'active', page_size: 3 })) {
  pages.push(rows.length);
  for (const { reason } of refused) console.warn(reason);
}
console.log(`pages of ${pages.join(', ')}`);
assert.ok(pages.length > 1);

// Row by row; a `break` reads no further page.
const emails: string[] = [];
for await (const { email } of zoom.users.list.items({ status: 'active', page_size: 3 })) emails.push(email);
assert.equal(
  emails.length,
  pages.reduce((sum, rows) => sum + rows, 0),
);
assert.equal(new Set(emails).size, emails.length);
