import { AnswerTooLarge } from './bounded.ts';
import { McpLink, NoProgram, type LinkDeps } from './link.ts';
import { CARRIED, LISTED, serverOf, type CarriedCall, type McpTarget } from './target.ts';

/** Characters of a result that a flow or a person can use; the rest is refused, not cut. */
const MOST_CHARACTERS = 1_000_000;
/** Longest a tool may take, in milliseconds. The session's own time for a call is shorter, or the same. */
const TOOL_MS = 600_000;

/** A way of making the calls of one connection: everything goes as before, but calls of tools. */
export interface Carrier {
  fetch: typeof fetch;
  close(): Promise<void>;
}

/**
 * Carries the calls of a connector whose actions are tools. A session knows nothing of it: it signs in, waits, retries
 * and reads errors as with any other system, and hands over a request; here it becomes a call of the protocol.
 */
export function createCarrier(target: McpTarget, deps: LinkDeps): Carrier {
  const link = new McpLink(target, deps);
  const base = serverOf(target).replace(/\/$/, '');
  return {
    close: () => link.close(),
    fetch: async (input, init = {}) => {
      const url = typeof input === 'string' ? input : 'url' in input ? input.url : input.href;
      const work = workOf(link, url.slice(base.length), init);
      if (!url.startsWith(base) || !work) return deps.fetch(input, init);
      try {
        return await work();
      } catch (error) {
        // A session of the protocol that has ended was refused before the call was looked at.
        if (statusOf(error) === 404) return await work().catch((again: unknown) => failed(again));
        return failed(error);
      }
    },
  };
}

/** What a request means here; undefined for one that is none of ours, such as that for a token. */
function workOf(link: McpLink, path: string, init: RequestInit): (() => Promise<Response>) | undefined {
  if (path === LISTED) {
    return async () => jsonAnswer(JSON.stringify(await link.look(proofIn(init), init)));
  }
  if (path !== CARRIED || typeof init.body !== 'string') return undefined;
  const call = JSON.parse(init.body) as CarriedCall;
  return () => run(link, call, init);
}

function proofIn({ headers }: RequestInit): string | undefined {
  return new Headers(headers).get('authorization') ?? undefined;
}

function jsonAnswer(json: string): Response {
  if (json.length > MOST_CHARACTERS) return tooLarge(`${json.length} characters`);
  return new Response(json, { status: 200, headers: { 'content-type': 'application/json' } });
}

async function run(link: McpLink, call: CarriedCall, init: RequestInit): Promise<Response> {
  const { signal } = init;
  return link.use(proofIn(init), init, async ({ client, tools }) => {
    const live = tools.get(call.tool);
    if (!live) return answer(404, 'tool-gone', `the server has no tool '${call.tool}' any more`);
    if (live.hash !== call.hash) {
      return answer(
        409,
        'tool-changed',
        `the server has changed the tool '${call.tool}' since a person looked at it`,
      );
    }
    const result = await client.callTool(
      { name: call.tool, arguments: { ...call.arguments } },
      { timeout: TOOL_MS, ...(signal ? { signal } : {}) },
    );
    const content = (result.content ?? []) as { type: string; text?: string }[];
    const text = content.flatMap((block) => (block.type === 'text' ? [block.text ?? ''] : [])).join('\n');
    if (result.isError)
      return answer(422, 'tool-error', text.slice(0, 4000) || 'the tool failed and does not say why');
    // What the tool promised to give goes on as it is; else its words, and what comes beside them.
    const body =
      live.tool.outputSchema && result.structuredContent !== undefined
        ? result.structuredContent
        : {
            text,
            content,
            ...(result.structuredContent === undefined ? {} : { data: result.structuredContent }),
          };
    return jsonAnswer(JSON.stringify(body));
  });
}

/** A failure as an answer, where it is one of the server's; what happened on the wire stays an error. */
function failed(error: unknown): Response {
  const status = statusOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (hasCause(error, AnswerTooLarge)) return tooLarge('too many bytes');
  if (error instanceof NoProgram) return answer(400, 'no-program', message);
  if (!(error instanceof Error)) throw new Error(message);
  switch (error.name) {
    case 'UnauthorizedError':
      return answer(401, 'unauthorized', 'the server wants a token, or another one');
    case 'InsufficientScopeError': {
      const { requiredScope } = error as Error & { requiredScope?: string };
      // With commas: `basic` and a word behind it look like a secret to whoever blanks those.
      const scopes = requiredScope?.split(' ').join(', ') ?? 'it does not say which';
      return answer(403, 'insufficient_scope', `the token lacks the scopes: ${scopes}`);
    }
    case 'ProtocolError': {
      const { code } = error as Error & { code: number };
      // -32602 and the like: the request was refused; all else happened while it was worked on (JSON-RPC 2.0, 5.1).
      return answer(code === -32602 || code === -32601 ? 400 : 502, `rpc${code}`, message);
    }
    default:
      if (status !== undefined) return answer(status, `http-${status}`, message);
      throw error;
  }
}

function tooLarge(size: string): Response {
  return answer(422, 'too-large', `the result is too large: ${size}`);
}

/** The status of HTTP inside an error of the package. */
export function statusOf(error: unknown): number | undefined {
  for (let here = error; here instanceof Error; here = here.cause) {
    const { status } = (here as Error & { data?: { status?: unknown } }).data ?? {};
    if (typeof status === 'number') return status;
    if (here.name === 'UnauthorizedError') return 401;
    if (here.name === 'InsufficientScopeError') return 403;
  }
  return undefined;
}

function hasCause(error: unknown, type: typeof AnswerTooLarge): boolean {
  for (let here = error; here instanceof Error; here = here.cause) if (here instanceof type) return true;
  return false;
}

function answer(status: number, code: string, message: string): Response {
  return new Response(JSON.stringify({ code, message }), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}
