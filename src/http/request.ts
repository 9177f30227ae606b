import type { Call, QueryValue } from '../core/call.ts';
import { toMultipart } from './multipart.ts';

/** The address and the parts of a request that `fetch` takes, made from a call. */
export interface WireRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

const ACCEPT = {
  json: 'application/json',
  text: 'text/plain, */*',
  bytes: '*/*',
  any: 'application/json, */*;q=0.5',
} as const;

/** Puts a call on the wire format; `server` is the address that its path hangs under. */
export function toWire(call: Call, server: string, userAgent: string): WireRequest {
  const headers: Record<string, string> = { accept: ACCEPT[call.accept ?? 'json'], 'user-agent': userAgent };
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  let body: WireRequest['body'];
  if (call.json !== undefined) {
    headers['content-type'] ??= 'application/json';
    body = toJson(call.json);
  } else if (call.form) {
    headers['content-type'] ??= 'application/x-www-form-urlencoded';
    body = toQuery(call.form);
  } else if (call.text !== undefined) {
    headers['content-type'] ??= 'text/plain;charset=utf-8';
    body = call.text;
  } else if (call.bytes !== undefined) {
    headers['content-type'] ??= 'application/octet-stream';
    body = new Uint8Array(call.bytes);
  }
  if (call.multipart) {
    const made = toMultipart(call.multipart);
    // Only who writes the parts knows the boundary between them.
    headers['content-type'] = made.type;
    body = made.body;
  }
  const asked = call.query ? toQuery(call.query) : '';
  const query = call.search ? call.search + (asked && `&${asked}`) : asked;
  const base = server.endsWith('/') ? server.slice(0, -1) : server;
  return {
    url: query ? `${base}${call.path}?${query}` : base + call.path,
    method: call.method,
    headers,
    body,
  };
}

function toQuery(values: Readonly<Record<string, QueryValue>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) for (const item of value) query.append(name, String(item));
    else query.append(name, String(value));
  }
  return query.toString();
}

/** JSON in which a bigint keeps all its digits as a number: some ids and flags pass 2^53. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Only bigint makes stringify throw here; the replacer is the slow path, so it is taken only then.
    return JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'bigint' ? rawJson.rawJSON(item.toString()) : item,
    );
  }
}

// Not yet in the type library of TypeScript 7.
const rawJson = JSON as unknown as { rawJSON(text: string): unknown };
