import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { transcriptText } from '../../src/app/transcript.ts';
import { connectors } from '../../src/catalog.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { mayVisit } from '../../src/core/link.ts';
import { openAccount, inPath, type Account } from '../sandbox/zoom-access.ts';
import { sessionOfZoom } from './zoom-session.ts';
import { serve, sessionOf, type Script } from './server.ts';

const { download } = connectors.zoom.actions.recordings;

const zoomSession = ({ sandbox }: Account) => sessionOfZoom(sandbox.env);

/** A recording of so many bytes, a session that can read it, and a folder. */
async function depot(recordingBytes: number) {
  const account = await openAccount();
  await account.control('POST', '/faults', { recordingBytes });
  const [row] = await account.truth('recordings');
  const uuid: string = row?.['instance'];
  const { body } = await account.get(`/meetings/${inPath(uuid)}/recordings`);
  const folder = await mkdtemp(join(tmpdir(), 'download-'));
  return {
    account,
    uuid,
    session: zoomSession(account),
    url: body.recording_files[0].download_url as string,
    file: join(folder, 'deep', 'video.mp4'),
    folder,
    faults: (...rules: object[]) =>
      account.control('POST', '/faults', {
        recordingBytes,
        rules: rules.map((rule) => ({
          system: 'zoom',
          operation: 'GET /rec/file/{file}',
          probability: 1,
          ...rule,
        })),
      }),
    zoomStats: async () => (await account.control('GET', '/stats')).body.zoom,
    async [Symbol.asyncDispose]() {
      await account[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function hashOf(stream: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConnectorError, `it fails with our error, not ${String(error)}`);
  return error;
}

/** Downloads in a process of its own, as people run it: here the sandbox makes the bytes, and its memory would count too. */
async function downloadApart(it: Awaited<ReturnType<typeof depot>>) {
  const child = await promisify(execFile)(process.execPath, [
    // As the command is started: by default V8 lets what is young grow to 48 MB before it looks.
    '--max-semi-space-size=4',
    join(import.meta.dirname, 'download-process.ts'),
    JSON.stringify({ env: it.account.sandbox.env, url: it.url, file: it.file }),
  ]);
  return JSON.parse(child.stdout) as { saved: object; grown: number; ordered: boolean; count: number };
}

test('a file of 40 MB goes to the disk with its progress told, and the token to nobody else', async () => {
  const size = 40_000_000;
  await using it = await depot(size);
  const { saved, ordered, count } = await downloadApart(it);
  assert.deepEqual(saved, { file: it.file, size, content_type: 'video/mp4', resumed_from: 0 });
  assert.equal((await stat(it.file)).size, size);
  assert.deepEqual(await readdir(join(it.folder, 'deep')), ['video.mp4'], 'nothing else is left');
  assert.ok(ordered && count > 100, 'progress was told');
  const { tallies, operations } = await it.zoomStats();
  assert.equal(tallies['tokensLeaked'] ?? 0, 0);
  assert.deepEqual([operations['GET /rec/download/{file}'], operations['GET /rec/file/{file}']], [1, 1]);
});

test('the memory that a download takes does not depend on the size of the file', async () => {
  const grown: number[] = [];
  for (const size of [40_000_000, 240_000_000]) {
    await using it = await depot(size);
    grown.push((await downloadApart(it)).grown / 1024 / 1024);
    assert.equal((await stat(it.file)).size, size);
  }
  const [small = Number.NaN, large = Number.NaN] = grown;
  const said = `memory grew by ${small.toFixed(0)} MB for 40 MB and by ${large.toFixed(0)} MB for 240 MB`;
  assert.ok(Math.max(small, large) < 60, said);
  assert.ok(large - small < 25, said);
});

test('a body that is torn off or stalls is gone on with, to the same file', async () => {
  await using it = await depot(3_000_000);
  const whole = await hashOf(it.session.open(download, { download_url: it.url }));
  for (const rules of [
    [{ kind: 'truncate', times: 3 }],
    [{ kind: 'stall', times: 1, ms: 5000 }],
    [
      { kind: 'reset-before', times: 1 },
      { kind: '500-before', times: 1 },
      { kind: 'truncate', times: 1 },
    ],
  ]) {
    await it.faults(...rules);
    await it.session.download(download, { download_url: it.url }, { file: it.file });
    assert.equal(await hashOf(createReadStream(it.file)), whole, JSON.stringify(rules));
    await it.faults(...rules);
    assert.equal(await hashOf(it.session.open(download, { download_url: it.url })), whole);
  }
  assert.equal((await it.zoomStats()).tallies['tokensLeaked'] ?? 0, 0);
});

test('a later download goes on with the part that is there', async () => {
  await using it = await depot(2_000_000);
  const { file, session } = it;
  const input = { download_url: it.url };
  await session.download(download, input, { file });
  const content = await readFile(file);
  await rm(file);
  await writeFile(`${file}.part`, content.subarray(0, 1_500_000));
  const seen: number[] = [];
  const saved = await session.download(download, input, { file, onProgress: (done) => seen.push(done) });
  assert.equal(saved.resumed_from, 1_500_000);
  assert.ok((seen[0] ?? 0) > 1_500_000);
  assert.deepEqual(await readFile(file), content);
  // Everything was there, and only the name was not.
  await writeFile(`${file}.part`, content);
  assert.equal((await session.download(download, input, { file })).resumed_from, 2_000_000);
  assert.deepEqual(await readFile(file), content);
  // More was there than the file has.
  await writeFile(`${file}.part`, Buffer.concat([content, content]));
  assert.equal((await session.download(download, input, { file })).resumed_from, 0);
  assert.deepEqual(await readFile(file), content);
  // A part of another version of the file.
  await writeFile(`${file}.part`, Buffer.alloc(1_000_000));
  await writeFile(`${file}.part.etag`, '"other"');
  assert.equal((await session.download(download, input, { file })).resumed_from, 0);
  assert.deepEqual(await readFile(file), content);
});

test('when it fails for good the part stays, and is gone on with the next time', async () => {
  await using it = await depot(2_000_000);
  const { file, session } = it;
  const abort = new AbortController();
  const onProgress = (done: number) => {
    if (done > 500_000) abort.abort(new Error('enough'));
  };
  const input = { download_url: it.url };
  await assert.rejects(
    session.download(download, input, { file, onProgress, signal: abort.signal }),
    /enough/,
  );
  await assert.rejects(stat(file), /ENOENT/);
  const { size } = await stat(`${file}.part`);
  assert.ok(size > 500_000 && size < 2_000_000);
  const saved = await session.download(download, input, { file });
  assert.deepEqual([saved.resumed_from, saved.size], [size, 2_000_000]);
});

test('a file that wants the token again gets it on the same host, and one of its own gets that', async () => {
  await using it = await depot(100_000);
  await it.account.control('POST', '/faults', { recordingBytes: 100_000, redirectNeedsToken: true });
  const saved = await it.session.download(download, { download_url: it.url }, { file: it.file });
  assert.equal(saved.size, 100_000);
  const path = `/meetings/${inPath(it.uuid)}/recordings?include_fields=download_access_token&ttl=60`;
  const { body } = await it.account.get(path);
  const input = { download_url: it.url, access_token: body.download_access_token as string };
  const own = await zoomSession(it.account).download(download, input, { file: it.file });
  assert.equal(own.size, 100_000);
  const wrong = { ...input, access_token: 'wrong' };
  assert.equal((await failure(it.session.download(download, wrong, { file: it.file }))).kind, 'auth');
});

/** The depot of somebody else: every answer by hand. */
async function byHand(script: Script) {
  const server = await serve(script);
  const folder = await mkdtemp(join(tmpdir(), 'download-'));
  const session = sessionOf(server.url, { timeoutMs: 300 }, {}, {
    ...connectors.zoom,
    auth: { kind: 'bearer', credential: 'token' },
  } as never);
  return {
    ...server,
    url: server.url,
    file: join(folder, 'a'),
    get: (url: string) => session.download(download, { download_url: url }, { file: join(folder, 'a') }),
    session,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

test('an address outside of the allowed hosts is refused before anything is sent', async () => {
  await using other = await byHand((_, to) => to.end('x'));
  await using it = await byHand((_, to) => to.end('x'));
  for (const url of [other.url, 'http://us02web.zoom.us/rec', 'https://example.com/rec']) {
    const { kind, message } = await failure(it.get(url));
    assert.equal(kind, 'input', url);
    assert.match(message, /must not send a token of Zoom to/);
  }
  assert.deepEqual(other.seen, []);
});

test('the token is dropped where a redirect leaves the allowed hosts, and does not come back', async () => {
  await using home = await byHand((seen, to) => {
    if (seen.url === '/end') to.end('done');
    else to.writeHead(302, { location: away.url }).end();
  });
  await using away = await serve((_, to) => to.writeHead(307, { location: `${home.url}/end` }).end());
  const saved = await home.get(`${home.url}/start`);
  assert.equal(saved.size, 4);
  assert.equal(home.seen[0]?.headers['authorization'], 'Bearer secret-token-123');
  assert.equal(away.seen[0]?.headers['authorization'], undefined);
  assert.equal(home.seen[1]?.headers['authorization'], undefined);
});

test('redirects that go in a circle or to a place of no file end in an error', async () => {
  await using it = await byHand((seen, to) => {
    const locations: Record<string, string> = {
      '/loop': '/loop',
      '/file': 'file:///etc/passwd',
      '/user': 'https://a:b@example.com/',
    };
    to.writeHead(302, { location: locations[seen.url] }).end();
  });
  assert.match((await failure(it.get(`${it.url}/loop`))).message, /more than 5 times/);
  for (const path of ['/file', '/user']) {
    assert.match((await failure(it.get(`${it.url}${path}`))).message, /where it must not go/, path);
  }
});

test('a redirect never leads down from https, nor from the open network into a private one', () => {
  const zoom = 'https://us02web.zoom.us/rec';
  assert.ok(mayVisit('https://bucket.s3.amazonaws.com/a?x=1', zoom));
  for (const url of [
    'http://bucket.s3.amazonaws.com/a',
    'https://127.0.0.1/a',
    'https://2130706433/a',
    'https://localhost/a',
    'https://10.1.2.3/a',
    'https://172.20.0.1/a',
    'https://192.168.1.1/a',
    'https://169.254.169.254/latest',
    'https://metadata.google.internal/a',
    'https://[::1]/a',
    'https://[fd00::1]/a',
    'https://[::ffff:10.0.0.1]/a',
    'https://a@example.com/',
    'ftp://example.com/',
    '',
  ]) {
    assert.equal(mayVisit(url, zoom), false, url);
  }
});

test('a server that cannot give a part gives the whole, and the file is right all the same', async () => {
  const content = Buffer.from('0123456789'.repeat(1000));
  await using it = await byHand((_, to, nth) => {
    to.writeHead(200, { 'content-length': content.length });
    if (nth > 2) return to.end(content);
    to.write(content.subarray(0, 4000 + nth));
    setTimeout(() => to.destroy(), 20);
  });
  const saved = await it.get(`${it.url}/a`);
  assert.deepEqual([saved.size, saved.resumed_from], [content.length, 0]);
  assert.deepEqual(await readFile(it.file), content);
  assert.match(it.seen[1]?.headers['range'] ?? '', /^bytes=400\d-$/);
});

test('a stream whose file changes on the way ends in an error, not in a mixture', async () => {
  await using it = await byHand((_, to, nth) => {
    to.writeHead(200, { 'content-length': 10_000, etag: `"${nth}"` });
    if (nth > 1) return to.end(Buffer.alloc(10_000, nth));
    to.write(Buffer.alloc(5000, nth));
    setTimeout(() => to.destroy(), 20);
  });
  const read = hashOf(it.session.open(download, { download_url: `${it.url}/a` }));
  assert.match((await failure(read)).message, /changed while it was read/);
  assert.equal(it.seen[1]?.headers['if-range'], '"1"');
});

test('a file that cannot be written, and a file that is called, end in an error that helps', async () => {
  await using it = await byHand((_, to) => to.end('abc'));
  const target = { file: join(it.file, 'below-a-file') };
  await it.get(`${it.url}/a`);
  const error = await failure(it.session.download(download, { download_url: `${it.url}/a` }, target));
  assert.deepEqual([error.kind, /ENOTDIR|EEXIST/.test(error.message)], ['config', true]);
  const called = await failure(it.session.call(download, { download_url: `${it.url}/a` }));
  assert.match(called.hint, /--output/);
  const { get } = connectors.zoom.actions.users;
  assert.equal((await failure(it.session.download(get, { userId: 'me' }, { file: it.file }))).kind, 'input');
});

test('a transcript comes as plain words', async () => {
  await using it = await depot(1000);
  const said = await transcriptText(it.session, it.uuid);
  assert.match(said ?? '', /^\S.*: .+\n/);
  assert.doesNotMatch(said ?? '', /WEBVTT|-->/);
});

test('a stream can be piped, and stops reading when nobody wants more', async () => {
  await using it = await depot(20_000_000);
  let count = 0;
  const stream = it.session.open(download, { download_url: it.url, from_byte: 19_000_000 });
  await pipeline(stream, async function (source) {
    for await (const chunk of source) count += (chunk as Buffer).length;
  });
  assert.equal(count, 1_000_000);
  const left = it.session.open(download, { download_url: it.url });
  for await (const _ of left) break;
  assert.ok(left.destroyed);
});
