/** `/__sandbox`: the truth, the counts and the levers. A test talks to it; a client under test never does. */
import type { ServerResponse } from 'node:http';
import type { BrevoSimulator } from './brevo/index.ts';
import type { Clock } from './clock.ts';
import { type Faults, readRules } from './faults.ts';
import { isRecord } from './record.ts';
import { pour } from './pour.ts';
import { sendJson } from './server.ts';
import type { Stats } from './stats.ts';
import { deskControl, githubControl, shopControl } from './third-party/control.ts';
import type { DeskSimulator } from './third-party/desk/index.ts';
import type { ShopSimulator } from './third-party/shop/index.ts';
import type { SandboxRequest } from './types.ts';
import type { ZoomSimulator } from './zoom/index.ts';
import { SWITCH_NAMES, readSwitches } from './zoom/switches.ts';
import { readOrder, sendWebhook } from './zoom/webhook-sender.ts';

/** What the control reaches into. */
export interface Controlled {
  clock: Clock;
  stats: Stats;
  faults: Faults;
  skew: { seconds: number };
  zoom: ZoomSimulator;
  brevo: BrevoSimulator;
  shop: ShopSimulator;
  desk: DeskSimulator;
}

/** What a control path answers: a value to be sent as JSON, or rows to be streamed. */
type Answer = { value: unknown } | { rows: Iterable<unknown> } | { status: 400 | 404; message: string };

type Lever = (on: Controlled, request: SandboxRequest, name: string) => Answer | Promise<Answer>;

const CHUNK = 64 * 1024;
/** Webhooks of one order that are under way together. */
const SENDERS = 16;

const PATHS: Readonly<Record<string, Lever>> = {
  'GET /truth/:table': (on, _, name) => {
    const rows = on.zoom.truth(name);
    return rows === undefined
      ? missing(`no table ${name}; there are ${on.zoom.tables.join(', ')}`)
      : { rows };
  },
  'GET /stats': (on) => ({ value: on.stats }),
  'GET /clock': (on) => ({ value: time(on) }),
  'POST /clock': (on, request) => advance(on, bodyOf(request)),
  'POST /faults': (on, request) => setFaults(on, bodyOf(request)),
  'DELETE /faults': (on) => setFaults(on, { rules: [] }),
  'POST /events': (on, request) => sendEvents(on, bodyOf(request)),
  'POST /reset': (on, request) => reset(on, bodyOf(request)),
  'POST /brevo': (on, request) => configureBrevo(on, bodyOf(request)),
  'POST /shop': (on, request) => levered(shopControl(on.shop, bodyOf(request))),
  'POST /desk': (on, request) => levered(deskControl(on.desk, bodyOf(request))),
  'POST /github': (_, request) => levered(githubControl(bodyOf(request))),
  'GET /shop/:collection': (on, _, name) => held(on.shop, name),
  'GET /desk/:collection': (on, _, name) => held(on.desk, name),
  'GET /brevo/:collection': (on, _, name) => {
    const value = on.brevo.collections(name);
    return value === undefined ? missing(`Brevo has no collection ${name}`) : { value };
  },
};

/** Answers one control request. */
export async function control(
  on: Controlled,
  request: SandboxRequest,
  response: ServerResponse,
): Promise<void> {
  const answer = await pull(on, request);
  if ('rows' in answer) await stream(response, answer.rows);
  else if ('value' in answer) sendJson(response, 200, answer.value);
  else sendJson(response, answer.status, { message: answer.message });
}

async function pull(on: Controlled, request: SandboxRequest): Promise<Answer> {
  const [, first = '', second, ...more] = request.rawPath.split('/');
  const place = second === undefined ? '' : first === 'truth' ? '/:table' : '/:collection';
  const lever = more.length > 0 ? undefined : PATHS[`${request.method} /${first}${place}`];
  if (lever === undefined) return missing(`no such control; there are ${Object.keys(PATHS).join(', ')}`);
  try {
    return await lever(on, request, second ?? '');
  } catch (error) {
    if (error instanceof Misuse) return { status: 400, message: error.message };
    throw error;
  }
}

/** A control request that makes no sense. */
class Misuse extends Error {}

function missing(message: string): Answer {
  return { status: 404, message };
}

function bodyOf(request: SandboxRequest): Record<string, unknown> {
  const text = request.body.toString();
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Misuse(`the body is not JSON: ${String(error)}`);
  }
  if (isRecord(value)) return value;
  throw new Misuse('the body must be a JSON object');
}

function time({ clock }: Controlled) {
  const now = clock.now();
  return { now, iso: new Date(now).toISOString() };
}

