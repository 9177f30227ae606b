/** The HTTP shell: mounts, bodies, latency, and the faults that happen outside the simulators. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import type { Fault, Faults } from './faults.ts';
import { firstBytes, pour } from './pour.ts';
import type { Stats, SystemName } from './stats.ts';
import type { ByteStream, SandboxAnswer, SandboxRequest, Simulator } from './types.ts';

const BODY_LIMIT = 12 * 1024 * 1024;
const STALL = 60_000;
const EMPTY = Buffer.alloc(0);

/** What the shell is made of. */
export interface Shell {
  clock: Clock;
  stats: Stats;
  faults: Faults;
  latency: number;
  /** Seconds by which the `Date` header is wrong. */
  skew: { seconds: number };
  systems: readonly { mount: string; name: SystemName; simulator: Simulator }[];
  /** Answers everything below `/__sandbox`; faults and latency never touch it. */
  control(request: SandboxRequest, response: ServerResponse): Promise<void>;
}

/** A server that is not listening yet. */
export function createShell(shell: Shell): Server {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (incoming, response) => {
    answer(shell, incoming, response).catch((error: unknown) => {
      // A client that went away is no failure of ours; anything else is a bug and shall be seen.
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { sandbox: 'the simulator failed', error: String(error) });
    });
  });
  return server;
}

async function answer(shell: Shell, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  response.sendDate = false;
  response.setHeader('date', new Date(shell.clock.now() + shell.skew.seconds * 1000).toUTCString());
  const body = await readBody(incoming);
  if (body === undefined) {
    sendJson(response, 413, { message: `the sandbox takes bodies of at most ${BODY_LIMIT} bytes` });
    return;
  }
  const url = incoming.url ?? '/';
  const control = below('/__sandbox', url, incoming, body);
  if (control !== undefined) return shell.control(control, response);
  for (const { mount, name, simulator } of shell.systems) {
    const request = below(mount, url, incoming, body);
    if (request !== undefined) return simulate(shell, name, simulator, request, response);
  }
  const mounts = [...shell.systems.map((system) => system.mount), '/__sandbox'];
  sendJson(response, 404, { message: `nothing here; the sandbox has ${mounts.join(', ')}` });
}

async function simulate(
  shell: Shell,
  name: SystemName,
  simulator: Simulator,
  request: SandboxRequest,
  response: ServerResponse,
): Promise<void> {
  const arrived = shell.clock.now();
  const operation = simulator.operationOf(request);
  const fault = shell.faults.strike(
    name,
    operation ?? '',
    decoded(request.rawPath),
    (request.query.get('next_page_token') ?? '') !== '',
  );
  let result = early(fault, simulator, request);
  if (result === undefined) result = await simulator.handle(request);
  if (fault?.kind === '500-after') {
    // It had its effect all the same, and is counted.
    const { tally } = result;
    result = { ...simulator.serverError(request), ...(tally === undefined ? {} : { tally }) };
  }
  if (operation !== undefined) result = { operation, ...result };
  shell.stats.record(name, result, arrived, fault?.kind);
  const wait = shell.latency + (fault?.kind === 'slow' ? (fault.ms ?? 1000) : 0);
  if (wait > 0) await sleep(wait);
  await send(response, result, fault);
}

/** The answers of faults that leave no effect behind. */
function early(
  fault: Fault | undefined,
  simulator: Simulator,
  request: SandboxRequest,
): SandboxAnswer | undefined {
  switch (fault?.kind) {
    case '429':
      return simulator.tooManyRequests(request);
    case '500-before':
      return simulator.serverError(request);
    case 'expired-token':
      return simulator.expiredToken?.(request);
    case 'reset-before':
      return { status: 0 };
    case 'html-403':
      return html(403, 'Attention Required! | Cloudflare', 'Sorry, you have been blocked');
    case 'html-502':
      return html(502, '502 Bad Gateway', '502 Bad Gateway');
    default:
      return undefined;
  }
}

function html(status: number, title: string, text: string): SandboxAnswer {
  const raw = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${text}</h1></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8', server: 'cloudflare' }, raw };
}

async function send(
  response: ServerResponse,
  result: SandboxAnswer,
  fault: Fault | undefined,
): Promise<void> {
  const kind = fault?.kind;
  if (kind === 'reset-before' || kind === 'reset-after') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers = {}, json } = result;
  const { length, chunks } = result.stream ?? whole(result);
  const half = Math.ceil(length / 2);
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  if (kind === 'malformed') {
    response.writeHead(200, { ...type, ...headers, 'content-length': half });
    await pour(response, firstBytes(chunks, half));
    response.end();
  } else if (kind === 'stall' || kind === 'truncate') {
    // Longer than what is sent even when the body is empty.
    response.writeHead(status, { ...type, ...headers, 'content-length': length + 1 });
    response.flushHeaders();
    for (const piece of firstBytes(chunks, half)) {
      await new Promise<void>((written) => response.write(piece, () => written()));
    }
    if (kind === 'stall') await silence(response, fault?.ms ?? STALL);
    response.destroy();
  } else if (status === 204 || status === 304) response.writeHead(status, headers).end();
  else {
    response.writeHead(status, { ...type, ...headers, 'content-length': length });
    if (result.stream !== undefined) await pour(response, chunks);
    // What is whole goes out with its headers, in one packet.
    response.end(result.stream === undefined ? [...chunks][0] : undefined);
  }
}

function whole({ json, raw }: SandboxAnswer): ByteStream {
  const text = raw ?? (json === undefined ? '' : JSON.stringify(json));
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  return { length: body.length, chunks: [body] };
}

/** Until the time is over or the client has gone. */
async function silence(response: ServerResponse, ms: number): Promise<void> {
  const over = new AbortController();
  response.once('close', () => over.abort());
  await sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
}

/** Answers in plain JSON; for the shell and its control, not for simulators. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers;
  if (length === undefined && encoding === undefined) return EMPTY;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped, so that the answer reaches a client that is still writing.
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks);
}

/** The request as a mount sees it; the path keeps its encoding, which Zoom's UUID rule depends on. */
function below(
  mount: string,
  url: string,
  incoming: IncomingMessage,
  body: Buffer,
): SandboxRequest | undefined {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  if (!path.startsWith(mount) || (path.length > mount.length && path[mount.length] !== '/')) return undefined;
  return {
    method: incoming.method ?? 'GET',
    rawPath: path.slice(mount.length) || '/',
    query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
    headers: incoming.headers,
    body,
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(decodeURIComponent(path));
  } catch {
    return path;
  }
}
