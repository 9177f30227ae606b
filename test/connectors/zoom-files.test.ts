import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectors } from '../../src/catalog.ts';
import { textOfVtt, transcriptsOf } from '../../src/connectors/zoom/transcripts.ts';
import { mayFollow } from '../../src/core/link.ts';

const { download, transcript } = connectors.zoom.actions.recordings;
const FILE = 'https://us02web.zoom.us/rec/download/abc';

function linkOf(url: string) {
  const { link } = download.call(download.input.parse({ download_url: url }));
  assert.ok(link);
  return link;
}

const OWN = ['http://127.0.0.1:4010/zoom/v2', 'https://proxy.example.com/zoom'];

test('a file is fetched from Zoom by https, or from a server of the connection itself', () => {
  for (const url of [
    FILE,
    'https://zoom.us/rec/download/abc?x=1',
    'https://ZOOM.US/rec',
    'https://zoom.us:443/rec',
    'http://127.0.0.1:4010/zoom/rec/download/abc',
    'https://proxy.example.com/other',
  ]) {
    assert.ok(mayFollow(linkOf(url), OWN), url);
  }
});

test('our token is never taken anywhere else', () => {
  for (const url of [
    'http://us02web.zoom.us/rec/download/abc',
    'https://evilzoom.us/rec',
    'https://zoom.us.example.com/rec',
    'https://example.com/zoom.us',
    'https://zoom.us@example.com/rec',
    'https://ada:secret@us02web.zoom.us/rec',
    'https://us02web.zoom.us:8443/rec',
    'https://zoom.us./rec',
    'https://example.com\\.zoom.us/rec',
    'http://127.0.0.1:4011/zoom/v2',
    'http://localhost:4010/zoom/v2',
    'http://169.254.169.254/latest/meta-data',
    'https://[::1]/rec',
  ]) {
    assert.equal(mayFollow({ ...linkOf(FILE), url }, OWN), false, url);
  }
  assert.equal(mayFollow(linkOf(FILE), []), true);
  assert.equal(mayFollow({ url: 'no address', hosts: ['*.zoom.us'] }, OWN), false);
});

test('a host without a star means that host alone', () => {
  assert.equal(mayFollow({ url: 'https://zoom.us/a', hosts: ['zoom.us'] }, []), true);
  assert.equal(mayFollow({ url: FILE, hosts: ['zoom.us'] }, []), false);
});

test('only addresses of the web are taken as a file', () => {
  for (const url of ['file:///etc/passwd', 'ftp://zoom.us/a', 'javascript:alert(1)', 'zoom.us/rec', '']) {
    assert.equal(download.input.safeParse({ download_url: url }).success, false, url);
  }
});

test('a download goes on where it stopped, and brings the token of the file', () => {
  const call = download.call(
    download.input.parse({ download_url: FILE, from_byte: 1000, access_token: 'of-the-file' }),
  );
  assert.deepEqual(call.headers, {
    accept: '*/*',
    authorization: 'Bearer of-the-file',
    range: 'bytes=1000-',
  });
  assert.equal(call.link?.url, FILE);
  const whole = download.call(download.input.parse({ download_url: FILE, from_byte: 0 }));
  assert.deepEqual(whole.headers, { accept: '*/*' });
});

test('the head of the answer says where the bytes begin and how long the file is', () => {
  const read = (status: number, headers: Record<string, string>) =>
    download.output.parse(download.read?.({ status, headers: new Headers(headers), body: undefined }));
  assert.deepEqual(read(200, { 'content-type': 'video/mp4', 'content-length': '5000' }), {
    content_type: 'video/mp4',
    size: 5000,
    from_byte: 0,
  });
  const part = {
    'content-type': 'video/mp4',
    'content-length': '4000',
    'content-range': 'bytes 1000-4999/5000',
  };
  assert.deepEqual(read(206, part), { content_type: 'video/mp4', size: 5000, from_byte: 1000 });
  assert.equal(read(206, { 'content-range': 'bytes 1000-4999/*' }).size, undefined);
  assert.equal(read(200, {}).size, undefined);
});

const STRETCHES = [
  { file_type: 'MP4', recording_start: '2026-11-20T15:00:00Z' },
  { file_type: 'TRANSCRIPT', recording_start: '2026-11-20T15:30:00Z', id: 'second' },
  { file_type: 'TRANSCRIPT', recording_start: '2026-11-20T15:00:00Z', id: 'first' },
];

test('the transcripts are found among the files of a recording, in the order of time', () => {
  assert.deepEqual(
    transcriptsOf(STRETCHES).map((file) => 'id' in file && file.id),
    ['first', 'second'],
  );
  assert.deepEqual(transcriptsOf(), []);
  const meeting = { uuid: 'u==', id: 85_746_065_432, topic: 'Review', start_time: '2026-11-20T15:00:00Z' };
  const read = (body: unknown) =>
    transcript.output.parse(transcript.read?.({ status: 200, headers: new Headers(), body }));
  const { files, ...rest } = read({ ...meeting, recording_files: STRETCHES });
  assert.deepEqual(rest, { ...meeting, id: '85746065432' });
  assert.deepEqual(
    files.map(({ id }) => id),
    ['first', 'second'],
  );
  assert.deepEqual(read(meeting).files, []);
});

test('a transcript becomes plain words, a line for each cue', () => {
  const vtt = [
    '\uFEFFWEBVTT',
    '',
    '1',
    '00:00:01.000 --> 00:00:03.500',
    'Ada Lovelace: Good morning.',
    '',
    '2',
    '00:03.600 --> 00:05.000',
    'Grace Hopper: Two lines',
    'of one cue.',
    '',
    'NOTE made by a machine',
    '',
    '3',
    '01:00:05.000 --> 01:00:06.000',
    '',
  ];
  const words = 'Ada Lovelace: Good morning.\nGrace Hopper: Two lines of one cue.';
  assert.equal(textOfVtt(vtt.join('\n')), words);
  assert.equal(textOfVtt(vtt.join('\r\n')), words);
  assert.equal(textOfVtt(''), '');
});
