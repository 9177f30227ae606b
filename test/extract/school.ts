import type { ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { defineConnector, type Connection } from '../../src/core/connector.ts';
import { Secret } from '../../src/core/secret.ts';
import { defineStream } from '../../src/core/stream.ts';
import { sqlite } from '../../src/destinations/sqlite.ts';
import { silentLog } from '../../src/core/log.ts';
import { planExtraction } from '../../src/extract/forecast.ts';
import type { ExtractPlan, ExtractReport, ExtractRequest, StreamChoice } from '../../src/extract/request.ts';
import { runExtraction } from '../../src/extract/run.ts';
import { json, serve, sessionOf, shop, type Seen } from '../http/server.ts';

const HOUR = 3600_000;
const moment = z.string().optional().meta({ format: 'date-time' });
const common = { docs: 'https://example.com', scopes: [] as string[] };
const tokenPages = (items: string) =>
  ({ kind: 'token', items, token: 'next', param: 'token', size: { param: 'size', max: 3 } }) as const;
const iso = (ms: number): string => new Date(ms).toISOString();

const teachers = defineStream({
  ...common,
  name: 'teachers',
  title: 'Teachers',
  path: '/teachers',
  budget: 'light',
  kind: 'state',
  row: z.looseObject({ id: z.string(), name: z.string().optional(), age: z.number().int().optional() }),
  primaryKey: ['id'],
  omit: ['password'],
  pages: tokenPages('teachers'),
  passes: { param: 'status', values: ['active', 'retired'], carry: 'status' },
});

const lessons = defineStream({
  ...common,
  name: 'lessons',
  title: 'Lessons',
  path: '/teachers/{teacherId}/lessons',
  budget: 'light',
  kind: 'history',
  row: z.looseObject({ uuid: z.string(), start: moment, end: moment, quiz: z.boolean().optional() }),
  primaryKey: ['uuid'],
  cursor: 'end',
  pages: tokenPages('lessons'),
  parents: [{ stream: 'teachers', params: { teacherId: 'id' }, carry: { teacher: 'id' } }],
  window: {
    step: 28,
    reach: 90,
    params: ({ from, until }) => ({ from: iso(from).slice(0, 10), to: iso(until - 1).slice(0, 10) }),
  },
});

const pupils = defineStream({
  ...common,
  name: 'pupils',
  title: 'Pupils',
  path: '/lessons/{uuid}/pupils',
  budget: 'slow',
  scopes: ['pupils:slow'],
  kind: 'history',
  row: z.looseObject({ user: z.string(), joined: moment, name: z.string().optional() }),
  primaryKey: ['lesson', 'user', 'joined'],
  pages: tokenPages('pupils'),
  parents: [{ stream: 'lessons', params: { uuid: 'uuid' }, carry: { lesson: 'uuid' }, endedAt: 'end' }],
  lane: { path: '/fast/{uuid}/pupils', docs: 'https://example.com', budget: 'fast', scopes: ['pupils:fast'] },
});

const quizzes = defineStream({
  ...common,
  name: 'quizzes',
  title: 'Quizzes',
  path: '/lessons/{uuid}/quiz',
  budget: 'light',
  scopes: ['quiz'],
  kind: 'history',
  row: z.looseObject({ lesson: z.string(), question: z.string(), answers: z.array(z.string()) }),
  primaryKey: ['lesson', 'question'],
  pages: { kind: 'none', items: 'quiz' },
  rows: (item, { lesson = '' }) =>
    ((item['questions'] ?? []) as string[]).map((question) => ({
      lesson,
      question,
      answers: [question, '?'],
    })),
  parents: [
    {
      stream: 'lessons',
      params: { uuid: 'uuid' },
      carry: { lesson: 'uuid' },
      endedAt: 'end',
      when: (row) => row['quiz'] === true,
    },
  ],
});

/** A school: teachers hold lessons, pupils come to them, some have a quiz. */
export const school = defineConnector({
  ...shop,
  id: 'school',
  title: 'School',
  budgets: {
    standard: {},
    limited: {
      light: { windows: [{ limit: 200, perMs: 1000 }] },
      slow: { windows: [{ limit: 20, perMs: 1000 }], day: { name: 'slow', limit: 5 } },
      fast: { windows: [{ limit: 40, perMs: 1000 }] },
    },
  },
  errors: {
    ...shop.errors,
    rules: [
      ...shop.errors.rules,
      { code: '200', kind: 'plan', hint: 'Buy more.' },
      { code: '3001', kind: 'not-found', hint: 'It is gone.' },
      { code: '124', kind: 'auth', hint: 'Sign in again.' },
      { status: 403, message: /^an HTML page/, kind: 'remote', retry: 'never', hint: 'A firewall.' },
    ],
  },
  streams: { teachers, lessons, pupils, quizzes },
});

/** The API does not say the status that it was asked for. */
function withoutStatus(teacher: Teacher): object {
  return Object.fromEntries(Object.entries(teacher).filter(([name]) => name !== 'status'));
}

export interface Lesson {
  uuid: string;
  teacher: string;
  start: number;
  end: number;
  questions?: string[];
  pupils: Record<string, unknown>[];
}

export interface Teacher extends Record<string, unknown> {
  id: string;
  status: 'active' | 'retired';
}

/** What the school's API tells of; tests change it between runs. */
export class World {
  now = Date.parse('2026-11-21T12:00:00Z');
  teachers: Teacher[] = [];
  lessons: Lesson[] = [];
  /** Answers before anything else when it returns true. */
  fault: (seen: Seen, response: ServerResponse, nth: number) => boolean = () => false;
  /** Page tokens that are no longer good. */
  lost = new Set<string>();

  /** Teachers with lessons of the last weeks, each with some pupils, one of whom comes twice. */
  fill(teacherCount: number, lessonsEach: number, pupilsEach: number): this {
    for (let t = 0; t < teacherCount; t++) {
      const teacher = `t${t}`;
      this.teachers.push({
        id: teacher,
        name: `Teacher ${t}`,
        age: 30 + t,
        status: t % 4 === 3 ? 'retired' : 'active',
        password: 'x',
      });
      for (let l = 0; l < lessonsEach; l++) this.add(teacher, 24 * (l * 3 + 1) + t, pupilsEach);
    }
    return this;
  }

  /** A lesson that ended so many hours ago. */
  add(teacher: string, hoursAgo: number, pupilCount: number): Lesson {
    const n = this.lessons.length;
    const end = this.now - hoursAgo * HOUR;
    const start = end - HOUR;
    const pupil = (i: number) => ({
      user: `p${i % Math.max(1, pupilCount - 1)}`,
      joined: iso(start + i * 60_000),
      name: `Pupil ${i}`,
    });
    const lesson: Lesson = {
      uuid: `/${n}//+=`,
      teacher,
      start,
      end,
      ...(n % 3 === 0 ? { questions: ['why', 'how'] } : {}),
      pupils: Array.from({ length: pupilCount }, (_, i) => pupil(i)),
    };
    this.lessons.push(lesson);
    return lesson;
  }

  answer(seen: Seen, response: ServerResponse, nth: number): void {
    if (this.fault(seen, response, nth)) return;
    const url = new URL(seen.url, 'http://x');
    const [, area, rawId = '', what] = url.pathname.split('/');
    const id = decodeURIComponent(rawId);
    const query = url.searchParams;
    if (area === 'teachers' && rawId === '') {
      const of = this.teachers.filter(({ status }) => status === query.get('status'));
      return this.page(response, query, 'teachers', of.map(withoutStatus));
    }
    if (area === 'teachers') {
      const from = Date.parse(`${query.get('from')}T00:00:00Z`);
      const to = Date.parse(`${query.get('to')}T00:00:00Z`) + 24 * HOUR;
      const of = this.lessons.filter(
        ({ teacher, end }) => teacher === id && end >= from && end < to && end <= this.now,
      );
      const rows = of.map(({ uuid, start, end, questions }) => ({
        uuid,
        start: iso(start),
        end: iso(end),
        quiz: questions !== undefined,
      }));
      return this.page(response, query, 'lessons', rows);
    }
    const lesson = this.lessons.find(({ uuid }) => uuid === id);
    if (!lesson) return json(response, 404, { code: 3001, message: 'gone' });
    if (what === 'pupils') return this.page(response, query, 'pupils', lesson.pupils);
    return json(response, 200, { quiz: lesson.questions ? [{ questions: lesson.questions }] : [] });
  }

  private page(
    response: ServerResponse,
    query: URLSearchParams,
    items: string,
    rows: readonly unknown[],
  ): void {
    const token = query.get('token');
    if (token && this.lost.has(token)) {
      this.lost.delete(token);
      return json(response, 400, { code: 300, message: 'The next page token is invalid or expired.' });
    }
    const from = token ? Number(token.split('@')[1]) : 0;
    const size = Number(query.get('size'));
    const next = from + size < rows.length ? `${items}@${from + size}` : '';
    json(response, 200, { [items]: rows.slice(from, from + size), next });
  }
}

export const choose = (stream: string, over: Partial<StreamChoice> = {}): StreamChoice => ({
  stream,
  table: stream,
  mode: 'incremental',
  newColumns: 'keep',
  ...over,
});

export const ALL = ['teachers', 'lessons', 'pupils', 'quizzes'].map((name) => choose(name));

/** The school's API on loopback, a database, and runs between them. */
export async function rig(world: World, connection: Partial<Connection> = {}) {
  const server = await serve((seen, response, nth) => world.answer(seen, response, nth));
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-extract-'));
  const path = join(folder, 'school.db');
  let runs = 0;
  const now = () => world.now;
  const destination = { now, sleep: () => Promise.resolve(), cwd: folder };
  const open = () => sqlite.open(new Secret(`sqlite:${path}`), { monthOf: () => undefined }, destination);
  const session = () =>
    sessionOf(server.url, { now }, { name: 'school', connector: 'school', ...connection }, school);
  const wiring = { now, connector: school, log: silentLog };
  const run = async (
    streams: readonly StreamChoice[] = ALL,
    over: Partial<ExtractRequest> & { scopes?: string[]; sleep?: (ms: number) => Promise<void> } = {},
  ): Promise<ExtractReport & { asked: string[] }> => {
    const { scopes, sleep = destination.sleep, ...request } = over;
    const fresh = session();
    if (scopes) fresh.signIn = async () => ({ scopes });
    const loader = await open();
    const before = server.seen.length;
    try {
      const report = await runExtraction(
        { ...wiring, session: fresh, sleep, loader, newRun: () => `run-${++runs}` },
        { streams, ...request },
      );
      return { ...report, asked: server.seen.slice(before).map(({ url }) => url.split('?')[0] as string) };
    } finally {
      await loader.close();
    }
  };
  /** What a run of everything would ask for; with what the database knows, or without. */
  const plan = async (known = false): Promise<ExtractPlan> => {
    const loader = known ? await open() : undefined;
    try {
      const deps = { ...wiring, session: session(), sleep: destination.sleep, ...(loader ? { loader } : {}) };
      return await planExtraction(deps, { streams: ALL });
    } finally {
      await loader?.close();
    }
  };
  return {
    world,
    path,
    run,
    plan,
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
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Streams of a report by name. */
export function byStream(report: ExtractReport) {
  return Object.fromEntries(report.streams.map((one) => [one.stream, one]));
}