function advance(on: Controlled, body: Record<string, unknown>): Answer {
  const { advanceMs, advanceSeconds } = body;
  const ms = typeof advanceSeconds === 'number' ? advanceSeconds * 1000 : advanceMs;
  if (typeof ms !== 'number' || !(ms >= 0)) {
    throw new Misuse('give advanceMs or advanceSeconds, a number of 0 or more');
  }
  on.clock.advance(ms);
  return { value: time(on) };
}

/** Every part is checked before any is applied. */
function setFaults(on: Controlled, body: Record<string, unknown>): Answer {
  const known = ['rules', 'seed', 'revokeTokens', 'clockSkewSeconds', ...SWITCH_NAMES];
  const unknown = Object.keys(body).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Misuse(`unknown: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const { rules, seed = 1, revokeTokens, clockSkewSeconds } = body;
  const read = rules === undefined ? undefined : readRules(rules);
  if (typeof read === 'string') throw new Misuse(read);
  if (typeof seed !== 'number') throw new Misuse('seed must be a number');
  if (clockSkewSeconds !== undefined && typeof clockSkewSeconds !== 'number') {
    throw new Misuse('clockSkewSeconds must be a number');
  }
  if (revokeTokens !== undefined && typeof revokeTokens !== 'boolean') {
    throw new Misuse('revokeTokens must be true or false');
  }
  const turned = readSwitches(body);
  if (typeof turned === 'string') throw new Misuse(turned);
  const { switches } = on.zoom;
  if (read !== undefined) on.faults.replace(read, seed);
  if (clockSkewSeconds !== undefined) on.skew.seconds = clockSkewSeconds;
  if (revokeTokens === true) on.zoom.revokeTokens();
  Object.assign(switches, turned);
  return { value: { rules: read?.length ?? 'unchanged', switches, clockSkewSeconds: on.skew.seconds } };
}

async function sendEvents(on: Controlled, body: Record<string, unknown>): Promise<Answer> {
  const several = body['events'];
  if (several !== undefined && !Array.isArray(several)) throw new Misuse('events must be an array');
  const orders = (several ?? [body]).map((value: unknown, i) => {
    const order = readOrder(value);
    if (typeof order !== 'string') return order;
    throw new Misuse(several === undefined ? order : `events[${i}]: ${order}`);
  });
  const results: unknown[] = [];
  let next = 0;
  const sender = async (): Promise<void> => {
    for (let order = orders[next]; order !== undefined; order = orders[next]) {
      const i = next++;
      // Zoom sends it after the fact: what the person had granted is gone already (FACTS B).
      if (order.event === 'app_deauthorized' && order.tamper !== true) on.zoom.deauthorize();
      results[i] = await sendWebhook(order, on.zoom.credentials, on.zoom.world);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return { value: several === undefined ? results[0] : { results } };
}

/** What a third-party API makes of an order; it checks it itself. */
async function levered(made: Promise<unknown>): Promise<Answer> {
  try {
    return { value: await made };
  } catch (error) {
    if (error instanceof TypeError) throw new Misuse(error.message);
    throw error;
  }
}

function held(on: ShopSimulator | DeskSimulator, name: string): Answer {
  const value = on.collection(name);
  return value === undefined
    ? missing(`no collection ${name}; there are ${on.collections.join(', ')}`)
    : { value };
}

/** Brevo's own switches and contacts; it checks them itself. */
function configureBrevo(on: Controlled, body: Record<string, unknown>): Answer {
  try {
    on.brevo.configure(body);
  } catch (error) {
    if (error instanceof TypeError) throw new Misuse(error.message);
    throw error;
  }
  return { value: { configured: Object.keys(body) } };
}

/** `{"stats": true}` clears the counts and nothing else. */
function reset(on: Controlled, body: Record<string, unknown>): Answer {
  on.stats.reset();
  if (body['stats'] === true) return { value: { reset: 'stats' } };
  on.clock.reset();
  on.faults.replace([], 1);
  on.skew.seconds = 0;
  on.zoom.reset();
  on.brevo.reset();
  on.shop.reset();
  on.desk.reset();
  return { value: { reset: 'everything' } };
}

/** NDJSON; rows are made as fast as the reader takes them, so that millions need no memory. */
async function stream(response: ServerResponse, rows: Iterable<unknown>): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  await pour(response, lines(rows));
  response.end();
}

function* lines(rows: Iterable<unknown>): Generator<string> {
  let text = '';
  for (const row of rows) {
    text += `${JSON.stringify(row)}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}
