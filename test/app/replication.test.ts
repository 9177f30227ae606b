import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ConfigError } from '../../src/app/config/index.ts';
import { chooseStreams, type Chosen } from '../../src/app/replication/choose.ts';
import { readReplicationFile } from '../../src/app/replication/read-file.ts';
import type { Replication } from '../../src/app/replication/replication.ts';
import { targetOf } from '../../src/app/replication/target.ts';
import type { Connector } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { defineStream } from '../../src/core/stream.ts';
import type { StreamChoice } from '../../src/extract/request.ts';

const folder = fileURLToPath(new URL('../fixtures/replication/', import.meta.url));

// The environment of all fixtures. `ACME_…` is never set.
const env = {
  WAREHOUSE:
    '{type: postgres, host: db.example.com, port: 5433, user: zoom, password: "very@secret", database: dw, schema: zoom}',
  REGION: 'emea',
};

function stream(name: string, members: readonly string[], more: object = {}) {
  const text = z.string().optional();
  return defineStream({
    name,
    title: name,
    docs: 'https://example.com',
    path: `/${name}`,
    budget: 'light',
    scopes: [],
    kind: 'state',
    row: z.looseObject(Object.fromEntries(members.map((member) => [member, text]))),
    primaryKey: [members[0] ?? 'id'],
    pages: { kind: 'none', items: name },
    ...more,
  });
}

const window = { step: 28, params: () => ({}) };
const streams = {
  users: stream('users', ['id', 'email', 'status']),
  meetings: stream('meetings', ['id', 'uuid', 'topic', 'start_time']),
  reportMeetings: stream('report_meetings', ['uuid', 'meeting_id', 'topic', 'end_time', 'dept', 'host_id'], {
    window,
  }),
  participants: stream('report_meeting_participants', ['row_id', 'name']),
  webinars: stream('webinars', ['id', 'topic']),
  panelists: stream('webinar_panelists', ['id', 'name']),
  polls: stream('webinar_polls', ['id', 'questions']),
};
const connector = { id: 'zoom', title: 'Zoom', streams } as unknown as Connector;

function read(name: string): Replication {
  const text = readFileSync(folder + name, 'utf8');
  return readReplicationFile({
    path: 'zoom.yaml',
    cwd: '/srv',
    env,
    readFile: (path) => (path === '/srv/zoom.yaml' ? text : undefined),
  });
}

function choose(
  replication: Replication | undefined,
  wanted: readonly string[] = [],
  more: object = {},
): Chosen {
  return chooseStreams({ connector, source: 'zoom', names: wanted, replication, schemas: true, ...more });
}

function settle(name: string) {
  const replication = read(name);
  const target = targetOf(
    replication.target?.reveal() ?? 'sqlite:./zoom.db',
    env,
    replication.place('target'),
  );
  const { schemas } = target.destination.can;
  return { replication, target, chosen: choose(replication, [], { schemas }) };
}

function names(kind: 'valid' | 'invalid'): string[] {
  return readdirSync(folder + kind)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'));
}

