import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAction } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { sessionOf } from '../http/server.ts';
import { cases as auth } from './golden/auth.ts';
import type { Case } from './golden/case.ts';
import { cases as content } from './golden/content.ts';
import { cases as form } from './golden/form.ts';
import { cases as header } from './golden/header.ts';
import { cases as json } from './golden/json.ts';
import { cases as path } from './golden/path.ts';
import { cases as query } from './golden/query.ts';
import { cases as refused } from './golden/refused.ts';
import { cases as server } from './golden/server.ts';
import { listenRaw, type RawRequest } from './raw-server.ts';

const all: Readonly<Record<string, readonly Case[]>> = {
  auth,
  path,
  query,
  header,
  json,
  content,
  form,
  server,
  refused,
};

/** Calls what a case describes; the connector is made anew, as people make it: from plain JSON. */
async function run(one: Case, port: number): Promise<void> {
  const action = { title: 'One', method: 'GET', path: '/x', ...one.operation };
  const definition = JSON.stringify({
    id: 'golden',
    title: 'Golden',
    servers: { api: 'https://golden.invalid' },
    ...one.definition,
    actions: { golden: { one: action } },
  }).replaceAll('PORT', String(port));
  const connector = connectorFromJson(JSON.parse(definition));
  const { server: from, ...connection } = one.connection ?? {};
  const session = sessionOf(
    '',
    {},
    {
      connector: 'golden',
      credentials: Object.fromEntries(
        Object.entries(one.credentials ?? {}).map(([name, value]) => [name, new Secret(value)]),
      ),
      servers: from === undefined ? { api: `http://127.0.0.1:${port}` } : {},
      ...connection,
    },
    connector,
  );
  const found = findAction(connector, 'golden.one');
  assert.ok(found);
  await session.call(found, one.input ?? {});
}

test('the golden corpus has at least 200 cases, each with a name of its own in its file', () => {
  for (const [file, cases] of Object.entries(all)) {
    const names = cases.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)], file);
  }
  assert.ok(Object.values(all).flat().length >= 200);
});

for (const [file, cases] of Object.entries(all)) {
  test(`golden corpus, ${file}: ${cases.length} requests are on the wire byte by byte as the standards have them`, async (t) => {
    await using wire = await listenRaw();
    for (const one of cases) {
      // One after another: what the server saw last belongs to this case.
      await t.test(one.name, async () => {
        wire.seen.length = 0;
        if (one.refused) await checkRefused(run(one, wire.port), one.refused);
        else {
          await run(one, wire.port);
          assert.equal(wire.seen.length, 1);
          checkRequest(wire.seen[0] as RawRequest, one);
        }
        if (one.refused) assert.equal(wire.seen.length, 0, 'nothing was sent');
      });
    }
  });
}

function checkRequest(seen: RawRequest, one: Case): void {
  if (one.line !== undefined) assert.equal(seen.line, `${one.line} HTTP/1.1`);
  // The boundary is ours to choose; that it is the same everywhere is not.
  const boundary = /boundary=(\S+)/.exec(seen.headers.get('content-type') ?? '')?.[1];
  for (const [name, value] of Object.entries(one.headers ?? {})) {
    const sent = seen.headers.get(name)?.replace(boundary ?? '\u0000', 'B');
    assert.equal(sent, value ?? undefined, name);
  }
  const body = seen.body.toString('latin1').replaceAll(`--${boundary ?? '\u0000'}`, '--B');
  assert.equal(body, Buffer.from(one.body ?? '').toString('latin1'));
}

async function checkRefused(call: Promise<void>, fields: Readonly<Record<string, string>>): Promise<void> {
  await assert.rejects(call, (error: ConnectorError) => {
    assert.ok(error instanceof ConnectorError, String(error));
    assert.deepEqual(Object.fromEntries(error.fields.map(({ field, message }) => [field, message])), fields);
    assert.equal(error.kind, Object.keys(fields).length > 0 ? 'input' : 'config');
    return true;
  });
}
