import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { App, loadConfig } from '../../src/app/index.ts';
import { findAction } from '../../src/core/connector.ts';
import { runAction } from '../../src/mcp/run-action.ts';
import { json, serve } from '../http/server.ts';

const definition = {
  id: 'notes',
  title: 'Notes',
  servers: { api: 'http://127.0.0.1:1' },
  actions: {
    notes: {
      list: {
        title: 'List notes',
        method: 'GET',
        path: '/notes',
        parameters: [{ name: 'page', in: 'query', schema: { type: 'integer' } }],
        pages: { kind: 'link', items: '', params: { page: 'page' } },
      },
    },
  },
};

test('an assistant reads a list that goes on by the header link, piece by piece', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-mcp-pages-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'notes.json'), JSON.stringify(definition));
  await using server = await serve(({ url }, response) => {
    const page = Number(new URL(url, 'http://notes').searchParams.get('page') ?? 1);
    const rows = Array.from({ length: 100 }, (_, i) => ({ id: page * 1000 + i, text: 'x'.repeat(400) }));
    json(response, 200, rows, page < 3 ? { link: `</notes?page=${page + 1}>; rel="next"` } : {});
  });
  const text = `connections:\n  notes: { connector: ./notes.json, servers: { api: "${server.url}" } }\n`;
  const readFile = (path: string) => (path === join(dir, 'trunkline.yaml') ? text : undefined);
  const env = { TRUNKLINE_DATA_DIR: join(dir, 'state'), LOG_LEVEL: 'silent' };
  const app = new App(loadConfig({ env, cwd: dir, readFile }));
  t.after(() => app.close());
  const action = findAction((await app.session('notes')).connector, 'notes.list');
  assert.ok(action);

  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const piece = await runAction(app, 'notes', 'notes.list', action, { cursor });
    assert.ok(Array.isArray(piece.result));
    seen.push(...piece.result.map(({ id }: { id: number }) => id));
    cursor = piece.next_cursor;
  } while (cursor !== undefined);
  const wanted = [1, 2, 3].flatMap((page) => Array.from({ length: 100 }, (_, i) => page * 1000 + i));
  assert.deepEqual(seen, wanted);
  assert.ok(server.seen.length > 3, 'the pieces were smaller than the pages');
});