function words({ stream: of, table, mode, primaryKey, cursor, select, newColumns }: StreamChoice): string {
  return [
    `${of} → ${table}`,
    mode,
    ...(primaryKey ? [`key ${primaryKey.join(' ')}`] : []),
    ...(cursor ? [`by ${cursor}`] : []),
    ...(select ? [`columns ${select.filter((column) => !primaryKey?.includes(column)).join(' ')}`] : []),
    ...(newColumns === 'add' ? ['add'] : []),
  ].join(', ');
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

for (const name of names('valid')) {
  void test(`valid/${name}.yaml is read as its JSON says`, () => {
    const { replication, target, chosen } = settle(`valid/${name}.yaml`);
    const { anchor } = replication;
    const { range } = chosen;
    const found = {
      to: target.shown,
      ...(anchor === undefined ? {} : { anchor: isoOf(anchor) }),
      ...(range ? { range: `${isoOf(range.since)} to ${isoOf(range.until)}` } : {}),
      streams: chosen.streams.map(({ choice }) => words(choice)),
      notes: chosen.notes,
    };
    assert.deepEqual(found, JSON.parse(readFileSync(`${folder}valid/${name}.json`, 'utf8')));
  });
}

for (const name of names('invalid')) {
  void test(`invalid/${name}.yaml is refused with its exact message`, () => {
    assert.throws(
      () => settle(`invalid/${name}.yaml`),
      (error) => {
        assert.ok(error instanceof ConfigError, String(error));
        assert.equal(`${error.message}\n`, readFileSync(`${folder}invalid/${name}.txt`, 'utf8'));
        assert.equal(error.kind, 'config');
        return true;
      },
    );
  });
}

test('a file that is not there is a problem of the flag that names it', () => {
  const none = { path: 'none.yaml', cwd: '/srv', env, readFile: () => undefined };
  assert.throws(() => readReplicationFile(none), {
    message:
      '1 problem in the configuration:\n--replication  expected the path of a YAML file, got "none.yaml", which does not exist. Example: --replication zoom.yaml',
  });
});

test('names on the command line choose among the streams of a file, and add to them', () => {
  const replication = read('valid/seed.yaml');
  const chosen = (...wanted: string[]) =>
    choose(replication, wanted).streams.map(({ choice }) => choice.stream);
  assert.deepEqual(chosen('meeting*'), ['meetings']);
  assert.deepEqual(chosen('webinar_*'), ['webinar_panelists']);
  // By its own name even what is disabled is read.
  assert.deepEqual(chosen('webinar_polls', 'users'), ['users', 'webinar_polls']);
  assert.throws(() => chosen('meeting'), {
    message: "Zoom has no stream 'meeting'",
    hint: /^Did you mean meetings/,
  });
});

test('only what was asked for by its own name is named', () => {
  const named = (file: Replication | undefined, ...wanted: string[]) =>
    choose(file, wanted).streams.flatMap((one) => (one.named ? [one.stream.name] : []));
  assert.deepEqual(named(undefined), []);
  assert.deepEqual(named(undefined, 'webinar*', 'users'), ['users']);
  assert.deepEqual(named(read('valid/json.yaml')), ['users', 'meetings']);
});

test('flags stand above the file', () => {
  const { streams: all, notes } = choose(read('valid/seed.yaml'), ['webinars', 'users'], {
    mode: 'full-refresh',
    select: ['-topic'],
    newColumns: 'add',
  });
  assert.deepEqual(
    all.map(({ choice }) => words(choice)),
    [
      'users → zoom.users, full-refresh, columns id email status, add',
      'webinars → zoom.webinars, full-refresh, columns id, add',
    ],
  );
  assert.deepEqual(notes, []);
  assert.throws(() => choose(undefined, ['users'], { select: ['emial'] }), {
    message:
      '1 problem in the configuration:\n--select  expected email, got "emial" (users has no such column). Example: --select email',
  });
});

test('a target is a URL, or a variable with one or with the parts of one', () => {
  const to = (text: string, variables = {}) => targetOf(text, variables).url.reveal();
  assert.equal(to('sqlite:./zoom.db'), 'sqlite:./zoom.db');
  assert.equal(to('POSTGRESQL://h/d'), 'POSTGRESQL://h/d');
  assert.equal(to('db', { DB: 'duckdb:./z.duckdb' }), 'duckdb:./z.duckdb');
  assert.equal(to('DB', { DB: '{"type":"sqlite","instance":"/data/z.db"}' }), 'sqlite:/data/z.db');
  assert.equal(to('DB', { DB: 'url: postgres://u@h/d' }), 'postgres://u@h/d');
  assert.equal(to('WAREHOUSE', env), 'postgres://zoom:very%40secret@db.example.com:5433/dw?schema=zoom');
  const refused: [string, string, string][] = [
    [
      'sqlit:x',
      '--to: expected sqlite: or another of sqlite:, postgres:, duckdb: or file:, got "sqlit:"',
      '--to sqlite:./zoom.db',
    ],
    ['zoom.db', 'variable that holds it, got "zoom.db"', '--to sqlite:zoom.db'],
    ['postgres', 'variable that holds it, got "postgres"', '--to postgres://'],
    ['NOTHING', 'variable that holds it, got "NOTHING"', '--to sqlite:./zoom.db'],
    ['BAD', 'url, or type with the parts of one, in the variable BAD, got "mysql"', 'BAD=postgres://'],
  ];
  for (const [text, message, example] of refused) {
    assert.throws(
      () => targetOf(text, { BAD: '{type: mysql, host: secret-host}' }),
      (error) => {
        assert.ok(error instanceof ConnectorError);
        assert.equal(error.kind, 'config');
        assert.ok(error.message.includes(message), error.message);
        assert.ok(error.hint.includes(example), error.hint);
        return true;
      },
    );
  }
});

test('a URL is shown without its password', () => {
  const shown = (url: string) => targetOf(url, {}).shown;
  assert.equal(
    shown('postgres://me:p@ss@w0rd@h:5432/d?schema=z'),
    'postgres://me:[secret]@h:5432/d?schema=z',
  );
  assert.equal(
    shown('postgres://me@h/d?password=pw&schema=z'),
    'postgres://me@h/d?password=[secret]&schema=z',
  );
  assert.equal(shown('sqlite:///data/z.db'), 'sqlite:///data/z.db');
});
