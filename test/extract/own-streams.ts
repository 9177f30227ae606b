import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineConnector } from '../../src/core/connector.ts';
import { silentLog } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Stream } from '../../src/core/stream.ts';
import { sqlite } from '../../src/destinations/sqlite.ts';
import { streamGraph } from '../../src/extract/graph.ts';
import { landPushed, type ToldRow } from '../../src/extract/land-pushed.ts';
import type { ExtractReport, ExtractRequest } from '../../src/extract/request.ts';
import { runExtraction } from '../../src/extract/run.ts';
import { Work } from '../../src/extract/work.ts';
import { json, serve, sessionOf, shop } from '../http/server.ts';
import { choose } from './school.ts';

const DAY = 24 * 3600_000;

/** What every stream has that a test has nothing to say about. */
export const plain = { docs: 'https://example.com', budget: 'calls', scopes: [] as string[] };

/** Lists of three rows a page; a page is found by its number. */
export const threes = (items: string) =>
  ({ kind: 'token', items, token: 'next', param: 'token', size: { param: 'size', max: 3 } }) as const;

/** Windows of whole days, `from` and `to` inclusive. */
export const days = (step: number) => ({
  step,
  params: ({ from, until }: { from: number; until: number }) => ({ from: day(from), to: day(until - 1) }),
});

export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** A page of rows, and the token of the next one. */
export function pageOf(items: string, rows: readonly unknown[], query: URLSearchParams) {
  const from = Number(query.get('token') ?? 0);
  const size = Number(query.get('size'));
  const next = from + size < rows.length ? String(from + size) : '';
  return { [items]: rows.slice(from, from + size), next };
}

/** Rows of a window, by the member that has their time. */
export function within<Row extends Record<string, unknown>>(
  rows: readonly Row[],
  member: string,
  query: URLSearchParams,
): Row[] {
  const from = Date.parse(`${query.get('from')}T00:00:00Z`);
  const until = Date.parse(`${query.get('to')}T00:00:00Z`) + DAY;
  return rows.filter((row) => {
    const at = Date.parse(String(row[member]));
    return at >= from && at < until;
  });
}

export type Answer = (path: string, query: URLSearchParams, response: ServerResponse) => unknown;

/** A test's own streams, what they are answered, a database, and runs at a time that the test sets. */
export async function rigOf(streams: Readonly<Record<string, Stream>>, answer: Answer) {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') };
  const asked: string[] = [];
  const server = await serve(({ url }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://x');
    asked.push(decodeURIComponent(pathname));
    const body = answer(decodeURIComponent(pathname), searchParams, response);
    if (body !== undefined) json(response, 200, body);
  });
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-streams-'));
  const path = join(folder, 'rows.db');
  const connector = defineConnector({
    ...shop,
    errors: {
      ...shop.errors,
      rules: [...shop.errors.rules, { code: '3001', kind: 'not-found', hint: 'It is gone.' }],
    },
    streams,
  });
  const now = () => clock.now;
  const sleep = () => Promise.resolve();
  let runs = 0;
  const session = () => sessionOf(server.url, { now }, {}, connector);
  const open = () =>
    sqlite.open(new Secret(`sqlite:${path}`), { monthOf: () => undefined }, { now, sleep, cwd: folder });
  return {
    clock,
    asked,
    session,
    /** What events tell of the rows of a stream; gives how many were written. */
    async tell(name: string, told: readonly ToldRow[]): Promise<number> {
      const all = Object.keys(streams).map((one) => choose(one));
      const nodes = streamGraph(
        new Map(Object.values(streams).map((one) => [one.name, one])),
        all,
        () => true,
      );
      const node = nodes.find(({ stream }) => stream.name === name);
      if (!node) throw new Error(`there is no stream ${name}`);
      const work = new Work(node, { connector }, () => true);
      const connection = session().connection.name;
      const rules = { connection, run: 'webhook', now: now(), lookbackMs: 0, again: false };
      const loader = await open();
      try {
        return await landPushed(loader, work, told, { ...rules, since: null, until: null });
      } finally {
        await loader.close();
      }
    },
    async run(names = Object.keys(streams), over: Partial<ExtractRequest> = {}): Promise<ExtractReport> {
      asked.length = 0;
      const loader = await open();
      try {
        return await runExtraction(
          {
            session: session(),
            connector,
            loader,
            now,
            sleep,
            newRun: () => `run-${++runs}`,
            log: silentLog,
          },
          { streams: names.map((name) => choose(name)), anchor: clock.now - 10 * DAY, ...over },
        );
      } finally {
        await loader.close();
      }
    },
    rows(table: string, what = '*', rest = ''): Record<string, unknown>[] {
      const db = new DatabaseSync(path, { readOnly: true });
      try {
        return db
          .prepare(`SELECT ${what} FROM "${table}" ${rest}`)
          .all()
          .map((row) => ({ ...row }));
      } finally {
        db.close();
      }
    },
    exec(sql: string): void {
      using db = new DatabaseSync(path);
      db.exec(sql);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
