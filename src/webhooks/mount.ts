import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, type ReadBody } from './read-body.ts';
import type { ReceivedRequest, Receiver, ReceiverAnswer } from './receiver.ts';

/** A request of Node, and what frameworks leave on it. */
export type NodeRequest = IncomingMessage & { body?: unknown; rawBody?: unknown; originalUrl?: string };

/**
 * For `node:http` and Express: `app.post('/webhooks/zoom', toNodeHandler(receiver))`.
 *
 * It reads the request itself, so it stands before any body parser. Behind `express.raw()`, or a parser that keeps the
 * bytes as `rawBody`, it takes those; when only parsed JSON is left, it answers 500 and says so in the log.
 */
export function toNodeHandler(
  receiver: Receiver,
): (request: NodeRequest, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const answer = await takeNode(receiver, request);
    // Who is gone gets no answer.
    if (response.destroyed || response.headersSent) return;
    response.writeHead(answer.status, {
      'content-length': Buffer.byteLength(answer.body),
      ...answer.headers,
    });
    // What is left of a refused body is not read: the connection goes once the answer is out.
    if (answer.headers['connection'] === 'close') response.once('finish', () => request.destroy());
    response.end(answer.body);
  };
}

async function takeNode(receiver: Receiver, request: NodeRequest): Promise<ReceiverAnswer> {
  const { method, headers } = request;
  // Frameworks that mount below a path shorten `url`, and keep the whole beside it.
  const target = request.originalUrl ?? request.url;
  const line = { headers, ...(method !== undefined && { method }), ...(target !== undefined && { target }) };
  const refused = receiver.greet(line) ?? receiver.refuseEarly(method, headers);
  if (refused) return refused;
  const read =
    rawBytes(request) ?? (request.readableDidRead ? undefined : await readBody(request, receiver.reading));
  return take(receiver, line, read);
}

/** Bytes that a body parser has kept. */
function rawBytes({ rawBody, body }: NodeRequest): ReadBody | undefined {
  const bytes = [rawBody, body].find((one) => one instanceof Uint8Array || typeof one === 'string');
  if (bytes instanceof Uint8Array) return { ok: true, body: bytes };
  return typeof bytes === 'string' ? { ok: true, body: Buffer.from(bytes) } : undefined;
}

/**
 * For whatever speaks `Request` and `Response`; in hono: `app.post('/webhooks/zoom', (c) => handler(c.req.raw))`.
 * Nothing may have read the body before.
 */
export function toFetchHandler(receiver: Receiver): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, bodyUsed, body } = request;
    const headers = Object.fromEntries(request.headers);
    const { pathname, search } = new URL(request.url);
    const line = { method, headers, target: `${pathname}${search}` };
    const refused = receiver.greet(line) ?? receiver.refuseEarly(method, headers);
    const empty: ReadBody = { ok: true, body: new Uint8Array() };
    const read = refused || bodyUsed ? undefined : body ? await readBody(body, receiver.reading) : empty;
    const answer = refused ?? (await take(receiver, line, read));
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
}

function take(
  receiver: Receiver,
  line: Omit<ReceivedRequest, 'body'>,
  read: ReadBody | undefined,
): ReceiverAnswer | Promise<ReceiverAnswer> {
  if (!read) return receiver.refuse('parsed-already');
  if (!read.ok) return receiver.refuse(read.reason);
  return receiver.receive({ ...line, body: read.body });
}

/** What of Fastify is used here: its instance, as far as it must be known. */
interface FastifyLike {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: unknown, done: (error: Error | null) => void) => void,
  ): unknown;
  route(options: {
    method: string[];
    url: string;
    handler: (
      request: { raw: IncomingMessage },
      reply: { hijack(): unknown; raw: ServerResponse },
    ) => Promise<void>;
  }): unknown;
}

/**
 * For Fastify: `app.register(toFastifyPlugin(receiver), { prefix: '/webhooks/zoom' })`.
 * The other routes keep their parsers: what is set inside a plugin holds for the plugin.
 */
export function toFastifyPlugin(receiver: Receiver): (instance: FastifyLike) => Promise<void> {
  const handle = toNodeHandler(receiver);
  return async (instance) => {
    instance.removeAllContentTypeParsers();
    // Nothing is read here, whatever the type: the receiver reads the bytes itself.
    instance.addContentTypeParser('*', (_, __, done) => done(null));
    instance.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/',
      handler: (request, reply) => {
        reply.hijack();
        return handle(request.raw, reply.raw);
      },
    });
    return Promise.resolve();
  };
}
