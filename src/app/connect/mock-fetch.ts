import type { Definition } from '../../openapi/definition.ts';
import { mockAnswer } from '../../openapi/mock.ts';

/** Where the mock seems to be; the name is reserved, so that it leads nowhere (RFC 6761). */
const ORIGIN = 'https://mock.invalid';

/** Addresses under which the mock has the servers of a definition. */
export function mockServers(definition: Definition, origin = ORIGIN): Record<string, string> {
  return Object.fromEntries(
    Object.keys(definition.servers).map((name) => [name, `${origin}/${encodeURIComponent(name)}`]),
  );
}

/** Answers a request in place of the system that the definition describes. */
export async function answerAsMock(
  definition: Definition,
  request: Request,
  auth: boolean,
): Promise<Response> {
  const url = new URL(request.url);
  const [, first = '', rest = '/'] = /^\/([^/]*)(\/.*)?$/.exec(url.pathname) ?? [];
  const server = decodeURIComponent(first);
  const headers = Object.fromEntries(request.headers);
  const body = new Uint8Array(await request.arrayBuffer());
  const { method } = request;
  const answer = mockAnswer(
    definition,
    { method, path: rest, server, query: url.searchParams, headers, body },
    { auth },
  );
  // Such answers must have no body at all (RFC 9110, 15.3.5).
  const content = answer.status === 204 || method === 'HEAD' ? null : answer.body;
  return new Response(content, { status: answer.status, headers: answer.headers });
}

/** A fetch that reaches the mock and nothing else. */
export function mockFetch(definition: Definition): typeof fetch {
  return async (input, init) => answerAsMock(definition, new Request(input, init), false);
}
