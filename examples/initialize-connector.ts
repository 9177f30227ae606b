/**
 * Opens a connection to Zoom and makes a first call.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline({
  brevoApiKey: process.env['BREVO_API_KEY'],
});

const zoom = await trunkline.connectors.connect('zoom', {
  accountId: process.env['ZOOM_ACCOUNT_ID'],
  clientId: process.env['ZOOM_CLIENT_ID'],
  clientSecret: process.env['ZOOM_CLIENT_SECRET'],
});

const { users } = await zoom.users.list({ status: 'active', page_size: 5 });
for (const { email, type } of users) console.log(`${email} (type ${type})`);
assert.ok(users.length > 0, 'the account has users');
