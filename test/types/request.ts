/** What the compiler must take and must refuse of requests by route. Nothing here runs. */
import type { zoom } from '../../src/connectors/zoom/index.ts';
import type { PathNames } from '../../src/core/route.ts';
import type { Client } from '../../src/http/client.ts';

declare const client: Client<typeof zoom>;

/** Both ways, so that neither may be wider. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
declare function is(same: true): void;

is(true satisfies Same<PathNames<'GET /users'>, never>);
is(true satisfies Same<PathNames<'GET /users/{userId}/meetings'>, 'userId'>);
is(
  true satisfies Same<
    PathNames<'DELETE /meetings/{meetingId}/recordings/{recordingId}'>,
    'meetingId' | 'recordingId'
  >,
);

export async function taken(): Promise<void> {
  await client.request('GET /users');
  await client.request('GET /users', { page_size: 30 }, { priority: 1 });
  await client.request('GET /users/{userId}/meetings', { userId: 'me', type: 'scheduled' });
  await client.request('GET /meetings/{meetingId}', { meetingId: 85_746_065_432 });
  await client.request('PATCH /meetings/{meetingId}', { meetingId: 85_746_065_432n, body: { topic: 'A' } });
  for await (const { rows } of client.request.pages('GET /users', {}, { items: 'users' })) {
    is(true satisfies Same<typeof rows, unknown[]>);
  }
  const user = await client.request('GET /users/{userId}', { userId: 'me' });
  is(true satisfies Same<typeof user, unknown>);
}

export async function refused(): Promise<void> {
  // @ts-expect-error a path parameter is missing
  await client.request('GET /users/{userId}/meetings', { type: 'scheduled' });
  // @ts-expect-error the whole input is missing
  await client.request('GET /users/{userId}/meetings');
  // @ts-expect-error one of two path parameters is missing
  await client.request('DELETE /meetings/{meetingId}/recordings/{recordingId}', { meetingId: 1 });
  // @ts-expect-error a path parameter is no list
  await client.request('GET /users/{userId}', { userId: ['me'] });
  // @ts-expect-error no such method
  await client.request('FETCH /users');
  // @ts-expect-error a path begins with a slash
  await client.request('GET users');
  // @ts-expect-error where the rows are must be said
  client.request.pages('GET /users', {}, {});
  // @ts-expect-error pages want the path parameters too
  client.request.pages('GET /users/{userId}/meetings', {}, { items: 'meetings' });
}
