import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Account, type Row, inPath, openAccount, request } from './zoom-access.ts';

/** The token of the account, for requests that are made by hand. */
async function bearer(account: Account): Promise<Record<string, string>> {
  const account_id = account.sandbox.env['ZOOM_ACCOUNT_ID'] ?? '';
  const { body } = await account.token({ grant_type: 'account_credentials', account_id });
  return { authorization: `Bearer ${body.access_token}` };
}

async function recorded(account: Account): Promise<{ uuid: string; path: string; files: Row[] }> {
  const [row] = await account.truth('recordings');
  const uuid: string = row?.['instance'];
  const path = `/meetings/${inPath(uuid)}/recordings`;
  return { uuid, path, files: (await account.get(path)).body.recording_files };
}

async function location(url: string, headers: Record<string, string>): Promise<string> {
  const { status, headers: found } = await request(url, { headers });
  assert.equal(status, 302);
  return found.get('location') ?? '';
}

async function bytes(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Buffer }> {
  const response = await fetch(url, { headers });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

void test('a download wants the token and redirects to another host, which must not be shown it', async () => {
  await using account = await openAccount();
  const { files } = await recorded(account);
  const url = files[0]?.['download_url'];
  assert.ok(url.startsWith(account.sandbox.url));
  assert.equal((await request(url)).status, 401);
  assert.equal((await request(`${url}?access_token=x`)).status, 401);
  assert.equal((await request(url, { headers: { authorization: 'Bearer wrong' } })).body.code, 124);
  const headers = await bearer(account);
  const to = await location(url, headers);
  assert.notEqual(new URL(to).host, new URL(url).host);
  const { status, body } = await bytes(to);
  assert.deepEqual([status, body.length], [200, files[0]?.['file_size']]);
  assert.equal((await request(to, { headers })).status, 400);
  assert.equal((await request(to.replace(/signature=.{5}/, 'signature=00000'))).status, 403);
  const { tallies, operations } = (await account.control('GET', '/stats')).body.zoom;
  assert.deepEqual(tallies, { tokensLeaked: 1 });
  assert.equal(operations['GET /rec/download/{file}'], 4);
  account.sandbox.clock.advance(3_600_000);
  assert.equal((await request(to)).status, 403);
});

void test('when the second address wants the token again, it is on the same host', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { redirectNeedsToken: true });
  const { files } = await recorded(account);
  const headers = await bearer(account);
  const to = await location(files[1]?.['download_url'], headers);
  assert.equal(new URL(to).origin, account.sandbox.url);
  assert.equal((await request(to)).status, 401);
  assert.equal((await bytes(to, headers)).body.length, files[1]?.['file_size']);
});

void test('a file has the same bytes for ever, and any part of it can be asked for', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { recordingBytes: 300_000 });
  const { files } = await recorded(account);
  assert.equal(files[0]?.['file_size'], 300_000);
  const to = await location(files[0]?.['download_url'], await bearer(account));
  const { body: whole } = await bytes(to);
  assert.deepEqual((await bytes(to)).body, whole);
  const ranges: [string, number, number][] = [
    ['bytes=0-99', 0, 100],
    ['bytes=65530-65550', 65_530, 65_551],
    ['bytes=131072-', 131_072, 300_000],
    ['bytes=-7', 299_993, 300_000],
    ['bytes=299999-900000', 299_999, 300_000],
  ];
  for (const [range, from, until] of ranges) {
    const { status, headers } = await request(to, { headers: { range } });
    assert.deepEqual([status, headers.get('content-range')], [206, `bytes ${from}-${until - 1}/300000`]);
    assert.deepEqual((await bytes(to, { range })).body, whole.subarray(from, until), range);
  }
  const beyond = await request(to, { headers: { range: 'bytes=300000-' } });
  assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, 'bytes */300000']);
  const { headers } = await request(to);
  assert.equal(headers.get('accept-ranges'), 'bytes');
  const same = { range: 'bytes=0-9', 'if-range': headers.get('etag') ?? '' };
  assert.equal((await bytes(to, same)).status, 206);
  assert.equal((await bytes(to, { ...same, 'if-range': '"other"' })).body.length, 300_000);
});

