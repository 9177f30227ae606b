import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openHouse, type House } from './house.ts';

let house: House;
before(async () => (house = await openHouse()));
after(() => house[Symbol.asyncDispose]());

interface Begun {
  url: string;
  redirectUri: string;
}

async function begin(name: string): Promise<Begun> {
  const { clientId, clientSecret } = house.box.zoom.credentials;
  const { status, json } = await house.ask<Begun>('POST', '/api/v1/oauth/zoom', {
    name,
    clientId,
    clientSecret,
  });
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

/** A browser that follows the server to the other side and has what it brings back. */
async function browse(url: string): Promise<{ cookie: string; back: string }> {
  const start = await fetch(url, { redirect: 'manual' });
  assert.equal(start.status, 302, await start.text());
  const cookie = start.headers.get('set-cookie') ?? '';
  const answer = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' });
  return { cookie, back: answer.headers.get('location') ?? '' };
}

const cookieOf = (cookie: string): Record<string, string> => ({ cookie: cookie.split(';')[0] ?? '' });

test('a person consents by way of the server, and the connection works', async () => {
  const { url, redirectUri } = await begin('ada');
  assert.equal(redirectUri, `${house.url}/oauth/zoom/callback`);
  const { cookie, back } = await browse(url);
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Lax/);
  const done = await fetch(back, { headers: cookieOf(cookie) });
  assert.equal(done.status, 200);
  assert.match(await done.text(), /The connection ada was made/);
  const [stored] = await house.app.stored.list();
  assert.deepEqual([stored?.name, stored?.checkResult], ['ada', 'ok']);
});

test('an answer that another browser brings connects nothing', async () => {
  const { cookie, back } = await browse((await begin('eve')).url);
  const elsewhere = await fetch(back);
  assert.equal(elsewhere.status, 400);
  assert.match(await elsewhere.text(), /Nothing was connected/);
  const forged = new URL(back);
  forged.searchParams.set('state', 'x'.repeat(43));
  assert.equal((await fetch(forged, { headers: cookieOf(cookie) })).status, 400);
  assert.ok(!(await house.app.stored.has('eve')));
});

test('a ticket is good once, and only administrators get one', async () => {
  const { url } = await begin('bob');
  await browse(url);
  assert.equal((await fetch(url, { redirect: 'manual' })).status, 400);
  assert.equal(
    (await fetch(`${house.url}/oauth/zoom/start?ticket=guessed`, { redirect: 'manual' })).status,
    400,
  );
  const anybody = await fetch(`${house.url}/api/v1/oauth/zoom`, { method: 'POST', body: '{}' });
  assert.equal(anybody.status, 401);
});

test('what a person declined is said, without a script of his', async () => {
  const { cookie, back } = await browse((await begin('carl')).url);
  const declined = new URL(back);
  declined.searchParams.delete('code');
  declined.searchParams.set('error', '<script>alert(1)</script>');
  const page = await (await fetch(declined, { headers: cookieOf(cookie) })).text();
  assert.match(page, /Nothing was connected/);
  assert.doesNotMatch(page, /<script>/);
});
