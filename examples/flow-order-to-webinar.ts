/**
 * A flow: who orders in a shop is registered for a Zoom webinar. The shop signs its webhooks in its own way, which an
 * incoming hook describes; the flow is a few lines of trunkline.yaml.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trunkline } from '../src/index.ts';
import { open, sandboxDoes } from './flows/house.ts';

await using trunkline = new Trunkline({ dataDir: join(tmpdir(), `trunkline-example-${process.pid}`) });
const zoom = await trunkline.connectors.connect('zoom');
const webinar = await zoom.webinars.create({
  userId: 'me',
  topic: 'Getting started',
  type: 5,
  start_time: '2030-03-01T10:00:00Z',
  settings: { approval_type: 0 },
});

await using house = await open({
  'trunkline.yaml': `
flows:
  order-to-webinar:
    name: Orders register their buyers
    trigger:
      connection: hook:shop-orders
      event: order.created
    # The orders of a buyer one after the other.
    key: trigger.body.data.customer.email
    steps:
      - id: register
        action: zoom.webinars.addRegistrant
        input:
          webinarId: "${webinar.id}"
          email: "\${email(trigger.body.data.customer.email)}"
          first_name: "\${trigger.body.data.customer.first_name}"
          last_name: "\${trigger.body.data.customer.?last_name}"
    output:
      order: "\${trigger.body.data.id}"
`,
});

// How this shop proves its events: t=<seconds>,v1=<hex> over <seconds>.<body>, and a challenge for a new address.
const settings = {
  title: 'Orders of the shop',
  auth: {
    method: 'signature',
    key: 'shop-signature',
    valuePrefix: 'v1=',
    separator: ',',
    hash: 'sha256',
    encoding: 'hex',
    sign: '{time}.{body}',
    time: { header: 'shop-signature', prefix: 't=' },
  },
  validation: { key: 'challenge', response: { as: 'json' } },
  event: { header: 'shop-event' },
  delivery: { header: 'shop-delivery' },
};
const hook = await house.trunkline<{ url: string; secret: string }>(
  'hooks',
  'add',
  'shop-orders',
  '--settings',
  JSON.stringify(settings),
);

// The owner of the shop enters the address there.
const shop = process.env['SHOP_API_URL'] ?? '';
const signIn = await fetch(new URL('../oauth/token', `${shop}/`), {
  method: 'POST',
  headers: {
    authorization: `Basic ${btoa(`${process.env['SHOP_CLIENT_ID']}:${process.env['SHOP_CLIENT_SECRET']}`)}`,
  },
  body: new URLSearchParams({ grant_type: 'client_credentials' }),
});
const { access_token: token } = (await signIn.json()) as { access_token: string };
const subscribed = await fetch(`${shop}/webhooks`, {
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ url: hook.url, events: ['order.created'], secret: hook.secret }),
});
assert.equal(subscribed.status, 201, await subscribed.text());

// Somebody buys.
await sandboxDoes('shop', {
  order: { email: 'Ada.Buyer@example.com', first_name: 'Ada', last_name: 'Buyer' },
});

const run = await house.runOf('order-to-webinar');
console.log(`run ${run.id}: ${JSON.stringify(run.output)}`);
const { registrants } = await zoom.webinars.registrants({ webinarId: webinar.id });
assert.deepEqual(
  registrants.map(({ email, first_name }) => [email, first_name]),
  [['ada.buyer@example.com', 'Ada']],
);
assert.match(String(run.output['order']), /^ord_/);