void test('a download that is torn off can be resumed to the same file', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { recordingBytes: 2_000_000 });
  const { files } = await recorded(account);
  const to = await location(files[0]?.['download_url'], await bearer(account));
  const rules = [
    { system: 'zoom', operation: 'GET /rec/file/{file}', kind: 'truncate', probability: 1, times: 1 },
  ];
  await account.control('POST', '/faults', { rules });
  const parts: Buffer[] = [];
  await assert.rejects(async () => {
    const { body } = await fetch(to);
    for await (const part of body ?? []) parts.push(Buffer.from(part));
  });
  const had = Buffer.concat(parts);
  assert.ok(had.length > 0 && had.length < 2_000_000);
  const { body: rest } = await bytes(to, { range: `bytes=${had.length}-` });
  const hash = (...buffers: Buffer[]): string =>
    createHash('sha256').update(Buffer.concat(buffers)).digest('hex');
  assert.equal(hash(had, rest), hash((await bytes(to)).body));
});

void test('tens of megabytes are sent whole, and a gigabyte waits for its reader without being held', async () => {
  await using account = await openAccount();
  const headers = await bearer(account);
  const open = async (recordingBytes: number): Promise<ReadableStream<Uint8Array>> => {
    await account.control('POST', '/faults', { recordingBytes });
    const { files } = await recorded(account);
    const { body } = await fetch(await location(files[0]?.['download_url'], headers));
    assert.ok(body);
    return body;
  };
  let length = 0;
  for await (const part of await open(40_000_000)) length += part.length;
  assert.equal(length, 40_000_000);
  const before = process.memoryUsage().arrayBuffers;
  const reader = (await open(1_000_000_000)).getReader();
  assert.ok((await reader.read()).value);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(process.memoryUsage().arrayBuffers - before < 50_000_000);
  await reader.cancel();
});

void test('the transcript is WebVTT, and a token for one instance opens its files alone', async () => {
  await using account = await openAccount();
  const { uuid, path, files } = await recorded(account);
  const { body } = await account.get(`${path}?include_fields=download_access_token&ttl=60`);
  const headers = { authorization: `Bearer ${body.download_access_token}` };
  const file = files.find((one) => one['file_type'] === 'TRANSCRIPT');
  const { body: text } = await bytes(await location(file?.['download_url'], headers));
  assert.match(text.toString(), /^WEBVTT\n\n1\n00:00:04\.000 --> 00:00:\d\d\.000\n.+: /);
  assert.equal(text.length, file?.['file_size']);
  const found = (await account.get(`/meetings/${inPath(uuid)}/transcript`)).body;
  assert.deepEqual([found.download_url, found.can_download], [file?.['download_url'], true]);
  const [, other] = await account.truth('recordings');
  const foreign = (await account.get(`/meetings/${inPath(other?.['instance'])}/recordings`)).body;
  assert.equal((await request(foreign.recording_files[0].download_url, { headers })).status, 401);
  account.sandbox.clock.advance(61_000);
  assert.equal((await request(file?.['download_url'], { headers })).status, 401);
});

void test('recordings go to the trash by default, single files too, and cannot be downloaded any more', async () => {
  await using account = await openAccount();
  const { uuid, path, files } = await recorded(account);
  const headers = await bearer(account);
  assert.equal((await account.send('DELETE', `${path}/${files[1]?.['id']}`)).status, 204);
  const left: Row[] = (await account.get(path)).body.recording_files;
  assert.deepEqual(left, [files[0], files[2]]);
  assert.equal((await request(files[1]?.['download_url'], { headers })).status, 404);
  const host = (await account.get(path)).body.host_id;
  const trash = async (): Promise<string[]> =>
    (await account.all(`/users/${host}/recordings?trash=true`, 'meetings')).map((row) => row['uuid']);
  assert.deepEqual(await trash(), []);
  assert.equal((await account.send('DELETE', path)).status, 204);
  assert.deepEqual(await trash(), [uuid]);
  const missing = { code: 3301, message: 'There is no recording for this meeting.' };
  assert.deepEqual((await account.get(path)).body, missing);
  assert.deepEqual((await account.send('DELETE', path)).body, missing);
  assert.equal((await request(files[0]?.['download_url'], { headers })).status, 404);
  assert.equal((await account.get(`/meetings/${inPath(uuid)}/transcript`)).body.code, 3322);
  assert.equal((await account.send('DELETE', `${path}?action=delete`)).status, 204);
  assert.deepEqual(await trash(), []);
});
