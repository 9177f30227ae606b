import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findAction, listActions, type Connector } from '../../src/core/connector.ts';
import { Secret } from '../../src/core/secret.ts';
import { connectStage, type ConnectStage } from './connect-stage.ts';

const documents = join(dirname(dirname(dirname(import.meta.dirname))), 'shared/reference/zoom/openapi');

/** The name of the action that makes this call. */
function actionOf(connector: Connector, method: string, path: string): string {
  const found = listActions(connector).find(({ action }) => {
    const input = Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '1']));
    try {
      const call = action.call(input);
      return call.method === method && call.path === path.replaceAll(/\{\w+\}/g, '1');
    } catch {
      return false;
    }
  });
  assert.ok(found, `${method} ${path}`);
  return found.name;
}

/** A document of Zoom's as a connector, joined to the simulated Zoom with a token of its own. */
async function joined({ app, connect, box }: ConnectStage, file: string): Promise<string> {
  const text = readFileSync(join(documents, `${file}.json`), 'utf8');
  const { id } = await connect.importDocument({ text, id: `zoom-${file}` });
  await app.loadConnectors();
  const { ZOOM_API_URL, ZOOM_OAUTH_URL, ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET } = box.env;
  const answer = await fetch(
    `${ZOOM_OAUTH_URL}/token?grant_type=account_credentials&account_id=${ZOOM_ACCOUNT_ID}`,
    {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${ZOOM_CLIENT_ID}:${ZOOM_CLIENT_SECRET}`)}` },
    },
  );
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const connector = app.connector(id);
  const ways = Object.entries({ '': connector.auth, ...connector.auths });
  const [auth, scheme] = ways.find(([, { kind }]) => kind === 'bearer') ?? [];
  assert.ok(scheme?.kind === 'bearer', 'a token may be given');
  await app.stored.add({
    name: id,
    connector: id,
    ...(auth ? { auth } : {}),
    credentials: { [scheme.credential]: new Secret(token) },
    settings: { allowPrivate: ['127.0.0.1'], servers: { api: ZOOM_API_URL ?? '' } },
  });
  return id;
}

test("Zoom's own documents are connectors that call Zoom: the same answers as the one by hand gets", async (t) => {
  if (!existsSync(documents)) {
    t.skip('NOT CHECKED: the official documents are not here');
    return;
  }
  const stage = await connectStage(t);
  const { app, box } = stage;
  const { ZOOM_API_URL, ZOOM_OAUTH_URL, ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET } = box.env;
  app.give('zoom', {
    credentials: {
      accountId: ZOOM_ACCOUNT_ID ?? '',
      clientId: ZOOM_CLIENT_ID ?? '',
      clientSecret: ZOOM_CLIENT_SECRET ?? '',
    },
    servers: { api: ZOOM_API_URL ?? '', oauth: ZOOM_OAUTH_URL ?? '' },
  });
  const own = await app.session('zoom');
  const call = async (id: string, method: string, path: string, input: Record<string, unknown> = {}) => {
    const session = await app.session(id);
    const action = findAction(session.connector, actionOf(session.connector, method, path));
    assert.ok(action);
    return (await session.call(action, input)) as Record<string, unknown>;
  };
  const byHand = async (name: string, input: Record<string, unknown>) => {
    const action = findAction(own.connector, name);
    assert.ok(action);
    return (await own.call(action, input)) as Record<string, unknown>;
  };
  const users = await joined(stage, 'users');
  const meetings = await joined(stage, 'meetings');

  const list = await call(users, 'GET', '/users', { status: 'active', page_size: 10 });
  assert.deepEqual(list['users'], (await byHand('users.list', { status: 'active', page_size: 10 }))['users']);
  const [{ id: userId = '' } = {}] = list['users'] as { id?: string }[];
  const user = await call(users, 'GET', '/users/{userId}', { userId });
  assert.equal(user['id'], userId);

  const made = await call(meetings, 'POST', '/users/{userId}/meetings', {
    userId,
    topic: 'By the document',
    type: 2,
    start_time: '2027-01-05T09:00:00Z',
    duration: 30,
    settings: { approval_type: 0 },
  });
  const meetingId = made['id'];
  assert.equal((await byHand('meetings.get', { meetingId: String(meetingId) }))['topic'], 'By the document');
  await call(meetings, 'PATCH', '/meetings/{meetingId}', { meetingId, topic: 'Changed by the document' });
  const changed = await call(meetings, 'GET', '/meetings/{meetingId}', { meetingId });
  assert.equal(changed['topic'], 'Changed by the document');
  assert.equal(changed['duration'], 30, 'what was not given was not sent');
  await call(meetings, 'POST', '/meetings/{meetingId}/registrants', {
    meetingId,
    // Composed of two schemas, so the whole body is one input.
    body: { email: 'ada@example.com', first_name: 'Ada' },
  });
  const { registrants } = await call(meetings, 'GET', '/meetings/{meetingId}/registrants', { meetingId });
  assert.deepEqual(
    (registrants as { email: string }[]).map(({ email }) => email),
    ['ada@example.com'],
  );
  await call(meetings, 'DELETE', '/meetings/{meetingId}', { meetingId });
  await assert.rejects(call(meetings, 'GET', '/meetings/{meetingId}', { meetingId }), { status: 404 });
});
