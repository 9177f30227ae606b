import { z } from 'zod';
import type { App } from '../app/index.ts';
import type { Effect } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import { cursorTo, fitting, MOST_CHARACTERS, placeOf, sizeOf } from './pieces.ts';
import { offeredConnector, type Offer } from './offer.ts';

const DAY = 24 * 3600_000;
/** Lines of one piece, unless fewer are asked for. */
const LINES = 50;
/** How long an answer is kept for those who read it piece by piece, in milliseconds, and how many are. */
const KEPT_MS = 5 * 60_000;
const KEPT = 30;

/** What a tool works with. */
export interface ToolContext {
  app: App;
  offer: Offer;
  /** Whole answers whose next piece may be asked for. */
  answers: Answers;
}

/** A tool of ours: not one action, but an answer to what a person asks. */
export interface OwnTool<In extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  /** For a model: what it answers, what to give, what comes next. */
  description: string;
  effect: Effect;
  idempotent: boolean;
  /** It asks another system, not our own records. */
  openWorld: boolean;
  input: In;
  output: z.ZodObject;
  run(context: ToolContext, input: z.output<In>): Promise<Record<string, unknown>>;
}

/** Declares a tool. */
export function defineTool<In extends z.ZodObject>(tool: OwnTool<In>): OwnTool {
  // Each tool is handed what its own schema has read.
  return Object.freeze(tool as unknown as OwnTool);
}

/** Inputs of a list that is read piece by piece. */
export const pieceInput = {
  limit: z.int().min(1).max(200).optional().describe(`Lines at once; ${LINES} unless told.`),
  cursor: z.string().optional().describe('next_cursor of the piece before, with the same arguments.'),
};

/** What every list says beside its lines. */
export const pieceOutput = {
  total: z.int().describe('Lines in all.'),
  next_cursor: z.string().optional().describe('Only when there is more.'),
};

/** Inputs of a range of time. */
export const rangeInput = {
  since: z
    .string()
    .optional()
    .describe('First day or moment, ISO 8601 UTC, such as 2026-10-01. 30 days ago unless told.'),
  until: z.string().optional().describe('Last day (included), or moment (not included). Now unless told.'),
};

/** The input that names the connection. */
export const connectionInput = {
  connection: z.string().optional().describe('Only where several hold meetings.'),
};

/** A range of time in milliseconds. */
export function rangeOf(app: App, given: { since?: string | undefined; until?: string | undefined }) {
  const now = app.world.now();
  const until = given.until === undefined ? now : momentOf('until', given.until, DAY);
  const since =
    given.since === undefined ? Math.min(now, until) - 30 * DAY : momentOf('since', given.since, 0);
  if (since < until) return { since, until };
  throw badField('since', 'is not before until', 'Give the earlier moment as since.');
}

function momentOf(field: string, text: string, ofDay: number): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  // Without a zone, a machine would read its own.
  const zoned = isDay || /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
  const at = Date.parse(zoned);
  if (Number.isNaN(at))
    throw badField(field, `'${text}' is no date`, 'Write it like 2026-10-01 or 2026-10-01T09:00:00Z.');
  return isDay ? at + ofDay : at;
}

export function badField(field: string, message: string, hint: string): ConnectorError {
  return new ConnectorError(`${field}: ${message}`, { kind: 'input', hint, fields: [{ field, message }] });
}

/** The connection that a question about meetings is for: the one named, else the first that holds any. */
export async function meetingConnection(
  { app, offer }: ToolContext,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined) {
    await offeredConnector(app, offer, given);
    return given;
  }
  for (const name of offer.connections) {
    if ((await offeredConnector(app, offer, name)).people) return name;
  }
  throw new ConnectorError('no connection that is offered here holds meetings', {
    kind: 'config',
    hint: 'Start with --connections zoom, or the name of another connection of a system that holds meetings.',
  });
}

/** One piece of a list, with the cursor to the next; `head` is shown with each piece. */
export function piece(
  question: unknown,
  lines: readonly unknown[],
  given: { limit?: number | undefined; cursor?: string | undefined },
  room = MOST_CHARACTERS,
): { lines: unknown[]; total: number; next_cursor?: string } {
  const { offset } = placeOf(question, given.cursor);
  const chosen = fitting(lines.slice(offset, offset + (given.limit ?? LINES)), room);
  const next = offset + chosen.length;
  return {
    lines: chosen,
    total: lines.length,
    ...(next < lines.length ? { next_cursor: cursorTo(question, { offset: next }) } : {}),
  };
}

/** The rest of the room once this stands in the result. */
export function roomBeside(head: unknown): number {
  return Math.max(2000, MOST_CHARACTERS - sizeOf(head));
}

/** Answers that took many calls to find, kept for a while: the next piece must not cost them again. */
export class Answers {
  readonly #now: () => number;
  readonly #held = new Map<string, { until: number; answer: Promise<unknown> }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The answer to a question; found anew when nobody asked it lately, or when the first piece is asked for. */
  async of<T>(question: unknown, cursor: string | undefined, find: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(question);
    const now = this.#now();
    for (const [old, { until }] of this.#held) if (until < now) this.#held.delete(old);
    const held = cursor === undefined ? undefined : this.#held.get(key);
    if (held) return held.answer as Promise<T>;
    const answer = find();
    this.#held.delete(key);
    this.#held.set(key, { until: now + KEPT_MS, answer });
    answer.catch(() => this.#held.delete(key));
    const [oldest] = this.#held.keys();
    if (this.#held.size > KEPT && oldest !== undefined) this.#held.delete(oldest);
    return answer;
  }
}
