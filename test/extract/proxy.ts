/** A proxy before the sandbox's Zoom: for what a real Zoom does and no switch of the sandbox has. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it is about to be sent on; `query` may be changed. */
export interface Passing {
  /** Decoded, without `/v2`. */
  path: string;
  query: URLSearchParams;
}

export interface Reply {
  status: number;
  type: string;
  text: string;
}

export interface Rules {
  /** Changes a request, or answers it. */
  before?: (request: Passing) => Reply | undefined;
  /** Changes an answer; `request` is as the client sent it. */
  after?: (request: Passing, reply: Reply) => Reply | undefined;
}

export const answer = (status: number, body: unknown): Reply => ({
  status,
  type: 'application/json',
  text: JSON.stringify(body),
});

/** An answer with its JSON changed. */
export function withJson(reply: Reply, change: (body: Record<string, unknown>) => void): Reply {
  if (reply.status !== 200) return reply;
  const body = JSON.parse(reply.text) as Record<string, unknown>;
  change(body);
  return { ...reply, text: JSON.stringify(body) };
}

export async function openProxy(target: string) {
  const rules: Rules = {};
  const seen: { path: string; query: Record<string, string> }[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const url = new URL(incoming.url ?? '/', 'http://proxy');
      const [, prefix = '', rest = ''] = /^(\/zoom\/(?:v2|oauth))(.*)$/.exec(url.pathname) ?? [];
      const path = decodeURIComponent(rest);
      const api = prefix.endsWith('v2');
      if (api) seen.push({ path, query: Object.fromEntries(url.searchParams) });
      const passing = { path, query: url.searchParams };
      const asked = { path, query: new URLSearchParams(url.searchParams) };
      let date: string | null = null;
      let reply = api ? rules.before?.(passing) : undefined;
      if (!reply) {
        const body: Buffer[] = [];
        for await (const chunk of incoming) body.push(chunk as Buffer);
        const headers = new Headers();
        for (const name of ['authorization', 'content-type']) {
          const value = incoming.headers[name];
          if (typeof value === 'string') headers.set(name, value);
        }
        const response = await fetch(`${target}${prefix}${rest}${url.search}`, {
          method: incoming.method ?? 'GET',
          headers,
          ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
        });
        date = response.headers.get('date');
        const type = response.headers.get('content-type') ?? 'application/json';
        reply = { status: response.status, type, text: await response.text() };
        if (api) reply = rules.after?.(asked, reply) ?? reply;
      }
      // The sandbox has a clock of its own.
      outgoing.writeHead(reply.status, { 'content-type': reply.type, ...(date && { date }) });
      outgoing.end(reply.text);
    })().catch((error: unknown) => outgoing.destroy(error as Error));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Set and changed by a test while it runs. */
    rules,
    /** What was asked, in order. */
    seen,
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
